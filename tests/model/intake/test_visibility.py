"""Which officers may see photos and contacts: the whole table."""

import pytest

from services.intake.model.complaint import Complaint, Progress
from services.intake.model.masks import mask_email, mask_name, mask_phone
from services.intake.model.visibility import may_reach, may_see
from tests.builders import MONDAY

CENTRE = {"agent", "clerk", "dispatcher", "reviewer", "callback_clerk", "supervisor", "administrator", "auditor"}
OWN = {"handler", "approver", "liaison", "co_handler"}


def complaint(*, confidential=False, sensitivity="S0", department="water"):
    progress = Progress(department=department, sensitivity=sensitivity)
    return Complaint(number="1", channel="online", received_at=MONDAY, text="水", request="", confidential=confidential, progress=progress)


def who_may(rule, seen, department):
    """The roles that may, each alone, as an officer of `department`."""
    return {role for role in CENTRE | OWN if rule(seen, frozenset({role}), department, centre=role in CENTRE)}


CAREFUL = {"dispatcher", "reviewer", "supervisor", "auditor"}
HANDLING = {"handler", "approver"}


@pytest.mark.parametrize(
    ("seen", "own", "foreign"),
    [
        (complaint(), CENTRE | OWN, CENTRE),
        (complaint(sensitivity="S1"), CENTRE | OWN, CENTRE),
        (complaint(sensitivity="S2"), CAREFUL | HANDLING, CAREFUL),
        (complaint(sensitivity="S3"), CAREFUL | {"approver"}, CAREFUL),
        (complaint(confidential=True), CAREFUL | HANDLING, CAREFUL),
    ],
)
def test_who_may_see_photos(seen, own, foreign):
    assert who_may(may_see, seen, "water") == own
    assert who_may(may_see, seen, "housing") == foreign
    assert who_may(may_see, seen, None) == foreign


def test_who_may_reach_the_complainant():
    assert who_may(may_reach, complaint(), "water") == CENTRE | OWN
    assert who_may(may_reach, complaint(), "housing") == CENTRE
    confidential = complaint(confidential=True)
    assert who_may(may_reach, confidential, "water") == {"supervisor", "handler"}
    assert who_may(may_reach, confidential, "housing") == {"supervisor"}
    assert who_may(may_reach, complaint(sensitivity="S3"), "water") == CAREFUL | {"approver"}


def test_before_dispatch_no_department_may_see():
    assert who_may(may_see, complaint(department=None), None) == CENTRE


@pytest.mark.parametrize(
    ("mask", "open_", "masked"),
    [
        (mask_name, "王小明", "王**"), (mask_name, "李", "李"), (mask_name, "", ""), (mask_name, "A very long name", "A****"),
        (mask_phone, "+8613812345678", "138****5678"), (mask_phone, "+861062345678", "106***5678"), (mask_phone, "+8612345", "***45"),
        (mask_phone, "", ""), (mask_email, "wang@example.com", "w***@example.com"), (mask_email, "", ""),
    ],
)  # fmt: skip
def test_masks(mask, open_, masked):
    assert mask(open_) == masked
