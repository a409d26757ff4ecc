"""What an agent sees of calls: lists with masked callers, the call being worked on, the receipt to read aloud."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fastapi import Request

from services.intake.actions.calling import Earlier, caller_of, earlier, sealed_place, waiting_of
from services.intake.actions.looking import complaint_of, looks
from services.intake.documents import Look
from services.intake.door import Door
from services.intake.model.call import Call
from services.intake.model.codes import group, query_code
from services.intake.model.masks import mask_phone
from services.intake.model.submission import Contact
from services.intake.pages.knocking import door_of
from services.intake.pages.officers import viewer_of
from services.intake.pages.telling import Matter, tell
from services.intake.sealing import Broken
from shared.web.identity import Identity
from shared.web.pages import say
from shared.web.problems import Problem

UNITS = (("days", 86_400), ("hours", 3_600), ("minutes", 60))


@dataclass(frozen=True)
class CallLine:
    """A call in a list: its caller masked, how long ago it began in words, who looked at the number last to call back."""

    call: Call
    masked: str
    ago: str
    look: Look | None = None


@dataclass(frozen=True)
class EarlierView:
    """What the caller brought before, as one tells it to them."""

    matters: tuple[Matter, ...]
    hidden: int


async def line_of(request: Request, call: Call, *, looked: bool = False) -> CallLine:
    door = door_of(request)
    found = await looks(door, sealed_place(call.key)) if looked else []
    return CallLine(call, mask_phone(caller(door, call).phone), ago(request, call.began_at), found[0] if found else None)


def caller(door: Door, call: Call) -> Contact:
    """Whoever calls; empty when the number was withheld. Raises Problem when it cannot be opened."""
    try:
        return caller_of(door, call) or Contact()
    except Broken as fault:
        raise Problem(500, "contact_sealed") from fault


def ago(request: Request, moment: datetime) -> str:
    """How long it has been, in the largest unit that is full."""
    seconds = (door_of(request).clock.now() - moment).total_seconds()
    full = next(((unit, size) for unit, size in UNITS if seconds >= size), None)
    return say(request, f"hotline.ago.{full[0]}", count=int(seconds // full[1])) if full else say(request, "hotline.ago.now")


async def earlier_view(request: Request, officer: Identity, *persons: str | None) -> EarlierView:
    door = door_of(request)
    found: Earlier = await earlier(door, persons, viewer_of(officer))
    return EarlierView(tuple(tell(request, door, one) for one in found.complaints), found.hidden)


async def facts(request: Request, officer: Identity, call: Call) -> dict[str, Any]:
    """What both pages of a call show: the one to work on, and the one of a call that has ended. The query code is for the agent who has
    the caller on the line, and so is what was said of a matter that they may not see.
    """
    door, viewer = door_of(request), viewer_of(officer)
    complaint = await complaint_of(door, call.number) if call.number else None
    visible = complaint is None or viewer.sees(complaint)
    on_the_line = _on_the_line(door, officer, call)
    return {
        "call": call,
        "masked": mask_phone(caller(door, call).phone),
        "ago": ago(request, call.began_at),
        "looks": await looks(door, sealed_place(call.key)),
        "waiting": [await line_of(request, other) for other in await waiting_of(door, call)],
        "matter": tell(request, door, complaint) if complaint and visible else None,
        "readable": visible or on_the_line,
        "code": group(query_code(door.code_key, call.number)) if on_the_line and call.opened_case and call.number else None,
        "may_write": officer.has("agent"),
    }


def _on_the_line(door: Door, officer: Identity, call: Call) -> bool:
    """Whether this agent has ended the call minutes ago, and so may still have the caller on the line."""
    since = door.clock.now() - timedelta(minutes=door.own.matter_minutes)
    return call.ending is not None and call.ending.by == officer.login and call.ending.at > since
