"""The API for a call centre's system: it says what it knows of a call, and asks whose call it is. Kept from version to version."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path, Request, Response

from services.intake.actions.calling import earlier, hear
from services.intake.actions.ending_calls import find_call
from services.intake.faults import Refused
from services.intake.model.call import Call
from services.intake.model.heard import GivenCall
from services.intake.pages.api import invalid
from services.intake.pages.call_shapes import CALL_ID, CALLS, CallBody
from services.intake.pages.knocking import door_of
from services.intake.pages.officers import viewer_of
from shared.web.identity import Identity, require
from shared.web.problems import NotFound

router = APIRouter(prefix="/api/v1/calls", tags=["calls"])

Agent = Annotated[Identity, Depends(require("agent"))]
Looker = Annotated[Identity, Depends(require("agent", "supervisor"))]
Said = Annotated[GivenCall, Body(openapi_examples=CALLS)]
Key = Annotated[str, Path(max_length=100, examples=[CALL_ID])]


@router.post(
    "",
    status_code=201,
    summary="Say what is known of a call",
    responses={201: {"model": CallBody}, 200: {"model": CallBody, "description": "A call that was known before, with what is new"}},
)
async def tell(request: Request, officer: Agent, said: Said) -> Response:
    """Ringing, answered, ended, its recording, its transcript: in parts or at once, in any order, as often as it likes; what was said once
    stays. 409 when it contradicts that. A call that is hung up and was never answered becomes a task to call back.
    """
    try:
        call, new = await hear(door_of(request), said)
    except Refused as refusal:
        raise invalid(request, refusal) from refusal
    body = await _body(request, officer, call)
    return Response(body.model_dump_json(), 201 if new else 200, media_type="application/json")


@router.get("/{call_id}", summary="The matter of a call, for the agent's screen")
async def ask(request: Request, officer: Looker, call_id: Key) -> CallBody:
    """Where the call stands, the matter that came of it, and what the same caller brought before."""
    call = await find_call(door_of(request), call_id)
    if call is None:
        raise NotFound
    return await _body(request, officer, call)


async def _body(request: Request, officer: Identity, call: Call) -> CallBody:
    door = door_of(request)
    return CallBody.of(call, await earlier(door, [call.person], viewer_of(officer)), door.world.settings.address)
