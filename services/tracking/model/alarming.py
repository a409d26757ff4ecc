"""The alarm for a critical matter: at once, and again while nobody has taken it. Source: the glossary's U1."""

from datetime import datetime, timedelta

from services.tracking.model.case import Case
from shared.events import Moment
from shared.events.tracking import CaseAlarmed, CaseEvent, State

AGAIN = (timedelta(minutes=10), timedelta(minutes=20), timedelta(minutes=30))
"""After the first alarm, while nobody has taken the case."""

UNTAKEN: tuple[State, ...] = ("registered", "waiting", "dispatched", "handed_back")
"""States in which nobody has accepted the case, nor handed it to an emergency service."""


def is_untaken(case: Case) -> bool:
    """A critical case that nobody has accepted, transferred or found to be less urgent."""
    return case.urgency == "U1" and case.state in UNTAKEN


def next_alarm(case: Case) -> datetime | None:
    """When the duty desk has to be told next; in the past where it has not been told at all."""
    return _next(case, case.alarms) if is_untaken(case) else None


def _next(case: Case, alarms: tuple[Moment, ...]) -> datetime | None:
    if not alarms:
        return case.received_at
    return alarms[0] + AGAIN[len(alarms) - 1] if len(alarms) <= len(AGAIN) else None


def due_alarms(case: Case, now: datetime) -> list[CaseEvent]:
    """What the duty desk has to be told by now; after a long standstill each step once."""
    events: list[CaseEvent] = []
    alarms = case.alarms
    while is_untaken(case) and (at := _next(case, alarms)) is not None and at <= now:
        events.append(CaseAlarmed(number=len(alarms), minutes=int((now - alarms[0]) / timedelta(minutes=1)) if alarms else 0))
        alarms = (*alarms, now)
    return events
