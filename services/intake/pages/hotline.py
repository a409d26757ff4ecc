"""The hotline's desk: who is calling, what do they want, is it known already, where does it go; and who waits to be called back."""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from uuid_utils import uuid7

from services.intake.actions.alike import alike
from services.intake.actions.call_desk import call_desk
from services.intake.actions.calling import begin, person_of, sealed_place
from services.intake.actions.ending_calls import find_call
from services.intake.actions.looking import write_look
from services.intake.faults import Refused
from services.intake.model.alike import LONGEST_READ
from services.intake.model.call import Call
from services.intake.model.heard import OURS
from services.intake.model.submission import clean_line
from services.intake.pages.call_form import ALL_SERVICES, ALL_TYPES, CallForm
from services.intake.pages.call_view import caller, earlier_view, facts, line_of
from services.intake.pages.knocking import door_of
from services.intake.pages.officers import viewer_of
from shared.web.forms import posted
from shared.web.identity import Identity, require
from shared.web.pages import redirect, render, say
from shared.web.problems import NotFound

router = APIRouter(include_in_schema=False)

Agent = Annotated[Identity, Depends(require("agent"))]
Looker = Annotated[Identity, Depends(require("agent", "supervisor"))]

OWN_ID = re.compile(rf"{OURS}[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}")


@router.get("/hotline")
async def desk(request: Request, officer: Looker, queue: str = "") -> Response:
    """What rings, what goes on, who waits to be called back, and what this agent has done last."""
    return await _desk(request, officer, queue)


@router.post("/hotline/calls")
async def new_call(request: Request, officer: Agent) -> Response:
    """A call without a call centre's system. The page carries its id, so that a second press of the button is the same call."""
    form = await posted(request)
    key, phone = str(form.get("id", "")), clean_line(str(form.get("phone", ""))).strip()
    try:
        call = await begin(door_of(request), key if OWN_ID.fullmatch(key) else _own_id(), phone, officer.actor)
    except Refused as refusal:
        return await _desk(request, officer, "", 422, phone=phone, faults={refusal.field: refusal.why})
    return redirect(f"/hotline/calls/{call.key}")


@router.get("/hotline/calls/{key}")
async def one(request: Request, officer: Looker, key: str) -> Response:
    """The page to work on while listening; of a call that has ended, what came of it."""
    return await show(request, officer, await call_of(request, key))


@router.post("/hotline/calls/{key}/number")
async def show_number(request: Request, officer: Agent, key: str) -> Response:
    """The number to call back, after it has been written down who looks. Shown once: a reload asks again."""
    await posted(request)
    call = await call_of(request, key)
    if call.state != "to_call_back":
        return redirect(f"/hotline/calls/{key}")
    await write_look(door_of(request), sealed_place(key), viewer_of(officer), say(request, "hotline.look_reason"))
    return await show(request, officer, call, shown=caller(door_of(request), call).phone)


@router.post("/hotline/earlier")
async def earlier(request: Request, officer: Agent) -> Response:
    """A fragment: what whoever has the phone that is being typed brought before. Nothing while it is no phone yet."""
    form = await posted(request)
    person = person_of(door_of(request), clean_line(str(form.get("phone", ""))))
    return render(request, "intake/call_earlier.html", earlier=await earlier_view(request, officer, person))


@router.post("/hotline/alike")
async def likely(request: Request, officer: Agent) -> Response:
    """A fragment: matters of anybody that are like what is being typed."""
    form = await posted(request)
    typed = {name: clean_line(str(form.get(name, "")))[:LONGEST_READ] for name in ("text", "title", "address", "district")}
    district = typed["district"] if typed["district"] in door_of(request).world.places.districts else None
    found = await alike(
        door_of(request), text=typed["text"], title=typed["title"], district=district, address=typed["address"],
        public_only=False, viewer=viewer_of(officer),
    )  # fmt: skip
    return render(request, "intake/call_alike.html", alike=found)


@router.get("/hotline/questions")
async def questions(request: Request, officer: Looker, category: str = "") -> Response:
    """A fragment: what to ask about this category."""
    return render(request, "intake/call_questions.html", group=door_of(request).questions.about(category))


async def call_of(request: Request, key: str) -> Call:
    call = await find_call(door_of(request), key)
    if call is None:
        raise NotFound
    return call


async def show(request: Request, officer: Identity, call: Call, status: int = 200, **context: Any) -> Response:
    """The call's page, with what was typed and why it could not be taken."""
    known = {"faults": {}, "refusal": "", "shown": "", "full": False, **CallForm({}).page(), **context}
    known |= await facts(request, officer, call)
    if call.ending:
        return render(request, "intake/call_ended.html", status, **known)
    door = door_of(request)
    known["earlier"] = await earlier_view(request, officer, call.person)
    known |= {"groups": door.questions.groups, "types": ALL_TYPES, "services": ALL_SERVICES, "ways": door.ways}
    return render(request, "intake/call.html", status, **known)


async def _desk(request: Request, officer: Identity, queue: str, status: int = 200, **context: Any) -> Response:
    lists = await call_desk(door_of(request), officer.login if officer.has("agent") else None, queue)
    known = {
        "lists": lists,
        "now_calls": [await line_of(request, call) for call in lists.going_on],
        "callbacks": [await line_of(request, call, looked=True) for call in lists.callbacks],
        "recent": [await line_of(request, call) for call in lists.recent],
        "queue": queue, "own_id": _own_id(), "phone": "", "faults": {}, **context,
    }  # fmt: skip
    return render(request, "intake/hotline.html", status, **known)


def _own_id() -> str:
    return f"{OURS}{uuid7()}"
