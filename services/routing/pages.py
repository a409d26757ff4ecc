"""What officers see of routing: the proposal for a text that is still being typed, as a fragment for the desk it is typed at."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import ValidationError

from services.routing.model.proposal import Knowledge, propose
from services.routing.similar import SimilarCases
from shared.events.intake import Place
from shared.spoken import as_meant
from shared.web.forms import posted
from shared.web.identity import Identity, require
from shared.web.judging import proposed_judgement
from shared.web.pages import render
from shared.web.speaking import Speaker

router = APIRouter(include_in_schema=False)

LONGEST = 20_000
"""Characters of a complaint at most; what is typed beyond is not read."""

Listener = Annotated[Identity, Depends(require("agent", "clerk", "dispatcher", "supervisor"))]


@router.post("/routing/proposal")
async def proposal(request: Request, officer: Listener) -> Response:
    """Fields `title`, `text`, `district` and `address`: department and category with their reasons. Nothing is kept."""
    form = await posted(request)
    title, text = str(form.get("title", ""))[:LONGEST], str(form.get("text", ""))[:LONGEST]
    place = _place(str(form.get("district", "")), str(form.get("address", "")))
    known: Knowledge = request.app.state.routing
    closed: SimilarCases = request.app.state.closed_cases
    similar = closed.find(title, text)
    found = as_meant("hotline", title, text, lambda heard: propose(known, title, heard, place, similar))
    judged = proposed_judgement(Speaker(request), found) if found.best else None
    category = found.best.category if found.best else ""
    return render(request, "routing/proposal.html", judged=judged, category=category, sure=found.sure, places=found.places)


def _place(district: str, address: str) -> Place:
    """The place as far as it is typed; an address that is too long is one that nobody has finished."""
    try:
        return Place(district=district or None, address=address)
    except ValidationError:
        return Place(district=district or None)
