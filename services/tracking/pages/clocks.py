"""Clocks in words: what is due, when, and how much of the city's working time is left."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.tracking.model.calendar import Calendar
from services.tracking.model.case import Case
from services.tracking.model.deadlines import Remaining, is_paused, met_in_time, remaining
from shared.events import Deadline
from shared.web.speaking import Speaker

SOON = frozenset({"80", "100"})
"""Marks after which a clock is shown as due soon."""

AS_DAYS = 48
"""Natural hours from which days are said."""


@dataclass(frozen=True)
class ClockLine:
    """One clock as `macros/due_line.html` wants it; `at` is when it was met, or when it is due."""

    deadline: Deadline
    what: str
    at: datetime
    state: Literal["running", "soon", "late", "met", "paused"]
    left: str | None


def running_lines(speaker: Speaker, case: Case, calendar: Calendar, now: datetime) -> list[ClockLine]:
    """The clocks that run, the one due first in front."""
    return [line(speaker, one, calendar, now) for one in case.running]


def ended_lines(speaker: Speaker, deadlines: Iterable[Deadline]) -> list[ClockLine]:
    """The clocks that were met, oldest first; dropped ones say nothing."""
    lines = []
    for one in deadlines:
        if one.met_at is not None:
            late = not met_in_time(one)
            left = speaker.say("desk.due.met_late") if late else None
            lines.append(ClockLine(one, speaker.say(f"desk.clock.{one.clock}"), one.met_at, "late" if late else "met", left))
    return lines


def first_line(speaker: Speaker, case: Case, calendar: Calendar, now: datetime) -> ClockLine | None:
    """The clock that is due first."""
    return line(speaker, case.running[0], calendar, now) if case.running else None


def line(speaker: Speaker, deadline: Deadline, calendar: Calendar, now: datetime) -> ClockLine:
    """A clock that runs."""
    what, rest = speaker.say(f"desk.clock.{deadline.clock}"), remaining(deadline, now, calendar)
    if rest is None:
        raise ValueError(f"the clock {deadline.clock} has ended")
    left = _left(speaker, rest)
    if is_paused(deadline):
        return ClockLine(deadline, what, deadline.due_at, "paused", None)
    soon = any(mark.at_share in SOON for mark in deadline.marks)
    return ClockLine(deadline, what, deadline.due_at, "late" if rest.overdue else "soon" if soon else "running", left)


def _left(speaker: Speaker, rest: Remaining) -> str:
    if rest.amount == 0:
        return speaker.say("desk.late.just" if rest.overdue else f"desk.left.under_{'minute' if rest.unit == 'minutes' else 'hour'}")
    days = rest.unit == "hours" and rest.amount >= AS_DAYS
    unit, amount = ("days", rest.amount // 24) if days else (rest.unit, rest.amount)
    return speaker.say(f"desk.{'late' if rest.overdue else 'left'}.{unit}", count=amount)
