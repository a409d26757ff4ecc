"""The page of hot topics (热点): what several people have brought in the last days."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.intake.actions.looking import Viewer
from services.intake.actions.matching import HotTopic, Matcher
from services.intake.documents import COMPLAINT
from services.intake.door import Door
from services.intake.model.complaint import Complaint
from services.intake.model.submission import headline
from services.intake.pages.knocking import door_of
from services.intake.pages.officers import viewer_of
from shared.language.central import most_central
from shared.web.identity import Identity, require
from shared.web.pages import render

router = APIRouter(include_in_schema=False)

Overseer = Annotated[Identity, Depends(require("dispatcher", "supervisor"))]

DAYS = 7
MOST_READ, MOST_LINKED = 50, 10
"""Complaints of a topic that its label is taken from, the newest; that the page links to."""


@dataclass(frozen=True)
class ShownTopic:
    """A topic as this officer may see it: its label, what it is made of, and its newest complaints."""

    label: str
    topic: HotTopic
    newest: list[Complaint]


@router.get("/hotline/topics")
async def topics(request: Request, officer: Overseer) -> Response:
    """The topics, those of the most people first. Of complaints that this officer may not see nothing is shown but that they count."""
    door = door_of(request)
    matcher: Matcher = request.app.state.matcher
    found = matcher.topics(door.clock.now() - timedelta(days=DAYS))
    shown = [await _show(door, viewer_of(officer), topic) for topic in found]
    return render(request, "intake/topics.html", topics=[one for one in shown if one], ready=matcher.ready, days=DAYS)


async def _show(door: Door, viewer: Viewer, topic: HotTopic) -> ShownTopic | None:
    stored = await door.store.get(COMPLAINT.name, list(topic.numbers[-MOST_READ:]))
    seen = [one for one in (COMPLAINT.parse(stored[number]) for number in reversed(topic.numbers) if number in stored) if viewer.sees(one)]
    if not seen:
        return None
    titles = [headline(one.title, one.text) for one in seen]
    return ShownTopic(titles[most_central(titles)], topic, seen[:MOST_LINKED])
