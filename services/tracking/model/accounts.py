"""Accounts of officers: who they are, their roles and department as data. The password is only ever its argon2id hash."""

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field

from shared.events import Moment, Value
from shared.refusals import NotAllowed
from shared.roles import DEPARTMENT_ROLES, ROLES

LOGIN = r"[a-z][a-z0-9._-]{1,39}"
LONGEST_NAME = 80
SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 200


class Account(Value):
    """One officer. `failures` counts wrong passwords since the last right one; `locked_until` keeps guessing slow."""

    login: Annotated[str, Field(pattern=f"^{LOGIN}$")]
    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
    roles: tuple[str, ...]
    department: str | None = None
    password: str
    active: bool = True
    failures: int = 0
    locked_until: Moment | None = None


FREE_FAILURES = 5
LONGEST_LOCK = timedelta(minutes=15)


def locked_until(failures: int, now: datetime) -> datetime | None:
    """When the next try counts again: at once for the first five wrong passwords, then 30 seconds, doubled by each, at most 15 minutes."""
    if failures < FREE_FAILURES:
        return None
    return now + min(LONGEST_LOCK, timedelta(seconds=30) * (1 << min(failures - FREE_FAILURES, 10)))


def check_password(login: str, password: str) -> None:
    """Raises NotAllowed for a password that is too easily guessed: length counts, not signs (NIST SP 800-63B)."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise NotAllowed("account.password_length", least=SHORTEST_PASSWORD, most=LONGEST_PASSWORD)
    if login in password.lower() or len(set(password)) < SHORTEST_PASSWORD // 2:
        raise NotAllowed("account.password_easy")


def check(login: str, name: str, roles: tuple[str, ...], department: str | None, departments: Collection[str]) -> None:
    """Raises NotAllowed for what an account cannot be; `departments` are the codes of the city."""
    if not re.fullmatch(LOGIN, login):
        raise NotAllowed("account.login")
    if not 1 <= len(name) <= LONGEST_NAME:
        raise NotAllowed("account.name", most=LONGEST_NAME)
    if not roles or not set(roles) <= set(ROLES):
        raise NotAllowed("account.roles", roles=", ".join(ROLES))
    if department is None and DEPARTMENT_ROLES & set(roles):
        raise NotAllowed("account.needs_department")
    if department is not None and department not in departments:
        raise NotAllowed("account.unknown_department")
