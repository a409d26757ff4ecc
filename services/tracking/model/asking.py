"""等诉求人补充材料: the department asks for what it cannot go on without, and its clock stands still for a while."""

from datetime import datetime
from typing import Literal

from services.tracking.model import clocks, deadlines
from services.tracking.model.case import Case
from services.tracking.model.clocks import Rules
from services.tracking.model.life import Who
from services.tracking.model.steps import Ask
from services.tracking.model.telling import keep_in
from shared.events.deadlines import DeadlineClock
from shared.events.tracking import CaseAsked, CaseEvent, CaseResumed
from shared.refusals import NotAllowed

PAUSED: frozenset[DeadlineClock] = frozenset({"reply", "redo"})
"""Clocks that stand still. A supervisor's order does not, nor does what the complainant was promised."""


def ask(case: Case, given: Ask, now: datetime, who: Who, rules: Rules) -> list[CaseEvent]:
    """Once somebody has spoken with the complainant, not twice at once, so often as the policy says, and never to cure a missed limit."""
    if case.contacted_at is None:
        raise NotAllowed("ask.no_first_contact")
    if case.asked:
        raise NotAllowed("ask.waiting")
    if case.asks >= rules.policy.max_pauses:
        raise NotAllowed("ask.used_up", most=rules.policy.max_pauses)
    paused = [deadlines.pause(one, now, "asked", who.login) for one in case.running if one.clock in PAUSED]
    if not paused:
        raise NotAllowed("ask.ordered")
    overrule = keep_in(case, given.words, given.overrule, rules)
    ends = [end for one in paused if (end := deadlines.pause_ends(one, rules.calendar, rules.policy.longest_pause))]
    return [CaseAsked(words=given.words, overrule=overrule, until=min(ends), deadlines=tuple(paused))]


def resumed(case: Case, why: Literal["supplemented", "cap"], now: datetime, rules: Rules) -> list[CaseEvent]:
    """The clock runs again; nothing when it was not stopped."""
    return [CaseResumed(why=why, deadlines=clocks.resume(case, now, rules))] if case.asked else []


def capped(case: Case, now: datetime, rules: Rules) -> list[CaseEvent]:
    """What the sweep finds: the pause has reached its cap and nobody has answered."""
    return resumed(case, "cap", now, rules) if case.asked and case.asked.until <= now else []
