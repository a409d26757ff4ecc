"""Says in the reader's language what the complainant may know of a matter: the page and the API tell the same."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import Request

from services.intake.door import Door
from services.intake.model.complaint import Complaint, HistoryLine
from services.intake.model.progress import question
from services.intake.model.stations import Station, stations
from services.intake.model.submission import headline
from services.intake.model.wishes import may
from shared.events.tracking import CitizenStep
from shared.places import Places
from shared.web.language import language_of
from shared.web.pages import say, write

REASONS = {
    "closed": "outcome", "declined": "declined", "missed": "clock", "rated": "solved", "you_rated": "solved", "extended": "extension",
    "resumed": "resumed", "transferred": "emergency",
}  # fmt: skip
"""Which words a line's `why` is one of; a refused wish has its own."""


@dataclass(frozen=True)
class ToldLine:
    """A line of the history in words. `words` were written by a person."""

    at: datetime
    key: str
    text: str
    words: str


@dataclass(frozen=True)
class Matter:
    """A complaint as its complainant sees it. `who` names whose turn it is; `history` is oldest first; `asked` is what we wait for."""

    complaint: Complaint
    title: str
    who: str
    history: tuple[ToldLine, ...]
    asked: HistoryLine | None
    stations: tuple[Station, ...]
    may: tuple[CitizenStep, ...]


def tell(request: Request, door: Door, complaint: Complaint) -> Matter:
    """The matter in the language of the request."""
    progress = complaint.progress
    return Matter(
        complaint=complaint,
        title=headline(complaint.title, complaint.text),
        who=_who(request, door.world.places, complaint),
        history=tuple(_line(request, door.world.places, complaint, line) for line in progress.history),
        asked=question(progress),
        stations=stations(complaint),
        may=may(progress, door.clock.now(), door.zone),
    )


def _who(request: Request, places: Places, complaint: Complaint) -> str:
    progress = complaint.progress
    if progress.turn == "department" and progress.department:
        return places.name(progress.department, language_of(request))
    return say(request, f"citizen.turn.{progress.turn}")


def _line(request: Request, places: Places, complaint: Complaint, line: HistoryLine) -> ToldLine:
    """A date of the line is told beside what was promised first, which never changes."""
    department = places.name(line.department, language_of(request)) if line.department else say(request, "citizen.turn.department")
    facts: dict[str, object] = {"department": department, "why": _why(request, line)}
    if line.due_at:
        promised = complaint.progress.promised_at or line.due_at
        facts |= {"moment": write(request, "moment", line.due_at), "promised": write(request, "moment", promised)}
    if line.key == "joined":
        facts["count"] = int(line.why)
    return ToldLine(line.at, line.key, say(request, f"citizen.history.{line.key}", **facts), line.words)


def _why(request: Request, line: HistoryLine) -> str:
    if line.key in REASONS:
        return say(request, f"citizen.{REASONS[line.key]}.{line.why}")
    if not line.why or line.key == "joined":
        return ""
    try:
        return say(request, f"citizen.refused.{line.why}")
    except LookupError:  # tracking may know reasons that are no words of ours
        return say(request, "citizen.refused.other")
