"""The rules of each step of a case; what holds on every way is in test_walks."""

from datetime import timedelta

import pytest

from services.tracking.model.decisions import TIMELINE_LIMIT, apply, perform
from services.tracking.model.life import Who
from services.tracking.model.sweeping import due_marks
from shared.events import Actor
from shared.refusals import NotAllowed
from tests.builders import (
    MACHINE,
    MONDAY,
    case_in,
    given,
    judged,
    proposal,
    reading,
    registered,
    take,
    the_rules,
)  # fmt: skip


def test_the_sure_and_harmless_case_is_dispatched_by_the_machine():
    case = judged(registered())
    assert (case.state, case.department, case.dispatches) == ("dispatched", "water", 1)
    assert {one.clock for one in case.running} == {"accept", "first_contact", "reply"}
    assert case.promised_at == case.clock("reply").promised_at


@pytest.mark.parametrize(
    ("read", "proposed", "why"),
    [
        (reading(), proposal(sure=False), "unsure"),
        (reading(), proposal(None), "no_proposal"),
        (reading(sensitivity="S1"), proposal(), "sensitive"),
        (reading(not_understood=True), proposal(), "not_understood"),
    ],
)
def test_every_other_case_waits_for_a_dispatcher_who_is_told_why(read, proposed, why):
    case = judged(registered(), read=read, proposed=proposed)
    assert (case.state, case.queued_why) == ("waiting", why)
    assert case.clock("dispatch") is not None


def test_a_confidential_complaint_is_never_dispatched_by_the_machine():
    assert judged(registered(confidential=True)).queued_why == "sensitive"


def test_a_more_urgent_case_has_less_time_to_be_dispatched():
    case = judged(registered(), MONDAY + timedelta(seconds=5), read=reading(urgency="U1", sensitivity="S1"))
    assert case.due_at == MONDAY + timedelta(minutes=15), "counted from when the case was registered"


def test_handing_back_twice_then_the_third_dispatch_is_a_designation():
    case = judged(registered())
    for department in ("housing", "water"):
        case, _ = take(case, "hand_back", MONDAY, suggested=None)
        case, _ = take(case, "grant_hand_back", MONDAY)
        case, _ = take(case, "dispatch", MONDAY, department=department)
    assert (case.dispatches, case.designation) == (3, True)
    with pytest.raises(NotAllowed, match=r"hand_back\.designation"):
        take(case, "hand_back", MONDAY, suggested=None)


def test_a_granted_hand_back_keeps_the_promise_to_the_complainant():
    first = judged(registered())
    case, _ = take(first, "hand_back", MONDAY, suggested=None)
    case, _ = take(case, "grant_hand_back", MONDAY)
    case, _ = take(case, "dispatch", MONDAY + timedelta(days=2), department="housing")
    assert case.promised_at == first.promised_at
    assert case.clock("reply").due_at > first.clock("reply").due_at
    back, _ = take(case, "hand_back", MONDAY + timedelta(days=2), suggested=None)
    back, _ = take(back, "grant_hand_back", MONDAY + timedelta(days=2))
    with pytest.raises(NotAllowed, match=r"dispatch\.same_department"):
        take(back, "dispatch", MONDAY + timedelta(days=2), department="housing")


def test_a_refused_hand_back_leaves_the_reply_clock_as_it_was():
    first = judged(registered())
    case, _ = take(first, "hand_back", MONDAY, suggested=None)
    case, _ = take(case, "refuse_hand_back", MONDAY + timedelta(hours=5))
    assert (case.state, case.department) == ("dispatched", "water")
    assert case.clock("reply") == first.clock("reply")


def test_the_window_for_handing_back_ends():
    with pytest.raises(NotAllowed, match=r"hand_back\.window_over"):
        take(judged(registered()), "hand_back", MONDAY + timedelta(days=3))


def test_a_reply_needs_a_first_contact():
    case, _ = take(case_in("dispatched"), "accept", MONDAY)
    with pytest.raises(NotAllowed, match=r"reply\.no_first_contact"):
        take(case, "reply", MONDAY)
    case, _ = take(case, "contact", MONDAY, reached=False, words="空号")
    assert take(case, "reply", MONDAY)[0].state == "awaiting_callback"


