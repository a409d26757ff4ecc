"""The mailbox clerk's desk: the mails that wait for a person, each as it is read, and what may be done with it."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from services.intake.actions.clerking import TABS, counts, hand_out, list_mails, see
from services.intake.actions.looking import reachable, visible
from services.intake.actions.mail_records import envelope_of, find_mail
from services.intake.model.mail import PUT_ASIDE_BY_CLERK, Envelope, MailRecord
from services.intake.model.masks import mask_email, mask_name
from services.intake.model.numbers import parse
from services.intake.pages.attachments import SEALED_OFF
from services.intake.pages.knocking import door_of
from services.intake.pages.mail_form import blank, filled
from services.intake.pages.officers import viewer_of
from services.intake.sealing import Broken
from shared.web.forms import posted
from shared.web.identity import Identity, require
from shared.web.pages import render, say
from shared.web.problems import NotFound, Problem

router = APIRouter(include_in_schema=False)

Clerk = Annotated[Identity, Depends(require("clerk", "supervisor", "administrator"))]
After = Annotated[str, Query(max_length=200)]

STEPS = ("open", "add", "aside", "again")


@router.get("/mailbox")
async def mailbox(request: Request, officer: Clerk, tab: str = "waiting", after: After = "", done: str = "", number: str = "") -> Response:
    """A list of mails, whether the mailbox can be reached, and what was decided last."""
    if tab not in TABS:
        raise NotFound
    door = door_of(request)
    mails, following = await list_mails(door, tab, after, viewer_of(officer))
    shown = [(one, masked(one.envelope)) for one in mails]
    return render(
        request, "intake/mailbox.html", tab=tab, tabs=tuple(TABS), mails=shown, counts=await counts(door),
        done=done if done in STEPS else "", number=parse(number), collector=request.app.state.collector,
        first=_path(tab) if after else None, next=_path(tab, following) if following else None,
    )  # fmt: skip


@router.get("/mailbox/{name}")
async def mail(request: Request, name: str, officer: Clerk) -> Response:
    return await show(request, await mail_of(request, name, officer))


@router.post("/mailbox/{name}/original")
async def original(request: Request, name: str, officer: Clerk) -> Response:
    """What came, to be kept by the clerk's computer as a file; it is written down who took it."""
    await posted(request)
    door, viewer = door_of(request), viewer_of(officer)
    record = await mail_of(request, name, officer)
    if record.number:
        await reachable(door, record.number, viewer)
    try:
        content = await hand_out(door, record, viewer, say(request, "mailbox.look"))
    except Broken as fault:
        raise Problem(500, "mail_sealed") from fault
    ending = "eml" if record.whole else "txt"
    headers = {**SEALED_OFF, "Content-Disposition": f'attachment; filename="mail-{record.id[:12]}.{ending}"'}
    return Response(content, media_type="application/octet-stream", headers=headers)


async def mail_of(request: Request, name: str, officer: Identity) -> MailRecord:
    """Raises NotYours once it has become part of a matter that the officer may not see; until then somebody has to decide on it."""
    door = door_of(request)
    record = await find_mail(door, name)
    if record is None:
        raise NotFound
    if record.number:
        await visible(door, record.number, viewer_of(officer), "originals.not_your_matter")
    return record


async def show(
    request: Request, record: MailRecord, status: int = 200, *, form: Mapping[str, Any] | None = None, **context: Any
) -> Response:
    """The mail with what may be done with it; after a refusal with all that was typed: `faults` by field, `refusal` a code, `step`."""
    door = door_of(request)
    seen = await see(door, record)
    facts: dict[str, Any] = {"faults": {}, "refusal": "", "step": "", **context}
    return render(
        request, "intake/mail.html", status, record=record, mail=seen.mail, missing=seen.missing, reasons=PUT_ASIDE_BY_CLERK,
        sender=masked(envelope_of(door, record)), refused=seen.refused,
        typed=blank(seen, record) if form is None else filled(form), **facts,
    )  # fmt: skip


def masked(envelope: Envelope | None) -> str:
    """Who wrote, as far as it may lie open."""
    return " ".join(filter(None, (mask_name(envelope.name), mask_email(envelope.address)))) if envelope else ""


def _path(tab: str, after: str = "") -> str:
    return f"/mailbox?tab={tab}" + (f"&after={after}" if after else "")
