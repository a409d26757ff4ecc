"""Cases under numbers of their own, for the tests of the desk."""

from itertools import count

from services.tracking.model.case import Case
from shared.events.base import Evidence
from shared.events.routing import DepartmentProposed, Proposal
from tests.builders import case_in, judged, registered

_numbers = count(1)


def case_as(state: str, **changes) -> Case:
    """A case in a state, under a number of its own."""
    number = f"26030200{next(_numbers):04}0"
    return case_in(state).model_copy(update={"number": number, **changes})


def judged_as(read=None, proposed=None, **complaint) -> Case:
    number = f"26030200{next(_numbers):04}0"
    return judged(registered(**complaint).model_copy(update={"number": number}), read=read, proposed=proposed)


def unsure(department: str = "water") -> DepartmentProposed:
    best = Proposal(department=department, category="waterworks.outage", confidence=0.61, basis="供水条例第五条")
    second = Proposal(department="housing", category="estates.service", confidence=0.3)
    words = (Evidence(about="department", value=department, words="停水", rule="water.outage"),)
    return DepartmentProposed(best=best, runner_up=second, sure=False, evidence=words, catalogue="2026-02")
