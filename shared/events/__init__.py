"""The published language of the services: data, no behaviour; one file for each owner."""

from shared.events.base import Actor, Channel, ComplaintType, Event, Evidence, Moment, Sensitivity, Urgency, Value
from shared.events.deadlines import Budget, Deadline, DeadlineClock, Extension, Mark, Pause
from shared.events.record import Record, Unknown, Unreadable, derived_id, event_types, read, type_of

__all__ = [
    "Actor", "Budget", "Channel", "ComplaintType", "Deadline", "DeadlineClock", "Event", "Evidence", "Extension", "Mark", "Moment",
    "Pause", "Record", "Sensitivity", "Unknown", "Unreadable", "Urgency", "Value", "derived_id", "event_types", "read", "type_of",
]  # fmt: skip
