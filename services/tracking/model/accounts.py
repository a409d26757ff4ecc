"""Accounts of officers: who they are, their roles and department as data. The password is only ever its argon2id hash."""

from typing import Annotated

from pydantic import Field

from shared.events import Moment, Value

Login = Annotated[str, Field(pattern=r"^[a-z][a-z0-9._-]{1,39}$")]

ROLES: tuple[str, ...] = (
    "agent", "clerk", "dispatcher", "liaison", "handler", "approver", "co_handler", "reviewer", "callback_clerk", "supervisor",
    "administrator", "auditor",
)  # fmt: skip
OF_A_DEPARTMENT: frozenset[str] = frozenset({"liaison", "handler", "approver", "co_handler"})
"""Roles that mean nothing without a department."""


class Account(Value):
    """One officer. `failures` counts wrong passwords since the last right one; `locked_until` keeps guessing slow."""

    login: Login
    name: Annotated[str, Field(min_length=1, max_length=80)]
    roles: tuple[str, ...]
    department: str | None = None
    password: str
    active: bool = True
    failures: int = 0
    locked_until: Moment | None = None


def faults(roles: tuple[str, ...], department: str | None, departments: frozenset[str]) -> list[str]:
    """What is wrong with these roles and this department, in words for the administrator; empty when nothing is."""
    found = [f"there is no role '{role}'; there are {', '.join(ROLES)}" for role in roles if role not in ROLES]
    if not roles:
        found.append("an account needs at least one role")
    if department is not None and department not in departments:
        found.append(f"there is no department '{department}' in places.toml")
    if department is None and OF_A_DEPARTMENT & set(roles):
        found.append(f"the roles {', '.join(sorted(OF_A_DEPARTMENT & set(roles)))} need a department")
    return found
