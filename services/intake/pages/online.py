"""The citizens' first page: say it, and the receipt."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError
from starlette.datastructures import FormData

from services.intake.actions.alike import Alike
from services.intake.actions.composing import Sent
from services.intake.actions.following import look_up
from services.intake.actions.submitting import OtherRequest, submit
from services.intake.contacts import read_contact
from services.intake.faults import Refused
from services.intake.model.submission import Contact, Given, GivenPlace, Submission
from services.intake.pages.attaching import chosen, develop_chosen
from services.intake.pages.knocking import count_attachments, door_of, reader_language
from services.intake.pages.remembering import remember, remembered
from services.intake.pages.telling import tell
from shared.ports import Unavailable
from shared.web.forms import fault_summary, posted
from shared.web.pages import redirect, render, revisitable

router = APIRouter(include_in_schema=False)

TYPED = ("text", "title", "address", "district", "name", "phone", "email", "notify", "idempotency")
TICKED = ("anonymous", "publish", "confidential")

Part = TypeVar("Part", bound=Given)


@router.get("/")
async def home(request: Request) -> Response:
    return revisitable(show_form(request, {}, {}))


@router.get("/standards")
async def standards(request: Request) -> Response:
    return revisitable(render(request, "intake/standards.html"))


@router.post("/complaints")
async def hand_in(request: Request) -> Response:
    """Takes the form in and leads to the receipt, or gives it back as it was typed."""
    form, door = await posted(request), door_of(request)
    request.app.state.limits.check_address("submissions", request, door.own.submissions)
    submission, faults = read_submission(form)
    if submission is None:
        return show_form(request, form, faults, 422)
    count_attachments(request, chosen(form))
    try:
        attachments = await develop_chosen(door, form)
        key = str(form.get("idempotency") or secrets.token_hex(16))
        sent = Sent(submission, key=key, attachments=attachments, trace=request.state.trace, language=reader_language(request))
        receipt = await submit(door, sent)
    except Refused as refusal:
        return show_form(request, form, {refusal.field: refusal.why}, 422)
    except OtherRequest:
        return show_form(request, form, {"text": "fault.sent_before"}, 422, fresh=True)
    except Unavailable:
        return show_form(request, form, {}, 503)
    return remember(request, redirect("/said"), receipt.number, receipt.query_code)


@router.get("/said")
async def said(request: Request) -> Response:
    """The receipt, large: did it arrive, what happens next and by when."""
    known = remembered(request)
    complaint = await look_up(door_of(request), *known) if known else None
    if known is None or complaint is None:
        return redirect("/progress")
    return render(request, "intake/said.html", matter=tell(request, door_of(request), complaint), code=known[1])


def read_submission(form: Mapping[str, Any]) -> tuple[Submission | None, dict[str, str]]:
    """What the form says, or None and what is wrong with it: fields and keys of words."""
    faults: dict[str, str] = {}
    place = _part(GivenPlace, {"district": form.get("district") or None, "address": form.get("address", "")}, faults)
    contact = _part(Contact, {name: form.get(name, "") for name in ("name", "phone", "email", "postal_address")}, faults)
    if "email" in faults:
        faults["email"] = "fault.email_unreadable"
    given: dict[str, Any] = {name: name in form for name in TICKED}
    given |= {"text": form.get("text", ""), "title": form.get("title", ""), "place": place or {}, "contact": contact}
    given["notify"] = form.get("notify") or None
    submission = _part(Submission, given, faults)
    if contact:
        faults |= _contact_faults(contact, anonymous=given["anonymous"])
    faults.pop("", None)  # the rule over several fields, told by the one that can be changed most easily
    return (None if faults else submission), faults


def _contact_faults(contact: Contact, *, anonymous: bool) -> dict[str, str]:
    """What is wrong with a contact beyond its shape: said together with the rest, so that nobody has to send the form thrice."""
    if anonymous and not contact.empty:
        return {"anonymous": "fault.anonymous_with_contact"}
    try:
        read_contact(contact)
    except Refused as refusal:
        return {refusal.field: refusal.why}
    return {}


def _part(kind: type[Part], given: Mapping[str, Any], faults: dict[str, str]) -> Part | None:
    try:
        return kind.model_validate(given)
    except ValidationError as fault:
        faults.update(fault_summary(fault))
        return None


def show_form(
    request: Request, form: Mapping[str, Any], faults: Mapping[str, str], status: int = 200, *,
    fresh: bool = False, matters: Sequence[Alike] | None = None,
) -> Response:  # fmt: skip
    """The first page with the form as it was typed. Files cannot be put back by a page, which it says. `matters`: the alike ones."""
    lost = isinstance(form, FormData) and bool(chosen(form))
    return render(
        request, "intake/home.html", status, typed=typed_in(form, TYPED, fresh=fresh), ticked={name: name in form for name in TICKED},
        faults=faults, ways=door_of(request).ways, photos_lost=lost, full=status == 503, matters=matters,
    )  # fmt: skip


def typed_in(form: Mapping[str, Any], names: Sequence[str], *, fresh: bool) -> dict[str, str]:
    """The fields as they were typed, with the key that makes the same form the same submission; a `fresh` one where it was used before."""
    typed = {name: str(form.get(name, "")) for name in names}
    if fresh or not typed["idempotency"]:
        typed["idempotency"] = secrets.token_hex(16)
    return typed
