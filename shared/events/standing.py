"""Where a case stands after each of tracking's events: what every reader may know of it without the rules."""

from typing import Literal

from shared.events.base import Event, Moment, Value
from shared.events.deadlines import Deadline, DeadlineClock

State = Literal[
    "registered", "waiting", "dispatched", "in_hand", "handed_back", "replied", "awaiting_callback",
    "supervised", "closed", "archived", "answered", "declined", "withdrawn", "transferred",
]  # fmt: skip
Turn = Literal["centre", "department", "complainant", "nobody"]
CitizenStep = Literal["supplement", "urge", "withdraw", "rate"]
Outcome = Literal[
    "solved", "partly", "explained", "cannot_now", "outside_remit", "not_true", "withdrawn", "unreachable", "formal_procedure"
]


class Standing(Value):
    """Where a case stands: its state, whose turn it is, the promise to the complainant, what is due next, what the complainant may do."""

    state: State
    turn: Turn
    department: str | None = None
    clock: DeadlineClock | None = None
    promised_at: Moment | None = None
    due_at: Moment | None = None
    provisional: bool = False
    may: tuple[CitizenStep, ...] = ()


class CaseEvent(Event):
    """Base of tracking's events. `deadlines` are those this event started or changed, whole."""

    standing: Standing | None = None
    deadlines: tuple[Deadline, ...] = ()
