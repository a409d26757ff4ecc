"""What a case teaches once somebody has answered for it: where it belonged, what it was, how urgent it was."""

from services.tracking.model.case import Case
from shared.events import Urgency
from shared.events.base import Value
from shared.events.tracking import KnownBy, Precedent

OPEN_TO_ALL = ("S0", "S1")
"""Sensitivities of which words may be kept outside the case."""
NOTHING_LEARNED = ("withdrawn", "outside_remit", "unreachable")
"""Outcomes that say nothing about whose duty the matter was."""
LONGEST_TITLE, LONGEST_TEXT = 60, 180
"""Characters that travel with a precedent: as many as are compared."""


class Lesson(Value):
    """Where a case went, and by what that is known. `category` is None where the machine had thought of another department."""

    department: str
    category: str | None
    urgency: Urgency
    overruled: bool
    known_by: KnownBy


def lesson_of(case: Case) -> Lesson | None:
    """The lesson of a case; None while only the machine has said where it belongs, and of a case whose words are restricted."""
    known_by = _known_by(case)
    if known_by is None or case.department is None or case.confidential or case.sensitivity not in OPEN_TO_ALL:
        return None
    return Lesson(
        department=case.department,
        category=_category(case, case.department),
        urgency=case.urgency,
        overruled=case.judged is not None,
        known_by=known_by,
    )


def precedent_of(case: Case) -> Precedent | None:
    """What later cases are told of one that is being closed; None of one that teaches nothing."""
    lesson = lesson_of(case)
    if lesson is None:
        return None
    return Precedent(
        title=case.title[:LONGEST_TITLE], text=case.text[:LONGEST_TEXT], department=lesson.department, category=lesson.category
    )


def _known_by(case: Case) -> KnownBy | None:
    """The strongest word about the department that has the case now."""
    if case.outcome in NOTHING_LEARNED or case.state in ("handed_back", "waiting", "withdrawn", "declined"):
        return None
    said: set[KnownBy] = set()
    for entry in case.timeline:
        match entry.type:
            case "case.dispatched":
                said = {"dispatcher"} if entry.by.kind == "officer" else set()
            case "case.accepted" | "case.replied":
                said.add("department")
            case "hand_back.refused":
                said.add("ruling")
            case "case.closed":
                said.add("closed")
    return next((one for one in ("closed", "ruling", "department", "dispatcher") if one in said), None)


def _category(case: Case, department: str) -> str | None:
    """The category that was proposed together with this department."""
    proposed = (case.proposal.best, case.proposal.runner_up) if case.proposal else ()
    return next((one.category for one in proposed if one and one.department == department), None)
