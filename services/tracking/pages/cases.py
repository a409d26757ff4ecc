"""One case on one page, and the steps taken from it. A step that is refused comes back with everything that was typed."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import ValidationError
from starlette.datastructures import FormData

from services.tracking.model.life import Step, Who
from services.tracking.model.steps import INPUTS
from services.tracking.model.visibility import seen_timeline
from services.tracking.pages import step_form
from services.tracking.pages.asking import STILL_OPEN, AnyOfficer, desk_of, number_meant, who_of
from services.tracking.pages.case_view import Attempt, show
from shared.ports import Conflict
from shared.refusals import NotAllowed, NotYours
from shared.web.forms import fault_summary, posted
from shared.web.pages import redirect, say
from shared.web.paths import local_path
from shared.web.problems import NotFound

router = APIRouter(prefix="/desk/cases", dependencies=STILL_OPEN)

Short = Annotated[str | None, Query(max_length=40)]


@router.get("/{number}")
async def case(request: Request, number: str, officer: AnyOfficer, step: Short = None, queue: Short = None) -> Response:
    """The case, with the form of one step open. A number as people write it (261122-000123-7) leads there too."""
    found = await desk_of(request).cases.look(number, who_of(officer))
    if found is None and (meant := number_meant(number)) not in ("", number):
        return redirect(f"/desk/cases/{meant}")
    if found is None:
        raise NotFound
    return await show(request, who_of(officer), *found, asked=step, queue=queue)


@router.post("/{number}/steps/{step}")
async def take(request: Request, number: str, step: str, officer: AnyOfficer) -> Response:
    """The step, then back to the case or to the queue it was taken from. A reply may first be looked at, and not sent."""
    form = await posted(request)
    known = next((one for one in INPUTS if one == step), None)
    if known is None:
        raise NotFound
    attempt = Attempt(known, step_form.typed_values(known, form), seen=_number(form, "seen"))
    queue = str(form.get("queue", ""))
    who = who_of(officer)
    if known == "reply" and form.get("check"):
        return await _again(request, number, who, attempt, queue)
    try:
        given = step_form.read_input(known, attempt.values, request.app.state.places, desk_of(request).cases.rules.calendar.zone)
        version = await _version_meant(request, number, who, attempt.seen, _number(form, "version"))
        taken = await desk_of(request).cases.take(number, known, given, who, officer.actor, version, request.state.trace)
    except ValidationError as fault:
        errors = {name: say(request, key) for name, key in fault_summary(fault).items()}
        return await _again(request, number, who, attempt.failed(422, errors=errors), queue)
    except NotAllowed as refusal:
        words = say(request, f"refusal.{refusal.why}", **refusal.facts)
        return await _again(request, number, who, attempt.failed(403 if isinstance(refusal, NotYours) else 409, refusal=words), queue)
    except Conflict:
        return await _again(request, number, who, attempt.failed(409, stale=True), queue)
    if taken is None:
        raise NotFound
    return redirect(_onward(form, number, known, queue))


async def _version_meant(request: Request, number: str, who: Who, seen: int, version: int) -> int:
    """The version that the officer had before them; the present one too while nothing has happened in the case since. A message to the
    complainant that went out meanwhile changes the document and is nothing to decide anew.
    """
    found = await desk_of(request).cases.look(number, who)
    return found[1] if found and len(seen_timeline(found[0], who)) == seen else version


async def _again(request: Request, number: str, who: Who, attempt: Attempt, queue: str) -> Response:
    """The page as it is now, with the attempt in it."""
    found = await desk_of(request).cases.look(number, who)
    if found is None:
        raise NotFound
    return await show(request, who, *found, attempt=attempt, queue=queue)


def _onward(form: FormData, number: str, step: Step, queue: str) -> str:
    back = local_path(str(form.get("back", "")), "")
    if back.startswith("/desk/"):
        return f"{back}?done={step}&number={number}"
    return f"/desk/cases/{number}?done={step}&number={number}" + (f"&queue={queue}" if queue.isidentifier() else "")


def _number(form: FormData, name: str) -> int:
    """A hidden number of the form; 0, which matches nothing, when it is not one."""
    text = str(form.get(name, ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0
