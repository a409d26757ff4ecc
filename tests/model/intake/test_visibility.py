"""Which officers may see photos and contacts: the whole table."""

import pytest

from services.intake.model.complaint import Complaint, HistoryLine, Progress
from services.intake.model.masks import mask_email, mask_name, mask_phone
from services.intake.model.visibility import is_guarded, may_reach, may_see, read_aloud
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


@pytest.mark.parametrize(
    ("seen", "guarded"),
    [
        (complaint(), False),
        (complaint(sensitivity="S1"), True),
        (complaint(sensitivity="S3"), True),
        (complaint(confidential=True), True),
    ],
)
def test_what_leaves_the_house_for_number_and_code_only(seen, guarded):
    assert is_guarded(seen) == guarded


@pytest.mark.parametrize(("sensitivity", "department"), [("S0", "water"), ("S2", None)])
def test_what_a_voice_menu_may_say(sensitivity, department):
    lines = (HistoryLine(at=MONDAY, key="received"), HistoryLine(at=MONDAY, key="asked", department="water", words="哪栋楼", due_at=MONDAY))
    progress = Progress(
        state="in_hand", department="water", sensitivity=sensitivity, draft="草稿", reply="答复", history=lines, due_at=MONDAY,
        may=("urge",),
    )  # fmt: skip
    heard = read_aloud(complaint().model_copy(update={"title": "停水", "text": "原话", "progress": progress}))
    assert (heard.progress.state, heard.progress.due_at, heard.progress.department) == ("in_hand", MONDAY, department)
    assert [(line.key, line.department) for line in heard.progress.history] == [("asked", department)]
    assert heard.progress.may == ()
    for words in ("停水", "原话", "答复", "草稿", "哪栋楼"):
        assert words not in heard.model_dump_json()
