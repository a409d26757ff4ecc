"""What the sweep finds due on a case: pauses at their cap, reminders, missed limits and the rung of the ladder told, alarms."""

from datetime import datetime

from services.tracking.model import alarming, asking, deadlines, extending
from services.tracking.model.case import Case
from services.tracking.model.clocks import Rules
from shared.events import Deadline
from shared.events.tracking import CaseEvent, DeadlineMissed, DeadlineReminded


def due_marks(case: Case, now: datetime, rules: Rules) -> list[CaseEvent]:
    """What is due by now: a pause that ends, then the marks on every running clock, in order; each once, also after a long standstill."""
    resumed = asking.capped(case, now, rules)
    running_again = {one.clock: one for event in resumed for one in event.deadlines}
    marks = [event for one in case.running for event in _marks(running_again.get(one.clock, one), now, rules)]
    return [*resumed, *marks, *extending.lapsed(case, marks), *alarming.due_alarms(case, now)]


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
