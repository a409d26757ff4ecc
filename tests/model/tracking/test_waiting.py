"""Waiting for the complainant, and asking for more time: the department's clock may move, the promise to the complainant never does."""

from datetime import UTC, datetime, timedelta

import pytest

from services.tracking.model.decisions import apply, offered, perform
from services.tracking.model.life import Who
from services.tracking.model.standing import standing
from services.tracking.model.sweeping import due_marks
from shared.events import Actor
from shared.refusals import NotAllowed
from tests.builders import MACHINE, MONDAY, case_in, given, take, the_rules

HANDLER = Who(frozenset({"handler"}), "water", "li")
DISPATCHER = Who(frozenset({"dispatcher"}), None, "chen")


def in_hand():
    """A case whose complainant was contacted."""
    return take(case_in("in_hand"), "contact", MONDAY)[0]


def sweep(case, at):
    return apply(case, due_marks(case, at, the_rules()), at, MACHINE, the_rules())


def test_the_department_waits_and_the_complainant_does_not():
    before = in_hand()
    case, (event,) = take(before, "ask", MONDAY)
    assert event.until == datetime(2026, 3, 9, 9, 30, tzinfo=UTC), "five working days on, at 17:30"
    assert (case.asked.words, case.pile) == ("请告诉我们漏水的楼层。", "waiting")
    assert (case.promised_at, case.clock("reply").promised_at) == (before.promised_at, before.promised_at)
    after = standing(case)
    assert (after.turn, after.clock, after.due_at) == ("complainant", None, None)
    assert case.next_mark_at == event.until, "the sweep comes back for the cap"


def test_what_is_sent_in_lets_the_clock_run_again():
    asked, _ = take(in_hand(), "ask", MONDAY)
    case, events = take(asked, "supplement", MONDAY + timedelta(days=2))
    assert [event.type for event in events] == ["case.supplemented", "case.resumed"]
    assert events[1].why == "supplemented"
    assert case.asked is None
    assert case.clock("reply").due_at == asked.clock("reply").due_at + timedelta(days=2)
    assert (standing(case).turn, standing(case).clock) == ("department", "reply")


def test_without_an_answer_the_sweep_ends_the_wait_at_its_cap_however_late_it_comes():
    asked, _ = take(in_hand(), "ask", MONDAY)
    _, events = sweep(asked, asked.asked.until - timedelta(seconds=1))
    assert events == []
    for late in (timedelta(0), timedelta(hours=5)):
        case, events = sweep(asked, asked.asked.until + late)
        assert next(event.type for event in events) == "case.resumed"
        assert events[0].why == "cap"
        assert case.clock("reply").pauses[0].until == asked.asked.until
        assert case.clock("reply").due_at > asked.clock("reply").due_at


@pytest.mark.parametrize("step", ["reply", "hand_back", "withdraw"])
def test_a_step_that_does_not_wait_ends_the_wait(step):
    asked, _ = take(in_hand(), "ask", MONDAY)
    case, _ = take(asked, step, MONDAY + timedelta(hours=2))
    assert case.asked is None
    assert all(not one.pauses or one.pauses[-1].until for one in case.running)


def test_a_reply_that_fails_its_review_finds_its_clock_running():
    asked, _ = take(in_hand(), "ask", MONDAY)
    asked = asked.model_copy(update={"confidential": True})  # which asks for a review
    replied, _ = take(asked, "reply", MONDAY + timedelta(days=1))
    case, _ = take(replied, "fail_review", MONDAY + timedelta(days=1, hours=1))
    assert case.clock("reply").pauses[0].until == MONDAY + timedelta(days=1)
    assert standing(case).clock == "reply"


def test_asking_has_its_conditions():
    with pytest.raises(NotAllowed, match=r"ask\.no_first_contact"):
        take(case_in("in_hand"), "ask", MONDAY)
    case, _ = take(in_hand(), "ask", MONDAY)
    with pytest.raises(NotAllowed, match=r"ask\.waiting"):
        take(case, "ask", MONDAY)
    assert "ask" not in offered(case, HANDLER)
    case, _ = take(case, "supplement", MONDAY)
    case, _ = take(case, "ask", MONDAY)
    case, _ = take(case, "supplement", MONDAY)
    with pytest.raises(NotAllowed, match=r"ask\.used_up"):
        take(case, "ask", MONDAY)


