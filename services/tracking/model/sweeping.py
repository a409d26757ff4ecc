"""What the sweep finds due on a case: reminders, missed limits, and the rung of the ladder that is told."""

from datetime import datetime

from services.tracking.model import deadlines
from services.tracking.model.case import Case
from services.tracking.model.clocks import Rules
from shared.events import Deadline
from shared.events.tracking import CaseEvent, DeadlineMissed, DeadlineReminded


def due_marks(case: Case, now: datetime, rules: Rules) -> list[CaseEvent]:
    """The marks that are due by now on every running clock, in order; each is given once, also after a long standstill."""
    return [event for one in case.running for event in _marks(one, now, rules)]


def _marks(deadline: Deadline, now: datetime, rules: Rules) -> list[CaseEvent]:
    events: list[CaseEvent] = []
    while (mark := deadlines.next_mark(deadline, rules.calendar)) is not None and mark[1] <= now:
        share = mark[0]
        deadline = deadlines.mark(deadline, share, now)
        to = rules.policy.rung(deadline.clock, share)
        if share in ("50", "80"):
            events.append(DeadlineReminded(clock=deadline.clock, at_share=share, to=to, deadlines=(deadline,)))
        else:
            events.append(DeadlineMissed(clock=deadline.clock, at_share=share, to=to, deadlines=(deadline,)))
    return events
