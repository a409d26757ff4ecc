"""The rules of a deadline: how it starts, stands still, is extended, is met or dropped, and when somebody must be reminded."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from services.tracking.model.calendar import NATURAL, Calendar
from shared.events import Budget, Deadline, DeadlineClock, Extension, Mark, Pause
from shared.events.deadlines import Unit
from shared.refusals import NotAllowed

Share = Literal["50", "80", "100", "after"]
SHARES: tuple[Share, ...] = get_args(Share)
"""The reminders in their order: percent of the limit, and the next working day after it."""

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@dataclass(frozen=True)
class Remaining:
    """What is left until due, or how long it is overdue: whole units, rounded down, as an officer reads them."""

    amount: int
    unit: Unit
    overdue: bool


def start(clock: DeadlineClock, at: datetime, budget: Budget, calendar: Calendar, policy_version: str) -> Deadline:
    """A new deadline. What it promises now is what the complainant sees for ever."""
    due, provisional = calendar.add(at, budget)
    return Deadline(
        clock=clock, started_at=at, budget=budget, promised_at=due, due_at=due,
        provisional=provisional, calendar=calendar.version, policy=policy_version,
    )  # fmt: skip


def is_open(deadline: Deadline) -> bool:
    """Neither met nor dropped."""
    return deadline.met_at is None and deadline.dropped_at is None


def is_paused(deadline: Deadline) -> bool:
    """Open, and the department's clock stands still."""
    return is_open(deadline) and _running_pause(deadline) is not None


def is_overdue(deadline: Deadline, now: datetime) -> bool:
    """Open, not paused, and the limit has passed. The due moment itself is too late."""
    return is_open(deadline) and _is_past(deadline, now)


def met_in_time(deadline: Deadline) -> bool:
    """Met before it was due. Judge the promise by comparing `met_at` with `promised_at` instead."""
    return deadline.met_at is not None and not _is_past(deadline, deadline.met_at)


def pause(deadline: Deadline, at: datetime, reason: str, approver: str) -> Deadline:
    """Stops the department's clock. Refused when it ended, is paused already or is overdue: a pause does not cure a missed limit."""
    _require_open(deadline)
    if _running_pause(deadline):
        raise NotAllowed("pause.running", clock=deadline.clock)
    if _is_past(deadline, at):
        raise NotAllowed("pause.too_late", clock=deadline.clock, due_at=deadline.due_at)
    began = Pause(since=max(at, deadline.started_at), reason=reason, approver=approver)
    return deadline.model_copy(update={"pauses": (*deadline.pauses, began)})


def pause_ends(deadline: Deadline, calendar: Calendar, longest: Budget) -> datetime | None:
    """When the running pause reaches its cap and must be resumed, whoever forgot it; None when no pause runs."""
    running = _running_pause(deadline) if is_open(deadline) else None
    return calendar.add(running.since, longest)[0] if running else None


def resume(deadline: Deadline, at: datetime, calendar: Calendar, longest: Budget) -> Deadline:
    """Starts the clock again. Due moves by the time it stood still, in the budget's own kind of time.

    A pause counts up to its cap `longest` and no further; its `until` says how far it counted.
    """
    _require_open(deadline)
    running = _running_pause(deadline)
    if running is None:
        raise NotAllowed("pause.not_running", clock=deadline.clock)
    cap, cap_is_guess = calendar.add(running.since, longest)
    until = min(max(at, running.since), cap)
    stood = _time_between(running.since, until, deadline.budget.unit, calendar)
    due = _later(deadline.due_at, stood, deadline.budget.unit, calendar)
    guess = (until == cap and cap_is_guess) or _rests_on_guess(running.since, due, deadline.budget.unit, calendar)
    ended = running.model_copy(update={"until": until})
    return deadline.model_copy(
        update={"pauses": (*deadline.pauses[:-1], ended), "due_at": due, "provisional": deadline.provisional or guess}
    )


def extend(deadline: Deadline, at: datetime, budget: Budget, reason: str, calendar: Calendar, *, most: int, longest: Budget) -> Deadline:
    """Grants more time: at most `most` times, each not longer than `longest`, and only before expiry.

    Working days are added as whole office days, so that pauses and extensions give the same due in every order.
    """
    _require_open(deadline)
    if _is_past(deadline, at):
        raise NotAllowed("extension.too_late", clock=deadline.clock, due_at=deadline.due_at)
    if len(deadline.extensions) >= most:
        raise NotAllowed("extension.used_up", clock=deadline.clock, most=most)
    due = _later(deadline.due_at, calendar.length(budget), budget.unit, calendar)
    if due > _later(deadline.due_at, calendar.length(longest), longest.unit, calendar):
        raise NotAllowed("extension.too_long", clock=deadline.clock, longest=longest)
    guess = _rests_on_guess(deadline.due_at, due, budget.unit, calendar)
    granted = Extension(budget=budget, granted_at=at, reason=reason)
    return deadline.model_copy(
        update={"extensions": (*deadline.extensions, granted), "due_at": due, "provisional": deadline.provisional or guess}
    )