def test_a_missed_limit_is_not_cured_by_asking():
    case = in_hand()
    with pytest.raises(NotAllowed, match=r"pause\.too_late"):
        take(case, "ask", case.clock("reply").due_at)


def test_a_supervisors_order_does_not_stand_still():
    case, _ = take(case_in("supervised"), "order", MONDAY)
    for step in ("accept", "contact"):
        case, _ = take(case, step, MONDAY)
    with pytest.raises(NotAllowed, match=r"ask\.ordered"):
        take(case, "ask", MONDAY)


def test_more_time_is_asked_for_and_granted_and_both_dates_stand():
    before = in_hand()
    asked, (request,) = take(before, "request_extension", MONDAY)
    assert (request.days, asked.errand, asked.errand_at) == (3, "extension", before.due_at)
    case, (granted,) = take(asked, "grant_extension", MONDAY + timedelta(hours=1), words="同意")
    assert (granted.reason, granted.days) == ("weather", 3)
    reply = case.clock("reply")
    assert the_rules().calendar.working_days_between(before.clock("reply").due_at, reply.due_at) == 3
    assert (reply.promised_at, case.promised_at) == (before.promised_at, before.promised_at)
    assert (case.extension, case.errand, case.errand_at) == (None, None, None)


def test_a_refused_request_changes_no_limit():
    before = in_hand()
    asked, _ = take(before, "request_extension", MONDAY)
    case, _ = take(asked, "refuse_extension", MONDAY)
    assert (case.extension, case.deadlines) == (None, before.deadlines)


def test_at_most_two_and_never_too_long():
    case = in_hand()
    with pytest.raises(NotAllowed, match=r"extension\.too_long"):
        take(case, "request_extension", MONDAY, days=11)
    for _ in range(2):
        case, _ = take(case, "request_extension", MONDAY)
        with pytest.raises(NotAllowed, match=r"extension\.waiting"):
            take(case, "request_extension", MONDAY)
        case, _ = take(case, "grant_extension", MONDAY)
    with pytest.raises(NotAllowed, match=r"extension\.used_up"):
        take(case, "request_extension", MONDAY)


def test_nobody_rules_on_their_own_request():
    both = Who(frozenset({"handler", "dispatcher"}), "water", "li")
    by = Actor(kind="officer", id="li", department="water")
    case, _ = perform(in_hand(), "request_extension", given("request_extension"), MONDAY, both, by, the_rules())
    for step in ("grant_extension", "refuse_extension"):
        with pytest.raises(NotAllowed, match=r"extension\.second_person"):
            perform(case, step, given(step), MONDAY, both, by, the_rules())


def test_without_a_request_there_is_nothing_to_rule_on():
    case = in_hand()
    with pytest.raises(NotAllowed, match=r"extension\.none"):
        take(case, "grant_extension", MONDAY)
    assert not {"grant_extension", "refuse_extension"} & set(offered(case, DISPATCHER))
    asked, _ = take(case, "request_extension", MONDAY)
    assert {"grant_extension", "refuse_extension"} <= set(offered(asked, DISPATCHER))


def test_a_request_lapses_with_the_limit_and_with_the_department():
    asked, _ = take(in_hand(), "request_extension", MONDAY)
    due = asked.clock("reply").due_at
    with pytest.raises(NotAllowed, match=r"extension\.too_late"):
        take(asked, "grant_extension", due)
    case, events = sweep(asked, due)
    assert case.extension is None
    assert [(event.step, event.why) for event in events if event.type == "step.refused"] == [("request_extension", "extension.lapsed")]
    assert take(asked, "hand_back", MONDAY)[0].extension is None
    assert take(asked, "reply", MONDAY)[0].extension is None


def test_a_redo_is_not_extended():
    case, _ = take(case_in("awaiting_callback"), "rate", MONDAY, solved="no", satisfied=1)
    for step in ("accept", "contact"):
        case, _ = take(case, step, MONDAY)
    with pytest.raises(NotAllowed, match=r"extension\.only_reply"):
        take(case, "request_extension", MONDAY)
    assert "request_extension" not in offered(case, HANDLER)
