"""Notices for officers: what waits, what did not arrive, and the notices of one matter; any of them can be sent again by hand."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from services.intake.actions.addressing import parcel_of
from services.intake.actions.listing import Pile, Row, count_piles, list_matter, list_pile
from services.intake.actions.looking import Viewer, visible
from services.intake.actions.resending import find_notice, resend
from services.intake.door import Door
from services.intake.model.complaint import Complaint
from services.intake.model.masks import mask_email, mask_phone
from services.intake.model.notice import Notice
from services.intake.model.sending import OPEN
from services.intake.pages.knocking import door_of
from services.intake.pages.officers import viewer_of
from services.intake.sealing import Broken
from shared.web.forms import posted
from shared.web.identity import Identity, require
from shared.web.pages import redirect, render, say
from shared.web.problems import NotFound

RESENDERS = ("clerk", "callback_clerk", "supervisor")

router = APIRouter(include_in_schema=False)

Overseer = Annotated[Identity, Depends(require(*RESENDERS, "administrator", "auditor"))]
Resender = Annotated[Identity, Depends(require(*RESENDERS))]
Officer = Annotated[Identity, Depends(require())]
After = Annotated[str, Query(max_length=100)]


@dataclass(frozen=True)
class Line:
    """A notice as it is shown: `seen` when the officer may see the matter; `to` is masked, empty where it cannot be told or the contact is
    closed to the officer.
    """

    notice: Notice
    seen: bool
    to: str
    again: bool
    may_resend: bool


@router.get("/notices")
async def notices(request: Request, officer: Overseer, pile: Pile = "failed", after: After = "", done: str = "") -> Response:
    """One pile: what failed, newest first, or what waits, oldest first."""
    door = door_of(request)
    rows, following = await list_pile(door, viewer_of(officer), pile, after)
    counts = await count_piles(door)
    tabs = [{"href": _path(name), "text": say(request, f"notices.pile.{name}"), "count": count} for name, count in counts.items()]
    lines = [_line(door, row, officer) for row in rows]
    return render(
        request, "intake/notices.html", pile=pile, tabs=tabs, shown=_path(pile), done=done == "resent", lines=lines,
        resends=any(line.may_resend or line.again for line in lines), first=_path(pile) if after else None,
        next=f"{_path(pile)}&after={following}" if following else None,
    )  # fmt: skip


@router.get("/notices/of/{number}")
async def of_matter(request: Request, number: str, officer: Officer) -> Response:
    """A fragment for the page of the case. Raises NotYours where the officer may not see the matter."""
    door, viewer = door_of(request), viewer_of(officer)
    await _seen(door, number, viewer)
    lines = [_line(door, row, officer) for row in await list_matter(door, viewer, number)]
    return render(request, "intake/notices_of.html", number=number, lines=lines)


@router.post("/notices/{name}/resend")
async def send_again(request: Request, name: str, officer: Resender) -> Response:
    """Queues the notice anew, once however often it is asked for; back to where the officer came from."""
    form, door = await posted(request), door_of(request)
    notice = await find_notice(door, name)
    if notice is None:
        raise NotFound
    await _seen(door, notice.number, viewer_of(officer))
    await resend(door, notice, officer.actor, request.state.trace)
    return redirect(f"/desk/cases/{notice.number}" if form.get("back") == "case" else f"{_path('failed')}&done=resent")


async def _seen(door: Door, number: str, viewer: Viewer) -> Complaint:
    complaint = await visible(door, number, viewer, "notices.not_your_matter")
    if complaint is None:
        raise NotFound
    return complaint


def _path(pile: Pile) -> str:
    return f"/notices?pile={pile}"


def _line(door: Door, row: Row, officer: Identity) -> Line:
    seen = row.complaint is not None
    may_resend = officer.has(*RESENDERS) and seen and row.notice.state not in OPEN and not row.again
    to = _masked(door, row.notice, row.complaint) if row.complaint and viewer_of(officer).reaches(row.complaint) else ""
    return Line(row.notice, seen, to, row.again, may_resend)


def _masked(door: Door, notice: Notice, complaint: Complaint) -> str:
    """Where it goes, enough to know it again. A program's address is no person's; the administrators' page of apps has it."""
    try:
        parcel = parcel_of(door, complaint, notice)
    except Broken:
        return ""
    if parcel is None:
        return ""
    return mask_email(parcel.to) if notice.channel == "email" else mask_phone(parcel.to)
