"""Which clocks each step starts, meets and drops on a case."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.tracking.model import alarming, deadlines
from services.tracking.model.calendar import Calendar
from services.tracking.model.case import Case
from services.tracking.model.policy import Policy
from services.tracking.model.reply_gate.knowledge import ReplyKnowledge
from shared.events import Deadline, DeadlineClock


@dataclass(frozen=True)
class Rules:
    """The rules in force: what the limits are, which days are worked, and what the reply gate knows."""

    policy: Policy
    calendar: Calendar
    replies: ReplyKnowledge


def start(case: Case, clocks: Iterable[DeadlineClock], at: datetime, rules: Rules) -> tuple[Deadline, ...]:
    """New deadlines on these clocks, with the limits for the case's urgency and type."""
    return tuple(
        deadlines.start(clock, at, rules.policy.budget(clock, case.urgency, case.complaint_type), rules.calendar, rules.policy.version)
        for clock in clocks
    )


def meet(case: Case, clocks: Iterable[DeadlineClock], at: datetime) -> tuple[Deadline, ...]:
    """The running deadlines on these clocks, met."""
    wanted = set(clocks)
    return tuple(deadlines.meet(one, at) for one in case.running if one.clock in wanted)


def drop(case: Case, at: datetime, keep: Iterable[DeadlineClock] = ()) -> tuple[Deadline, ...]:
    """The running deadlines but for those kept, ended without being met."""
    kept = set(keep)
    return tuple(deadlines.drop(one, at) for one in case.running if one.clock not in kept)


def resume(case: Case, at: datetime, rules: Rules) -> tuple[Deadline, ...]:
    """The deadlines that stood still, running again."""
    paused = [one for one in case.running if deadlines.is_paused(one)]
    return tuple(deadlines.resume(one, at, rules.calendar, rules.policy.longest_pause) for one in paused)


def running_on(case: Case, at: datetime, rules: Rules) -> Case:
    """The case with no clock standing still, for a step that does not wait for what was asked."""
    again = {(one.clock, one.started_at): one for one in resume(case, at, rules)}
    return case.model_copy(update={"deadlines": tuple(again.get((one.clock, one.started_at), one) for one in case.deadlines)})


def shorten(case: Case, at: datetime, rules: Rules) -> tuple[Deadline, ...]:
    """The running deadlines for which a case as urgent as this one now is has less time, counted from now."""
    policy = rules.policy
    shorter = (
        deadlines.shorten(one, at, policy.budget(one.clock, case.urgency, case.complaint_type), rules.calendar) for one in case.running
    )
    return tuple(new for new, one in zip(shorter, case.running, strict=True) if new != one)


def follow(case: Case, at: datetime, rules: Rules, *, slower: bool) -> tuple[Deadline, ...]:
    """The running deadlines that change with the case's new urgency: shorter from now on, or, where it is `slower`, longer."""
    if not slower:
        return shorten(case, at, rules)
    policy = rules.policy
    relaxed = (
        deadlines.relax(one, at, policy.budget(one.clock, case.urgency, case.complaint_type), rules.calendar) for one in case.running
    )
    return tuple(new for new, one in zip(relaxed, case.running, strict=True) if new != one)


def reopen(case: Case, clocks: Iterable[DeadlineClock]) -> tuple[Deadline, ...]:
    """The latest deadline of each clock, running again as if it had never been met: a failed review resets nothing."""
    latest = {one.clock: one for one in case.deadlines if one.dropped_at is None}
    return tuple(latest[clock].model_copy(update={"met_at": None}) for clock in clocks if clock in latest)


def next_mark_at(case: Case, rules: Rules) -> datetime | None:
    """When the sweep has to look at the case next: a reminder is due, a pause reaches its cap, or the duty desk has to be told."""
    marks = [mark[1] for one in case.running if (mark := deadlines.next_mark(one, rules.calendar)) is not None]
    alarm = alarming.next_alarm(case)
    return min([*marks, *([case.asked.until] if case.asked else []), *([alarm] if alarm else [])], default=None)
