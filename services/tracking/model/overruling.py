"""A person puts the machine's urgency and sensitivity right, with a reason; the event is kept as a lesson."""

from datetime import datetime

from services.tracking.model import clocks
from services.tracking.model.case import Case
from services.tracking.model.clocks import Rules
from services.tracking.model.life import Who
from services.tracking.model.steps import Overrule
from shared.events.tracking import CaseEvent, CaseJudged
from shared.refusals import NotAllowed

AT_ANY_TIME = frozenset({"dispatcher", "supervisor"})
"""Roles that may overrule whatever the state; an agent may while the case is only registered."""


def may_overrule(case: Case, who: Who) -> bool:
    """Whether it is this officer's turn to."""
    return case.state == "registered" or bool(who.roles & AT_ANY_TIME)


def overrule(case: Case, given: Overrule, now: datetime, who: Who, rules: Rules) -> list[CaseEvent]:
    """Both levels as they shall be. A U1 that the hard rules found, and who may see a case, are lowered by a supervisor only; what was
    said in confidence stays restricted.
    """
    if not may_overrule(case, who):
        raise NotAllowed("overrule.not_now")
    if (given.urgency, given.sensitivity) == (case.urgency, case.sensitivity):
        raise NotAllowed("overrule.nothing_new")
    _check_lowering(case, given, who)
    after = case.model_copy(update={"judged": case.judge(given.urgency, given.sensitivity)})
    changed = clocks.follow(after, now, rules, slower=given.urgency > case.urgency)
    return [
        CaseJudged(
            urgency=given.urgency, sensitivity=given.sensitivity, read_urgency=case.urgency, read_sensitivity=case.sensitivity,
            words=given.words, deadlines=changed,
        )
    ]  # fmt: skip


def _check_lowering(case: Case, given: Overrule, who: Who) -> None:
    supervisor = "supervisor" in who.roles
    if given.urgency > case.urgency and case.read_urgency == "U1" and not supervisor:
        raise NotAllowed("overrule.supervisor_only")
    if given.sensitivity < case.sensitivity and not supervisor:
        raise NotAllowed("overrule.supervisor_opens")
    if case.confidential and given.sensitivity < "S2":
        raise NotAllowed("overrule.confidential")
