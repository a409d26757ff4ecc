"""What officers see of intake: the masked line and the contact behind a reason."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.intake.actions.looking import LONGEST_REASON, SHORTEST_REASON, Viewer, looks, peek, reachable, reveal
from services.intake.door import Door
from services.intake.model.complaint import Complaint
from services.intake.model.masks import mask_email, mask_name, mask_phone
from services.intake.model.submission import Contact, clean_line
from services.intake.pages.knocking import door_of
from services.intake.sealing import Broken
from shared.web.forms import posted
from shared.web.identity import CENTRE_ROLES, Identity, require
from shared.web.pages import render
from shared.web.problems import NotFound, Problem

router = APIRouter(include_in_schema=False)

Officer = Annotated[Identity, Depends(require())]


@router.get("/contacts/{number}")
async def contact(request: Request, number: str, officer: Officer) -> Response:
    """Asks for the reason before anything is shown."""
    return await _page(request, await _complaint(request, number, officer))


@router.post("/contacts/{number}")
async def show_contact(request: Request, number: str, officer: Officer) -> Response:
    """The contact, after it has been written down who looks and why. Shown once: a reload asks again."""
    form = await posted(request)
    complaint = await _complaint(request, number, officer)
    reason = clean_line(str(form.get("reason", ""))).strip()
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        return await _page(request, complaint, 422, typed=reason, fault="fault.reason_length")
    try:
        shown = await reveal(door_of(request), complaint, viewer_of(officer), reason)
    except Broken as fault:
        raise Problem(500, "contact_sealed") from fault
    return await _page(request, complaint, contact=shown)


@router.get("/contacts/{number}/line")
async def line(request: Request, number: str, officer: Officer) -> Response:
    """A fragment for the desk: enough to know somebody again."""
    complaint = await _complaint(request, number, officer)
    return render(request, "intake/contact_line.html", complaint=complaint, masked=_masked(door_of(request), complaint))


async def _complaint(request: Request, number: str, officer: Identity) -> Complaint:
    complaint = await reachable(door_of(request), number, viewer_of(officer))
    if complaint is None:
        raise NotFound
    return complaint


async def _page(
    request: Request, complaint: Complaint, status: int = 200, *, contact: Contact | None = None, typed: str = "", fault: str = ""
) -> Response:
    door = door_of(request)
    return render(
        request, "intake/contact.html", status, complaint=complaint, masked=_masked(door, complaint), contact=contact, typed=typed,
        fault=fault, looks=await looks(door, complaint.number),
    )  # fmt: skip


def _masked(door: Door, complaint: Complaint) -> list[str]:
    """The contact as it may lie open: name, phone and e-mail as far as they are known. Raises Problem."""
    try:
        known = peek(door, complaint)
    except Broken as fault:
        raise Problem(500, "contact_sealed") from fault
    if known is None:
        return []
    return list(filter(None, (mask_name(known.name), mask_phone(known.phone), mask_email(known.email or ""))))


def viewer_of(officer: Identity) -> Viewer:
    """The officer as the rules of visibility see one."""
    return Viewer(officer.actor, officer.roles, officer.has(*CENTRE_ROLES))
