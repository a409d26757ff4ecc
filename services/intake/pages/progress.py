"""The complainant's own page: where the matter is, whose turn, by when, what was answered, and what one may do."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError
from starlette.datastructures import FormData

from services.intake.actions.following import look_up, opened_by, take_wish
from services.intake.faults import Refused
from services.intake.model.codes import normalise
from services.intake.model.complaint import Complaint
from services.intake.model.numbers import parse
from services.intake.model.submission import Rating, Supplement, Urge, Withdrawal
from services.intake.pages.attaching import chosen, develop_chosen
from services.intake.pages.knocking import count_attachments, count_lookup, count_wish, door_of
from services.intake.pages.remembering import forget, remember, remembered
from services.intake.pages.telling import tell
from shared.ports import Unavailable
from shared.refusals import NotAllowed
from shared.web.forms import fault_summary, posted
from shared.web.pages import redirect, render
from shared.web.problems import NotFound

router = APIRouter(include_in_schema=False)

STEPS: Mapping[str, type[Rating | Urge | Withdrawal | Supplement]] = {
    "rate": Rating, "urge": Urge, "withdraw": Withdrawal, "supplement": Supplement,
}  # fmt: skip

CHOSEN = frozenset({"solved", "satisfied", "process"})
"""Fields with a few choices: what is wrong with them is that none was chosen."""


@router.get("/progress")
async def progress(request: Request, done: str = "") -> Response:
    """The matter that this browser has just opened, else the box for number and code."""
    known = remembered(request)
    complaint = await look_up(door_of(request), *known) if known else None
    if known is None or complaint is None:
        return _ask(request, {}, {})
    return _show(request, complaint, known[1], done=done if done in STEPS else "")


@router.post("/progress")
async def open_matter(request: Request) -> Response:
    form = await posted(request)
    number, code = str(form.get("number", "")), str(form.get("code", ""))
    count_lookup(request, number)
    complaint = await look_up(door_of(request), number, code)
    if complaint is None:
        return _ask(request, form, _slips(number, code), 404)
    return remember(request, redirect("/progress"), complaint.number, normalise(code))


@router.post("/progress/leave")
async def leave(request: Request) -> Response:
    """For computers that others use after one."""
    await posted(request)
    return forget(request, redirect("/progress"))


@router.post("/progress/{step}")
async def take_step(request: Request, step: str) -> Response:
    """The complainant's step; a page that was open for long still works, for it carries number and code itself."""
    if step not in STEPS:
        raise NotFound
    form = await posted(request)
    number, code = str(form.get("number", "")), str(form.get("code", ""))
    door = door_of(request)
    count_wish(request, number, theirs=opened_by(door, number, code) is not None)
    count_attachments(request, chosen(form, f"{step}_photos"))
    again = partial(_again, request, number, code, form=form, step=step)
    try:
        given = STEPS[step].model_validate(read_step(step, form))
        attachments = await develop_chosen(door, form, f"{step}_photos")
        complaint = await take_wish(door, number, code, given, request.state.trace, attachments)
    except ValidationError as fault:
        return await again(422, faults=step_faults(step, fault))
    except Refused as refusal:
        return await again(422, faults={f"{step}_{refusal.field}": refusal.why})
    except NotAllowed as refusal:
        return await again(409, refusal=refusal.why)
    except Unavailable:
        return await again(503)
    if complaint is None:
        return _ask(request, form, _slips(number, code), 404)
    return remember(request, redirect(f"/progress?done={step}"), complaint.number, code)


def read_step(step: str, form: FormData) -> dict[str, Any]:
    """The step's fields: on the page each carries the step's name in front, for there are several forms."""
    prefix = f"{step}_"
    return {name.removeprefix(prefix): value for name, value in form.items() if name.startswith(prefix) and isinstance(value, str)}


def step_faults(step: str, fault: ValidationError) -> dict[str, str]:
    """What is wrong with a step, by the names that its fields have on the page."""
    return {f"{step}_{name}": "fault.choose" if name in CHOSEN else key for name, key in fault_summary(fault).items()}


async def _again(request: Request, number: str, code: str, status: int, *, form: FormData, step: str, **context: Any) -> Response:
    """The page as it is now, with what was typed."""
    complaint = await look_up(door_of(request), number, code)
    if complaint is None:
        return _ask(request, form, _slips(number, code), 404)
    lost = bool(chosen(form, f"{step}_photos"))
    return _show(request, complaint, code, status, form=form, step=step, files_lost=lost, full=status == 503, **context)


def _show(request: Request, complaint: Complaint, code: str, status: int = 200, **context: Any) -> Response:
    facts: dict[str, Any] = {"form": {}, "faults": {}, "refusal": "", "step": "", "done": "", "files_lost": False, "full": False, **context}
    return render(request, "intake/matter.html", status, matter=tell(request, door_of(request), complaint), code=code, **facts)


def _ask(request: Request, form: Mapping[str, Any], faults: Mapping[str, str], status: int = 200) -> Response:
    typed = {name: str(form.get(name, "")) for name in ("number", "code")}
    return render(request, "intake/find.html", status, typed=typed, faults=faults)


def _slips(number: str, code: str) -> dict[str, str]:
    """What is wrong with number and code, as far as it may be said: a number that cannot be one, else the two together."""
    if not parse(number):
        return {"number": "fault.number_slip"}
    return {"code": "fault.no_such_matter"} if code.strip() else {"code": "fault.missing"}
