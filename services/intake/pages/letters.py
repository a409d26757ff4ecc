"""Letters and notes from the suggestion box, typed in by a clerk: the form, and the receipt that goes back by post."""

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, get_args

from fastapi import APIRouter, Request, Response
from pydantic import Field, ValidationError
from starlette.datastructures import FormData

from services.intake.actions.composing import Sent
from services.intake.actions.submitting import OtherRequest, submit
from services.intake.door import Door
from services.intake.faults import Refused
from services.intake.model.complaint import LetterKind
from services.intake.model.mail import language_of
from services.intake.model.submission import Given
from services.intake.pages.attaching import chosen, develop_chosen
from services.intake.pages.knocking import door_of
from services.intake.pages.mailbox import Clerk
from services.intake.pages.online import TICKED, read_submission, typed_in
from services.intake.pages.remembering import remember, remembered
from shared.ports import Unavailable
from shared.web.forms import fault_summary, posted
from shared.web.pages import redirect, render

router = APIRouter(include_in_schema=False)

COOKIE = "huiying_letter"
"""What the clerk's browser remembers of the letter that was typed in last, for its receipt."""
TYPED = ("kind", "written_on", "text", "title", "address", "district", "name", "phone", "email", "postal_address", "idempotency")
OLDEST_DAYS = 3_660
"""A date further back is a slip of the pen."""


class Paper(Given):
    """What a clerk sees on the paper beside its words."""

    kind: LetterKind
    written_on: Annotated[date | None, Field(default=None)]


@router.get("/mailbox/letters/new")
async def letter(request: Request, officer: Clerk) -> Response:
    return _form(request, {}, {})


@router.post("/mailbox/letters")
async def take_letter(request: Request, officer: Clerk) -> Response:
    """Takes the letter in and leads to the receipt, or gives the form back as it was typed."""
    form, door = await posted(request), door_of(request)
    paper, faults = _read_paper(form, door)
    submission, more = read_submission(form)
    if paper is None or submission is None:
        return _form(request, form, faults | more, 422)
    try:
        sent = Sent(
            submission, channel="letter", key=str(form.get("idempotency") or secrets.token_hex(16)), by=officer.actor,
            attachments=await develop_chosen(door, form), letter=paper.kind, written_on=paper.written_on, trace=request.state.trace,
            language=language_of(submission.title, submission.text),
        )  # fmt: skip
        receipt = await submit(door, sent)
    except Refused as refusal:
        return _form(request, form, {refusal.field: refusal.why}, 422)
    except OtherRequest:
        return _form(request, form, {"text": "fault.sent_before"}, 422, fresh=True)
    except Unavailable:
        return _form(request, form, {}, 503)
    return remember(request, redirect("/mailbox/letters/receipt"), receipt.number, receipt.query_code, COOKIE)


@router.get("/mailbox/letters/receipt")
async def receipt(request: Request, officer: Clerk) -> Response:
    """Number and code on a sheet for the writer, for some minutes, in the browser that typed the letter in."""
    known = remembered(request, COOKIE)
    if known is None:
        return redirect("/mailbox/letters/new")
    return render(request, "intake/letter_receipt.html", number=known[0], code=known[1])


def _read_paper(form: FormData, door: Door) -> tuple[Paper | None, dict[str, str]]:
    try:
        paper = Paper.model_validate({"kind": form.get("kind", ""), "written_on": form.get("written_on") or None})
    except ValidationError as fault:
        return None, fault_summary(fault)
    age = (door.day(door.clock.now()) - paper.written_on).days if paper.written_on else 0
    return (paper, {}) if 0 <= age <= OLDEST_DAYS else (None, {"written_on": "fault.written_on"})


def _form(request: Request, form: Mapping[str, Any], faults: Mapping[str, str], status: int = 200, *, fresh: bool = False) -> Response:
    return render(
        request, "intake/letter.html", status, typed=typed_in(form, TYPED, fresh=fresh), ticked={name: name in form for name in TICKED},
        faults=faults, kinds=get_args(LetterKind), files_lost=isinstance(form, FormData) and bool(chosen(form)), full=status == 503,
    )  # fmt: skip
