"""Deadlines as data: what tracking freezes into its events. The rules that make and move them are tracking's model."""

from typing import Annotated, Literal

from pydantic import Field

from shared.events.base import Line, Moment, Value

DeadlineClock = Literal["dispatch", "accept", "first_contact", "reply", "ruling", "review", "callback", "redo", "supervision"]
Unit = Literal["minutes", "hours", "working_hours", "working_days"]


class Budget(Value):
    """How long: natural minutes or hours, or working hours or days of the city's calendar."""

    amount: Annotated[int, Field(gt=0)]
    unit: Unit


class Pause(Value):
    """The department's clock stood still. `until` is None while it does."""

    since: Moment
    until: Moment | None = None
    reason: Line = ""
    approver: Line = ""


class Extension(Value):
    """More time, granted before expiry."""

    budget: Budget
    granted_at: Moment
    reason: Line = ""


class Mark(Value):
    """A reminder that was given: at 50, 80 or 100 percent of the limit, or 'after' (the next working day)."""

    at_share: Literal["50", "80", "100", "after"]
    given_at: Moment


class Deadline(Value):
    """One clock on one case. `promised_at` is the first due time and never changes; `due_at` follows pauses and extensions.

    `provisional` says that the calendar had no official notice for a year it touches. `met_at` and `dropped_at` end it.
    """

    clock: DeadlineClock
    started_at: Moment
    budget: Budget
    promised_at: Moment
    due_at: Moment
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Extension, ...] = ()
    marks: tuple[Mark, ...] = ()
    met_at: Moment | None = None
    dropped_at: Moment | None = None
    provisional: bool = False
    calendar: str
    policy: str
