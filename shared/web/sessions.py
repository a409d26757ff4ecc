"""Who an officer is, and the signed sessions and tokens that say so on each request."""

import functools
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt
from fastapi import Request, Response

from shared.events import Actor
from shared.runtime.keys import Keys, derive

COOKIE = "huiying_session"


@dataclass(frozen=True)
class Identity:
    """An officer. `token` says that a program speaks for them with a bearer token."""

    login: str
    name: str
    roles: frozenset[str]
    department: str | None = None
    token: bool = False

    @property
    def actor(self) -> Actor:
        """The officer as events name them."""
        return Actor(kind="officer", id=self.login, department=self.department)

    def has(self, *roles: str) -> bool:
        """Whether the officer has at least one of the roles."""
        return not self.roles.isdisjoint(roles)


def sign_session(identity: Identity, keys: Keys, now: datetime, minutes: int) -> str:
    """The value of the session cookie; it runs out after `minutes`."""
    return _sign(identity, _key(keys.session, "session"), now, timedelta(minutes=minutes))


def sign_token(identity: Identity, keys: Keys, now: datetime, days: int) -> str:
    """A bearer token for a program; it runs out after `days`."""
    return _sign(identity, _key(keys.session, "token"), now, timedelta(days=days))


def start_session(request: Request, response: Response, identity: Identity) -> None:
    """Signs the officer in on this browser."""
    state = request.app.state
    value = sign_session(identity, state.keys, state.clock.now(), state.settings.session_minutes)
    response.set_cookie(COOKIE, value, httponly=True, samesite="lax", secure=state.secure)


def end_session(request: Request, response: Response) -> None:
    """Signs the officer out on this browser."""
    response.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=request.app.state.secure)


def officer_of(request: Request) -> Identity | None:
    """The officer behind a request, or None. A bearer token, when one is sent, is the only thing looked at."""
    if not hasattr(request.state, "officer"):
        request.state.officer = _identify(request)
    found: Identity | None = request.state.officer
    return found


@functools.lru_cache(maxsize=8)
def _key(session: bytes, purpose: str) -> bytes:
    return derive(session, purpose)


def _sign(identity: Identity, key: bytes, now: datetime, life: timedelta) -> str:
    claims = {
        "sub": identity.login, "name": identity.name, "roles": sorted(identity.roles), "department": identity.department,
        "iat": int(now.timestamp()), "exp": int((now + life).timestamp()), "jti": secrets.token_hex(8),
    }  # fmt: skip
    return jwt.encode(claims, key, algorithm="HS256")


def _identify(request: Request) -> Identity | None:
    state = request.app.state
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return _read(bearer.strip(), _key(state.keys.session, "token"), state.clock.now(), token=True)
    cookie = request.cookies.get(COOKIE)
    return _read(cookie, _key(state.keys.session, "session"), state.clock.now(), token=False) if cookie else None


def _read(signed: str, key: bytes, now: datetime, *, token: bool) -> Identity | None:
    try:
        claims: dict[str, Any] = jwt.decode(signed, key, algorithms=["HS256"], options=_OPTIONS)
    except jwt.InvalidTokenError:
        return None
    if claims["exp"] <= now.timestamp():
        return None
    return Identity(claims["sub"], claims["name"], frozenset(claims["roles"]), claims["department"], token)


_OPTIONS: Any = {"require": ["sub", "exp"], "verify_exp": False, "verify_iat": False}
"""PyJWT looks at the machine's clock; ours is the one handed down, so `exp` is checked here."""
