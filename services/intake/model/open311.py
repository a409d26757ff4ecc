"""GeoReport's view of complaints: open or closed, what everybody may read of one, and which stretch of time a list covers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from services.intake.model.alike import PUBLIC_DIGITS
from services.intake.model.complaint import Complaint, Shelf
from services.intake.model.scrubbing import scrub
from services.intake.model.visibility import is_guarded

SPAN = timedelta(days=90)
"""The longest stretch that a list covers, by the specification."""
MOST_LISTED = 1_000
LONGEST_DESCRIPTION = 4_000
"""Characters, by the specification."""
MARGIN = 300
"""Characters at the end of what is read, longer than anything that scrubbing takes out."""

Status = Literal["open", "closed"]
SHELVES: dict[str, Shelf] = {"open": "joinable", "closed": "published"}
"""Where the public complaints of each status lie."""


@dataclass(frozen=True)
class Seen:
    """What a reader may have of a complaint: the app that filed it everything, others what is left when it is scrubbed. Of a guarded matter
    the app has only what it brought: who handles it and what was answered is for number and code.
    """

    description: str
    address: str
    lon: float | None
    lat: float | None
    reply: str
    department: str | None
    topic: str | None


def status_of(complaint: Complaint) -> Status:
    """Answered and asked about is still open: whether it is solved is for its complainant to say."""
    return "open" if complaint.open else "closed"


def seen(complaint: Complaint, *, own: bool) -> Seen:
    """What the app that filed it (`own`) or everybody may read."""
    place, progress = complaint.place, complaint.progress
    text = "\n".join(filter(None, (complaint.title, complaint.text)))
    if own and is_guarded(complaint):
        return Seen(text, place.address, place.lon, place.lat, "", None, complaint.category)
    if own:
        return Seen(text, place.address, place.lon, place.lat, progress.reply, progress.department, complaint.topic)
    lon, lat = (None if degrees is None else round(degrees, PUBLIC_DIGITS) for degrees in (place.lon, place.lat))
    return Seen(_brief(text), scrub(place.address), lon, lat, _brief(progress.reply), progress.department, complaint.topic)


def _brief(text: str) -> str:
    """Scrubbed and shortened. A list may hold a thousand long texts, so that of each only a little more is read than is shown; the end of
    what was read is not shown, for half a phone number looks like none.
    """
    read = scrub(text[: LONGEST_DESCRIPTION + MARGIN])
    return (read if len(text) <= LONGEST_DESCRIPTION + MARGIN else read[:-MARGIN])[:LONGEST_DESCRIPTION]


def period(start: datetime | None, end: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    """From when to when a list goes: 90 days up to now, from `start` or up to `end`. Raises ValueError for two that are further apart."""
    if start and end and not timedelta() <= end - start <= SPAN:
        raise ValueError("start_date and end_date are at most 90 days apart, in this order")
    if start:
        return start, end or start + SPAN
    return (end or now) - SPAN, end or now + timedelta(microseconds=1)