def shorten(deadline: Deadline, at: datetime, budget: Budget, calendar: Calendar) -> Deadline:
    """The matter is more urgent than was thought: `budget` from now on, where that ends sooner. The promise stays what it was."""
    _require_open(deadline)
    due, provisional = calendar.add(at, budget)
    if due >= deadline.due_at:
        return deadline
    return deadline.model_copy(update={"budget": budget, "due_at": due, "provisional": provisional})


def relax(deadline: Deadline, at: datetime, budget: Budget, calendar: Calendar) -> Deadline:
    """The matter is less urgent than was thought: `budget` from the start on, where that ends later. The promise stays what it was.

    A limit that has passed is not cured by it, and one that was paused or extended keeps the time that was agreed on.
    """
    _require_open(deadline)
    due, provisional = calendar.add(deadline.started_at, budget)
    if due <= deadline.due_at or deadline.pauses or deadline.extensions or _is_past(deadline, at):
        return deadline
    return deadline.model_copy(update={"budget": budget, "due_at": due, "provisional": provisional})


def meet(deadline: Deadline, at: datetime) -> Deadline:
    """What was asked for is done."""
    _require_open(deadline)
    return deadline.model_copy(update={"met_at": at})


def drop(deadline: Deadline, at: datetime) -> Deadline:
    """It is no longer asked for: handed back, withdrawn, overtaken."""
    _require_open(deadline)
    return deadline.model_copy(update={"dropped_at": at})


def next_share(deadline: Deadline) -> Share | None:
    """The reminder that comes next; None when all were given, while paused, and when it ended."""
    if not is_open(deadline) or is_paused(deadline) or len(deadline.marks) == len(SHARES):
        return None
    return SHARES[len(deadline.marks)]


def mark(deadline: Deadline, share: Share, at: datetime) -> Deadline:
    """Notes that a reminder was given; each once, in order."""
    expected = next_share(deadline)
    if share != expected:
        raise NotAllowed("mark.not_next", clock=deadline.clock, share=share, expected=expected)
    return deadline.model_copy(update={"marks": (*deadline.marks, Mark(at_share=share, given_at=at))})


def next_mark(deadline: Deadline, calendar: Calendar) -> tuple[Share, datetime] | None:
    """The next reminder and its moment (perhaps past already); None where `next_share` is None."""
    share = next_share(deadline)
    return None if share is None else (share, _moment_of(share, deadline, calendar))


def remaining(deadline: Deadline, now: datetime, calendar: Calendar) -> Remaining | None:
    """What to show beside the due date; None when it ended. While paused, what was left when the pause began.

    Working days are counted by date ("还有 2 个工作日" on Tuesday for Thursday); on the last day it is working hours.
    """
    if not is_open(deadline):
        return None
    running = _running_pause(deadline)
    moment = running.since if running else now
    overdue = _is_past(deadline, moment)
    earlier, later = sorted((moment, deadline.due_at))
    days = calendar.working_days_between(earlier, later) if deadline.budget.unit == "working_days" else 0
    if days:
        return Remaining(days, "working_days", overdue)
    rest = _time_between(earlier, later, deadline.budget.unit, calendar)
    if deadline.budget.unit not in NATURAL:
        return Remaining(rest // HOUR, "working_hours", overdue)
    return Remaining(rest // HOUR, "hours", overdue) if rest >= HOUR else Remaining(rest // MINUTE, "minutes", overdue)


def _moment_of(share: Share, deadline: Deadline, calendar: Calendar) -> datetime:
    """Counted back from due, so that a pause before it has no say: every pause is over when this is asked."""
    if share == "after":
        return calendar.next_working_moment(deadline.due_at)
    unit = deadline.budget.unit
    stood = sum((_time_between(one.since, one.until or one.since, unit, calendar) for one in deadline.pauses), timedelta(0))
    limit = _time_between(deadline.started_at, deadline.due_at, unit, calendar) - stood
    return _later(deadline.due_at, -limit * (100 - int(share)) / 100, unit, calendar)


def _time_between(start: datetime, end: datetime, unit: Unit, calendar: Calendar) -> timedelta:
    return end - start if unit in NATURAL else calendar.working_time_between(start, end)


def _later(moment: datetime, length: timedelta, unit: Unit, calendar: Calendar) -> datetime:
    return moment + length if unit in NATURAL else calendar.shift(moment, length)


def _rests_on_guess(start: datetime, end: datetime, unit: Unit, calendar: Calendar) -> bool:
    return unit not in NATURAL and calendar.rests_on_guess(start, end)


def _running_pause(deadline: Deadline) -> Pause | None:
    return deadline.pauses[-1] if deadline.pauses and deadline.pauses[-1].until is None else None


def _is_past(deadline: Deadline, moment: datetime) -> bool:
    return _running_pause(deadline) is None and moment >= deadline.due_at


def _require_open(deadline: Deadline) -> None:
    if not is_open(deadline):
        raise NotAllowed("deadline.ended", clock=deadline.clock)
