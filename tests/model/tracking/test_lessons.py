"""What a case teaches: only what somebody answered for, never the words of a restricted case."""

import pytest

from services.tracking.model.lessons import LONGEST_TEXT, lesson_of, precedent_of
from shared.events.sentiment import ComplaintRead
from shared.events.tracking import CaseClosed
from tests.builders import MONDAY, WATER, case_in, judged, proposal, reading, registered, take


def sure_case(**changes):
    return judged(registered(), **changes)


def answered():
    return case_in("awaiting_callback")


def test_what_the_machine_alone_has_said_teaches_nothing():
    assert sure_case().department == WATER
    assert lesson_of(sure_case()) is None


def test_a_department_that_accepts_confirms_the_dispatch():
    accepted, _ = take(sure_case(), "accept", MONDAY)
    lesson = lesson_of(accepted)
    assert lesson is not None
    assert (lesson.department, lesson.category, lesson.known_by, lesson.overruled) == (WATER, "water.supply", "department", False)


def test_a_dispatcher_s_choice_teaches_the_department_and_no_category_that_was_proposed_for_another():
    queued = judged(registered(), proposed=proposal("education", sure=False))
    chosen, _ = take(queued, "dispatch", MONDAY)
    lesson = lesson_of(chosen)
    assert lesson is not None
    assert (lesson.department, lesson.category, lesson.known_by) == (WATER, None, "dispatcher")


def test_a_hand_back_takes_the_lesson_away_until_it_is_ruled_on():
    accepted, _ = take(sure_case(), "accept", MONDAY)
    back, _ = take(accepted, "hand_back", MONDAY)
    assert lesson_of(back) is None
    kept, _ = take(back, "refuse_hand_back", MONDAY)
    assert lesson_of(kept).known_by == "ruling"
    gone, _ = take(back, "grant_hand_back", MONDAY)
    assert lesson_of(gone) is None


def test_closing_tells_later_cases_where_it_went_and_the_timeline_keeps_no_copy():
    closed, events = take(answered(), "rate", MONDAY, solved="yes", satisfied=5, process=5)
    told = next(event.precedent for event in events if isinstance(event, CaseClosed))
    assert (told.department, told.category, told.text) == (WATER, "water.supply", closed.text)
    assert all("precedent" not in entry.facts for entry in closed.timeline)
    assert lesson_of(closed).known_by == "closed"


def test_a_long_text_travels_only_as_far_as_it_is_compared():
    case = answered().model_copy(update={"text": "水" * 900, "title": "题" * 200})
    told = precedent_of(case)
    assert (len(told.text), len(told.title)) == (LONGEST_TEXT, 60)


@pytest.mark.parametrize("level", ["S2", "S3"])
def test_restricted_cases_teach_nothing(level):
    read: ComplaintRead = reading(sensitivity=level)
    case = answered().model_copy(update={"reading": read})
    assert lesson_of(case) is None
    assert precedent_of(case) is None


def test_nor_does_what_was_said_in_confidence():
    assert precedent_of(answered().model_copy(update={"confidential": True})) is None


def test_an_outcome_outside_the_remit_says_nothing_of_whose_duty_it_was():
    assert lesson_of(answered().model_copy(update={"outcome": "outside_remit"})) is None


def test_an_overrule_is_part_of_the_lesson():
    accepted, _ = take(sure_case(), "accept", MONDAY)
    put_right, _ = take(accepted, "overrule", MONDAY, urgency="U2")
    lesson = lesson_of(put_right)
    assert (lesson.urgency, lesson.overruled) == ("U2", True)
