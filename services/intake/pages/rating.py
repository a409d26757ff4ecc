"""The rating by link: the three questions without the query code, once for each answer. Opening the link changes nothing."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from services.intake.actions.following import take_known
from services.intake.actions.looking import complaint_of
from services.intake.links import link_of, rate_life, read_rate_token
from services.intake.model.codes import matches
from services.intake.model.complaint import Complaint
from services.intake.model.ratings import LinkState, answers
from services.intake.model.submission import Rating
from services.intake.model.visibility import is_guarded
from services.intake.pages.knocking import count_wish, door_of
from services.intake.pages.progress import read_step, step_faults
from shared.ports import Unavailable
from shared.refusals import NotAllowed
from shared.web.forms import posted
from shared.web.pages import redirect, render
from shared.web.problems import NotFound

router = APIRouter(include_in_schema=False)


@router.get("/rate/{token}")
async def ask(request: Request, token: str, done: str = "") -> Response:
    """The questions, or why they are not asked any more. Mail scanners open links as well: only the form's POST says anything."""
    door = door_of(request)
    request.app.state.limits.check_address("lookups", request, door.own.lookups)
    complaint, answer = await _opened(request, token)
    state = link_of(door, complaint, answer)
    if state == "open":
        return _form(request, token, complaint, {}, {})
    return _over(request, state, done=bool(done) and state == "rated")


@router.post("/rate/{token}")
async def rate(request: Request, token: str) -> Response:
    """Takes the verdict in. Of a guarded matter the query code is asked for, since the mail may lie open."""
    form, door = await posted(request), door_of(request)
    complaint, answer = await _opened(request, token)
    count_wish(request, complaint.number, theirs=True)
    faults: dict[str, str] = {}
    if is_guarded(complaint) and not matches(door.code_key, complaint.number, str(form.get("code", ""))):
        faults["code"] = "fault.code_wrong"
    try:
        given = Rating.model_validate(read_step("rate", form))
    except ValidationError as fault:
        return _form(request, token, complaint, form, faults | step_faults("rate", fault), 422)
    if faults:
        return _form(request, token, complaint, form, faults, 422)
    try:
        await take_known(door, complaint.number, given, request.state.trace, answer=answer)
    except NotAllowed:
        return _over(request, link_of(door, (await _opened(request, token))[0], answer))
    except Unavailable:
        return _form(request, token, complaint, form, {}, 503)
    return redirect(f"/rate/{token}?done=rate")


async def _opened(request: Request, token: str) -> tuple[Complaint, int]:
    """The matter of this link and the answer it was made for. Raises NotFound for whatever is no link of ours, all alike."""
    known = read_rate_token(door_of(request), token)
    complaint = await complaint_of(door_of(request), known[0]) if known else None
    if known is None or complaint is None:
        raise NotFound
    return complaint, known[1]


def _form(
    request: Request, token: str, complaint: Complaint, form: Mapping[str, Any], faults: Mapping[str, str], status: int = 200
) -> Response:
    until = answers(complaint.progress)[-1].at + rate_life(door_of(request))
    return render(
        request, "intake/rate.html", status, token=token, number=complaint.number, until=until, guarded=is_guarded(complaint),
        reply="" if is_guarded(complaint) else complaint.progress.reply, form=form, faults=faults, full=status == 503,
    )  # fmt: skip


def _over(request: Request, state: LinkState, *, done: bool = False) -> Response:
    return render(request, "intake/rate_over.html", 200 if done else 410, state=state, done=done)
