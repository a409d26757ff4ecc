"""The way of a complaint in four stations, for those who want to see at a glance where it is."""

from collections.abc import Collection
from datetime import datetime
from typing import Literal

from services.intake.model.complaint import Complaint
from shared.events import Moment, Value
from shared.events.tracking import State

Name = Literal["received", "dispatched", "handled", "answered"]
NAMES: tuple[Name, ...] = ("received", "dispatched", "handled", "answered")

PRESENT: dict[State, Name] = {
    "registered": "dispatched", "waiting": "dispatched", "handed_back": "dispatched", "dispatched": "handled", "in_hand": "handled",
    "supervised": "handled", "replied": "answered", "awaiting_callback": "answered",
}  # fmt: skip
"""The station that is being worked on; states that are not here are over."""
SHORTENED: frozenset[State] = frozenset({"declined", "withdrawn", "transferred"})
"""Ends that are no answer: no stations are shown."""


class Station(Value):
    name: Name
    state: Literal["done", "now", "next"]
    at: Moment | None = None


def stations(complaint: Complaint) -> tuple[Station, ...]:
    """The stations with the day each was reached; none for a complaint that ended without an answer."""
    state = complaint.progress.state
    if state in SHORTENED or _told(complaint, SHORTENED):
        return ()
    names = ("received", "answered") if _told(complaint, {"answered"}) else NAMES
    present = PRESENT.get(state)
    place = names.index(present) if present in names else len(names)
    return tuple(
        Station(name=name, state="done" if index < place else "now" if index == place else "next", at=_reached(complaint, name))
        for index, name in enumerate(names)
    )


def _reached(complaint: Complaint, name: Name) -> datetime | None:
    match name:
        case "received":
            return complaint.received_at
        case "dispatched":
            return _told(complaint, {"dispatched"})
        case "handled":
            return _told(complaint, {"accepted"})
        case "answered":
            return _told(complaint, {"replied", "answered"}) if complaint.progress.reply else None


def _told(complaint: Complaint, keys: Collection[str]) -> datetime | None:
    """When one of these was told last."""
    return next((line.at for line in reversed(complaint.progress.history) if line.key in keys), None)
