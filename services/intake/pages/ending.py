"""How an agent ends a call: one form, and the button says which ending it is."""

from collections.abc import Mapping
from typing import Literal

from fastapi import APIRouter, Request, Response

from services.intake.actions.calling import person_of
from services.intake.actions.ending_calls import Written, close_call, miss_again, open_case, pass_on
from services.intake.actions.looking import LONGEST_REASON, SHORTEST_REASON
from services.intake.actions.naming import Named, named_matter
from services.intake.actions.submitting import OtherRequest
from services.intake.faults import Refused
from services.intake.model.call import Call
from services.intake.pages.call_form import LONGEST_RECORD, LONGEST_URGE, CallForm, read_ending, read_matter
from services.intake.pages.call_view import caller
from services.intake.pages.hotline import Agent, call_of, show
from services.intake.pages.knocking import door_of
from services.intake.pages.officers import viewer_of
from shared.ports import Unavailable
from shared.refusals import NotAllowed
from shared.web.forms import posted
from shared.web.identity import Identity
from shared.web.pages import redirect

router = APIRouter(include_in_schema=False)


@router.post("/hotline/calls/{key}/end")
async def end_call(request: Request, officer: Agent, key: str) -> Response:
    """Ends the call as the button says, and leads to what came of it; or gives the form back as it was typed."""
    form = CallForm(await posted(request))
    call = await call_of(request, key)
    if call.ending:
        return await _ended_before(request, officer, call, form)
    try:
        faults = await _end(request, officer, call, form)
    except Refused as refusal:
        faults = {refusal.field: refusal.why}
    except NotAllowed as refusal:
        return await show(request, officer, await call_of(request, key), 409, refusal=refusal.why, **form.page())
    except OtherRequest:
        return await _ended_before(request, officer, await call_of(request, key), form)
    except Unavailable:
        return await show(request, officer, call, 503, full=True, **form.page())
    if faults:
        return await show(request, officer, call, 422, faults=faults, **form.page())
    return redirect(f"/hotline/calls/{key}")


async def _ended_before(request: Request, officer: Identity, call: Call, form: CallForm) -> Response:
    """The same form again has been taken in; any other is given back, for the call has ended without it."""
    ending = call.ending
    if ending and ending.by == officer.login and form.text in (call.summary, call.record, ""):
        return redirect(f"/hotline/calls/{call.key}")
    return await show(request, officer, call, 409, refusal="call.ended", **form.page())


async def _end(request: Request, officer: Identity, call: Call, form: CallForm) -> Mapping[str, str]:
    """Ends it, or says what is wrong with which field. Raises Refused, NotAllowed, OtherRequest, Unavailable."""
    written = Written(officer.actor, form.record, form.text, request.state.trace)
    if len(form.record) > LONGEST_RECORD:
        return {"record": "fault.too_long"}
    match form.which:
        case "case" | "answered" | "handed_over":
            return await _end_as_case(request, call, form, written)
        case "addition" | "urge" as kind:
            return await _end_at_matter(request, officer, call, form, kind, written)
        case "nuisance" | "silent" as kind:
            reason = form.line("nothing_reason")
            if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
                return {"nothing_reason": "fault.reason_length"}
            await close_call(door_of(request), call.key, kind, written, reason)
        case "not_reached":
            await miss_again(door_of(request), call.key, officer.actor)
        case _:
            return {"which": "fault.choose"}
    return {}


async def _end_as_case(request: Request, call: Call, form: CallForm, written: Written) -> Mapping[str, str]:
    door = door_of(request)
    submission, faults = read_matter(form, caller(door, call))
    ending, more = read_ending(form.which, form, door)
    if submission is None or faults or more:
        return {**faults, **more}
    await open_case(door, call.key, submission, written, ending=ending, language=form.language)
    return {}


async def _end_at_matter(
    request: Request, officer: Identity, call: Call, form: CallForm, kind: Literal["addition", "urge"], written: Written
) -> Mapping[str, str]:
    """The matter comes with a button beside one of the caller's own; else it is typed, with its code or a reason."""
    door, urged = door_of(request), kind == "urge"
    if not form.text and not urged:
        return {"record": "fault.missing"}
    if len(form.text) > (LONGEST_URGE if urged else LONGEST_RECORD):
        return {"text": "fault.urge_too_long" if urged else "fault.too_long"}
    persons = {call.person, person_of(door, form.line("phone"))} - {None}
    named = Named(form.number, form.line("code"), form.line("reason"), frozenset(persons))
    complaint = await named_matter(door, named, viewer_of(officer))
    await pass_on(door, call.key, complaint, kind, written, named.reason)
    return {}
