"""What the mailbox clerk decides on a mail: each step a form of its own, refused in words with all that was typed."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData

from services.intake.actions.clerking import add_to_matter, look_again, open_as_new, put_mail_aside, see
from services.intake.actions.mail_records import find_mail
from services.intake.faults import Refused
from services.intake.model.mail import PUT_ASIDE_BY_CLERK, MailRecord
from services.intake.pages.knocking import door_of
from services.intake.pages.mail_form import read_addition, read_complaint
from services.intake.pages.mailbox import Clerk, mail_of, show
from services.intake.pages.officers import viewer_of
from shared.ports import Unavailable
from shared.refusals import NotAllowed
from shared.web.forms import posted
from shared.web.identity import Identity
from shared.web.pages import redirect

router = APIRouter(include_in_schema=False)

Step = Callable[[Request, MailRecord, FormData, Identity], Awaitable[dict[str, str]]]
"""Does it, or says what is wrong with which field."""


@router.post("/mailbox/{name}/open")
async def open_mail(request: Request, name: str, officer: Clerk) -> Response:
    """The mail becomes a complaint in the clerk's words."""
    return await _take(request, name, officer, "open", _open)


@router.post("/mailbox/{name}/add")
async def add_mail(request: Request, name: str, officer: Clerk) -> Response:
    """The mail is added to a matter that is there."""
    return await _take(request, name, officer, "add", _add)


@router.post("/mailbox/{name}/aside")
async def put_aside(request: Request, name: str, officer: Clerk) -> Response:
    return await _take(request, name, officer, "aside", _put_aside)


@router.post("/mailbox/{name}/again")
async def sort_again(request: Request, name: str, officer: Clerk) -> Response:
    """The mail is sorted as if it had just come."""
    return await _take(request, name, officer, "again", _look_again)


async def _take(request: Request, name: str, officer: Identity, step: str, take: Step) -> Response:
    form = await posted(request)
    record = await mail_of(request, name, officer)
    try:
        faults = await take(request, record, form, officer)
    except Refused as refusal:
        faults = {refusal.field: refusal.why}
    except NotAllowed as refusal:
        return await show(request, await mail_of(request, name, officer), 409, form=form, refusal=refusal.why, step=step)
    except Unavailable:
        return await show(request, record, 503, form=form, refusal="mailbox.unavailable", step=step)
    if faults:
        return await show(request, record, 422, form=form, faults=faults, step=step)
    decided = await find_mail(door_of(request), name)
    return redirect(f"/mailbox?done={step}&number={(decided and decided.number) or ''}")


async def _open(request: Request, record: MailRecord, form: FormData, officer: Identity) -> dict[str, str]:
    door = door_of(request)
    submission, faults = read_complaint(form, (await see(door, record)).mail)
    if submission is not None:
        await open_as_new(door, record.id, submission, officer.actor)
    return faults


async def _add(request: Request, record: MailRecord, form: FormData, officer: Identity) -> dict[str, str]:
    text, faults = read_addition(form)
    if not faults:
        await add_to_matter(door_of(request), record.id, str(form.get("number", "")), text, viewer_of(officer))
    return faults


async def _put_aside(request: Request, record: MailRecord, form: FormData, officer: Identity) -> dict[str, str]:
    reason = str(form.get("reason", ""))
    if reason not in PUT_ASIDE_BY_CLERK:
        return {"reason": "fault.choose"}
    await put_mail_aside(door_of(request), record.id, reason, officer.actor)
    return {}


async def _look_again(request: Request, record: MailRecord, form: FormData, officer: Identity) -> dict[str, str]:
    await look_again(door_of(request), record.id, officer.actor)
    return {}
