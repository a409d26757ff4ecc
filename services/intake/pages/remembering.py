"""What a citizen's browser remembers for a few minutes: number and query code, sealed, so that neither stands in an address."""

import json
from datetime import timedelta
from typing import Any, TypeVar

from fastapi import Request, Response

from services.intake.pages.knocking import door_of
from services.intake.sealing import Broken

COOKIE = "huiying_matter"

AnyResponse = TypeVar("AnyResponse", bound=Response)


def remember(request: Request, response: AnyResponse, number: str, code: str, cookie: str = COOKIE) -> AnyResponse:
    """Lets the next pages of this browser show the matter. Gone when the browser is closed, or after `matter_minutes`."""
    door = door_of(request)
    until = door.clock.now() + timedelta(minutes=door.own.matter_minutes)
    sealed = door.matters.close(json.dumps([number, code, until.timestamp()]), cookie)
    response.set_cookie(cookie, sealed, **_attributes(request))
    return response


def remembered(request: Request, cookie: str = COOKIE) -> tuple[str, str] | None:
    """Number and code, or None when nothing is remembered or it was too long ago."""
    door = door_of(request)
    try:
        number, code, until = json.loads(door.matters.open(request.cookies.get(cookie, ""), cookie))
    except Broken:
        return None
    return (number, code) if door.clock.now().timestamp() < until else None


def forget(request: Request, response: AnyResponse) -> AnyResponse:
    response.delete_cookie(COOKIE, **_attributes(request))
    return response


def _attributes(request: Request) -> dict[str, Any]:
    return {"httponly": True, "samesite": "strict", "secure": request.app.state.secure}
