"""Who is asking: the guard that each officer's route carries, and with it all that routes need of sessions."""

from dataclasses import dataclass
from typing import ClassVar

from fastapi import Request

from shared.roles import CENTRE_ROLES, ROLES
from shared.web.forms import check_header
from shared.web.paths import SAFE_METHODS, is_api
from shared.web.problems import NotSignedIn, NotYours
from shared.web.sessions import (
    COOKIE,
    Identity,
    end_session,
    officer_of,
    sign_session,
    sign_token,
    start_session,
)

__all__ = [
    "CENTRE_ROLES",
    "COOKIE",
    "ROLES",
    "Guard",
    "Identity",
    "end_session",
    "officer_of",
    "require",
    "sign_session",
    "sign_token",
    "start_session",
]


@dataclass(frozen=True)
class Guard:
    """The dependency that lets only officers with one of `roles` pass; with no roles, any officer. Gives their Identity.

    Tokens are for programs and open what is made for programs: they last for months, and what pages show is more than a program needs.
    """

    roles: frozenset[str]
    guards: ClassVar[bool] = True

    async def __call__(self, request: Request) -> Identity:
        officer = officer_of(request)
        if officer is None or (officer.token and not is_api(request)):
            raise NotSignedIn
        if self.roles and not officer.has(*self.roles):
            raise NotYours
        if is_api(request) and not officer.token and request.method not in SAFE_METHODS:
            check_header(request)
        return officer


def require(*roles: str) -> Guard:
    """The guard for some roles, for `Annotated[Identity, Depends(require(...))]`. Raises ValueError for a role that there is not."""
    if unknown := set(roles) - set(ROLES):
        raise ValueError(f"no such role: {', '.join(sorted(unknown))}")
    return Guard(frozenset(roles))
