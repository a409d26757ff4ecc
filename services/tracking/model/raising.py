"""What was added to a complaint may make it more urgent or more sensitive; it never makes it less."""

from datetime import datetime

from services.tracking.model import clocks
from services.tracking.model.case import Case
from services.tracking.model.clocks import Rules
from shared.events.sentiment import ComplaintRead
from shared.events.tracking import CaseEvent, CaseRaised


def raises(case: Case, reading: ComplaintRead) -> bool:
    """Whether the reading of a supplement finds more than is known."""
    return reading.urgency < case.urgency or reading.sensitivity > case.sensitivity


def raised(case: Case, now: datetime, rules: Rules) -> list[CaseEvent]:
    """The case, which such a reading has just raised, is told of; what has less time now has it from now on. An ended case stays ended."""
    if not case.open:
        return []
    return [CaseRaised(urgency=case.urgency, sensitivity=case.sensitivity, deadlines=clocks.shorten(case, now, rules))]
