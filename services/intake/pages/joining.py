"""While a complaint is written: is it one of these? And joining one that is, to be told of its progress."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from services.intake.actions.alike import Alike, alike, joinable
from services.intake.actions.joining import join_matter, reach
from services.intake.faults import Refused
from services.intake.model.joining import Joining
from services.intake.pages.knocking import door_of, reader_language
from services.intake.pages.online import show_form
from shared.refusals import NotAllowed
from shared.web.forms import fault_summary, posted
from shared.web.pages import redirect, render, say
from shared.web.problems import NotFound

router = APIRouter(include_in_schema=False)

SHORTEST = 10
"""Characters below which nothing is looked for."""
SHOWN = 3
RESULTS = ("sms", "email", "none")
TYPED = ("phone", "email", "notify", "words")


@router.post("/alike")
async def look(request: Request) -> Response:
    """The block below the text box, for htmx; else the form as it was typed, with the block in it."""
    form, door = await posted(request), door_of(request)
    request.app.state.limits.check_address("alike", request, door.own.alike)
    matters = await _found(request, form)
    if "hx-request" in request.headers:
        return render(request, "intake/alike.html", matters=matters or None)
    return show_form(request, form, {}, matters=matters)


@router.get("/join/{number}")
async def ask(request: Request, number: str) -> Response:
    return _page(request, await _matter(request, number), {}, {})


@router.post("/join/{number}")
async def join(request: Request, number: str) -> Response:
    """Takes somebody in as a follower, or gives the form back as it was typed."""
    form, door = await posted(request), door_of(request)
    request.app.state.limits.check_address("joins", request, door.own.joins)
    matter = await _matter(request, number)
    try:
        given = Joining.model_validate({name: form.get(name, "") for name in TYPED})
        _count_person(request, given)
        complaint = await join_matter(door, number, given, reader_language(request), request.state.trace)
    except ValidationError as fault:
        return _page(request, matter, form, _faults(fault), 422)
    except Refused as refusal:
        return _page(request, matter, form, {refusal.field: refusal.why}, 422)
    except NotAllowed as refusal:
        return _page(request, matter, form, {}, 409, refusal=say(request, f"refusal.{refusal.why}", **refusal.facts))
    if complaint is None:
        raise NotFound
    return redirect(f"/joined?way={reach(door, given)[1]}")


@router.get("/joined")
async def joined(request: Request, way: str = "") -> Response:
    """What they will be told. It names nothing, so it can be shown to anybody."""
    if way not in RESULTS:
        raise NotFound
    return render(request, "intake/joined.html", way=way)


async def _found(request: Request, form: Mapping[str, Any]) -> list[Alike]:
    text, title, address, district = (str(form.get(name, "")) for name in ("text", "title", "address", "district"))
    if len(text.strip()) < SHORTEST:
        return []
    door = door_of(request)
    known = district if district in door.world.places.districts else None
    return await alike(door, text=text, title=title, address=address, district=known, limit=SHOWN, public_only=True)


def _count_person(request: Request, given: Joining) -> None:
    """Nobody is made to follow many matters by somebody who knows their number. Raises Refused, TooMany."""
    door = door_of(request)
    contact, _ = reach(door, given)
    request.app.state.limits.check("joins_of_person", str(door.contacts.same_person(contact)), door.own.joins_of_person)


def _faults(fault: ValidationError) -> dict[str, str]:
    faults = fault_summary(fault)
    if faults.get("email") == "fault.other":
        faults["email"] = "fault.email_unreadable"
    return faults


async def _matter(request: Request, number: str) -> Alike:
    matter = await joinable(door_of(request), number)
    if matter is None:
        raise NotFound
    return matter


def _page(
    request: Request, matter: Alike, form: Mapping[str, Any], faults: Mapping[str, str], status: int = 200, refusal: str = ""
) -> Response:
    typed = {name: str(form.get(name, "")) for name in TYPED}
    offered = door_of(request).ways
    return render(request, "intake/join.html", status, matter=matter, typed=typed, faults=faults, refusal=refusal, offered=offered)
