"""What officers see of sentiment: the reading of a text that is still being typed, as a fragment for the desk it is typed at."""

from dataclasses import dataclass
from datetime import tzinfo
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.sentiment.model.reading import Knowledge, read
from shared.events.sentiment import ComplaintRead
from shared.ports import Clock
from shared.spoken import as_meant
from shared.web.forms import posted
from shared.web.identity import Identity, require
from shared.web.judging import read_judgements
from shared.web.pages import render
from shared.web.speaking import Speaker

router = APIRouter(include_in_schema=False)

LONGEST = 20_000
"""Characters of a complaint at most; what is typed beyond is not read."""

Listener = Annotated[Identity, Depends(require("agent", "clerk", "dispatcher", "supervisor"))]


@dataclass(frozen=True)
class Reader:
    """On `app.state.sentiment`."""

    known: Knowledge
    clock: Clock
    zone: tzinfo

    def read_now(self, title: str, text: str) -> ComplaintRead:
        """The text as it would be read if the call ended now."""
        today = self.clock.now().astimezone(self.zone).date()
        return as_meant("hotline", title, text, lambda heard: read(title, heard, today, self.known))


@router.post("/sentiment/reading")
async def reading(request: Request, officer: Listener) -> Response:
    """Fields `title` and `text`: type, urgency, sensitivity and mood with their reasons. Nothing is kept."""
    form = await posted(request)
    title, text = str(form.get("title", ""))[:LONGEST], str(form.get("text", ""))[:LONGEST]
    reader: Reader = request.app.state.sentiment
    found = reader.read_now(title, text)
    shown = [] if found.not_understood else read_judgements(Speaker(request), found, found, {})
    return render(request, "sentiment/reading.html", judgements=shown, urgency=found.urgency)