def test_a_failed_review_goes_back_and_the_clock_runs_on():
    before = case_in("replied")
    case, _ = take(before, "fail_review", MONDAY + timedelta(hours=1))
    assert case.state == "in_hand"
    reply = case.clock("reply")
    assert reply is not None
    assert (reply.started_at, reply.met_at) == (MONDAY, None)


def test_nobody_reviews_what_he_wrote():
    case = case_in("replied")
    author = case.replies[-1].by.id
    reviewer = Who(frozenset({"reviewer"}), None, author)
    with pytest.raises(NotAllowed, match=r"review\.own_reply"):
        perform(case, "pass_review", given("pass_review"), MONDAY, reviewer, Actor(kind="officer", id=author), the_rules())


def test_a_verdict_by_the_handler_is_refused():
    case = case_in("awaiting_callback")
    handler = Who(frozenset({"handler", "liaison", "approver"}), "water", "li")
    with pytest.raises(NotAllowed, match=r"step\.not_your_role"):
        perform(case, "rate", given("rate"), MONDAY, handler, Actor(kind="officer", id="li"), the_rules())


def test_closing_without_a_verdict_needs_three_tries_and_is_never_solved():
    case = case_in("awaiting_callback")
    with pytest.raises(NotAllowed, match=r"close\.tries_left"):
        take(case, "close", MONDAY)
    for days in range(3):
        case, _ = take(case, "try_callback", MONDAY + timedelta(days=days))
    with pytest.raises(NotAllowed, match=r"callback\.tries_used"):
        take(case, "try_callback", MONDAY)
    with pytest.raises(NotAllowed, match=r"close\.only_complainant_says_solved"):
        take(case, "close", MONDAY, outcome="solved")
    closed, events = take(case, "close", MONDAY)
    assert (closed.state, events[-1].reason, closed.solved) == ("closed", "not_reached", None)


def test_a_report_of_wrongdoing_is_declined_by_two():
    case = judged(registered(complaint_type="report"), proposed=proposal(sure=False))
    once, events = take(case, "decline", MONDAY)
    assert (once.state, events[0].type) == ("waiting", "decline.proposed")
    with pytest.raises(NotAllowed, match=r"decline\.second_person"):
        take(once, "decline", MONDAY)
    second = Who(frozenset({"dispatcher"}), None, "second")
    twice, events = perform(once, "decline", given("decline"), MONDAY, second, Actor(kind="officer", id="second"), the_rules())
    assert (twice.state, events[0].second_officer) == ("declined", "decline-officer")


def test_a_matter_of_public_safety_is_not_withdrawn():
    with pytest.raises(NotAllowed, match=r"withdraw\.public_safety"):
        take(judged(registered(), read=reading(urgency="U1")), "withdraw", MONDAY)


def test_urging_once_a_day_of_the_city():
    late = MONDAY.replace(hour=15, minute=50)  # 23:50 in Shanghai
    case, _ = take(case_in("dispatched"), "urge", late)
    with pytest.raises(NotAllowed, match=r"urge\.once_a_day"):
        take(case, "urge", late + timedelta(minutes=5))
    assert take(case, "urge", late + timedelta(minutes=15))[0].urges == 2


def test_nothing_can_be_added_without_end():
    case = case_in("dispatched")
    full = case.model_copy(update={"timeline": case.timeline * TIMELINE_LIMIT})
    with pytest.raises(NotAllowed, match=r"case\.too_long"):
        take(full, "note", MONDAY)
    assert take(full, "accept", MONDAY)[0].state == "in_hand"


def test_the_sweep_climbs_the_ladder_for_a_case_that_nobody_has():
    case, told = registered(), []
    for hours in (3, 6, 24, 72):
        now = MONDAY + timedelta(hours=hours)
        case, events = apply(case, due_marks(case, now, the_rules()), now, MACHINE, the_rules())
        told += [(event.type, event.at_share, event.to) for event in events]
    assert [share for _, share, _ in told] == ["50", "80", "100", "after"]
    assert told[0][2] == "dispatcher"
    assert told[-1][0] == "deadline.missed"
    assert case.overdue
