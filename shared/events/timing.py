"""What tracking says about time: pauses while the complainant is asked, extensions, reminders and missed limits."""

from typing import Literal

from shared.events.base import Line, Moment
from shared.events.deadlines import DeadlineClock
from shared.events.standing import CaseEvent


class CaseAsked(CaseEvent):
    """The complainant was asked for something that the handling cannot go on without; `words` say what, and go to the complainant.
    The department's clock stops, the complainant's never does; `until` is where the pause ends by itself.
    """

    type: Literal["case.asked"] = "case.asked"
    words: Line
    overrule: Line = ""
    """Why it was asked in words that give the complainant away."""
    until: Moment


class CaseResumed(CaseEvent):
    """The pause is over: what was asked for has come, or its cap was reached."""

    type: Literal["case.resumed"] = "case.resumed"
    why: Literal["supplemented", "cap"]


ExtensionReason = Literal[
    "tests_or_appraisal", "several_departments", "longer_statutory_limit", "tender_or_works", "weather", "complainants_material",
    "court_or_arbitration", "many_people",
]  # fmt: skip


class ExtensionRequested(CaseEvent):
    """The department asks for `days` working days more (延期), with a plan, and says that the complainant was told."""

    type: Literal["extension.requested"] = "extension.requested"
    reason: ExtensionReason
    days: int
    plan: Line


class ExtensionGranted(CaseEvent):
    """The reply is due `days` working days later; the promise to the complainant stays what it was, and both are shown."""

    type: Literal["extension.granted"] = "extension.granted"
    reason: ExtensionReason
    days: int
    words: Line = ""


class ExtensionRefused(CaseEvent):
    type: Literal["extension.refused"] = "extension.refused"
    words: Line


Ladder = Literal["dispatcher", "liaison", "handler", "approver", "department_head", "supervisor", "supervision"]


class DeadlineReminded(CaseEvent):
    """A share of a limit has passed (50, 80) and the next rung of the ladder was told."""

    type: Literal["deadline.reminded"] = "deadline.reminded"
    clock: DeadlineClock
    at_share: Literal["50", "80"]
    to: Ladder


class DeadlineMissed(CaseEvent):
    """A limit has passed ('100'), or still nothing on the next working day ('after')."""

    type: Literal["deadline.missed"] = "deadline.missed"
    clock: DeadlineClock
    at_share: Literal["100", "after"]
    to: Ladder
