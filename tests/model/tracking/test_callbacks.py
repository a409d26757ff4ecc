"""Calling back: the link first, each call at another time of day, nobody twice on a day, and no silence that counts as contentment."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from services.tracking.model import callbacks, noticing
from services.tracking.model.callbacks import Contact
from services.tracking.model.decisions import offered, scheduled
from services.tracking.model.life import Who
from shared.events.intake import NoticeQueued, NoticeSettled
from shared.refusals import NotAllowed
from tests.builders import MONDAY, case_in, take, the_rules

RULES = the_rules()
ZONE = RULES.calendar.zone


def at(day: int, clock: str) -> datetime:
    """A moment of March 2026 by the city's clocks; the 2nd is a Monday."""
    hour, minute = clock.split(":")
    return datetime(2026, 3, day, int(hour), int(minute), tzinfo=ZONE).astimezone(UTC)


def answered(moment: datetime = MONDAY, **changes):
    return case_in("awaiting_callback", moment).model_copy(update=changes)


def told(case, moment, kind="answered", notice="n1"):
    return noticing.queued(case, notice, NoticeQueued(kind=kind, channel="sms"), moment)


def settled(case, moment, result, notice="n1"):
    return noticing.settled(case, NoticeSettled(notice=notice, kind="answered", channel="sms", result=result), moment)


def following(case):
    found = callbacks.next_call(case, RULES)
    return found.at, found.why


def test_whoever_got_no_link_is_called_at_once():
    assert following(answered()) == (MONDAY, "no_link")
    late = at(2, "22:00")
    assert following(answered(late)) == (at(3, "09:00"), "no_link"), "nobody is called at night"


def test_a_link_that_is_out_is_waited_for_until_the_next_day():
    case = settled(told(answered(), MONDAY), MONDAY, "sent")
    assert following(case) == (at(3, "09:00"), "waiting_for_link")
    late = settled(told(answered(), MONDAY), at(2, "16:00"), "sent")
    assert following(late) == (at(3, "11:00"), "waiting_for_link"), "four working hours"
    assert following(settled(case, at(4, "10:00"), "delivered")) == following(case), "counted from when it went out"


def test_a_link_that_has_not_gone_out_is_not_said_to_be_out():
    held = told(answered(), MONDAY)
    assert following(held) == (at(3, "09:00"), "link_queued")
    assert following(settled(held, at(3, "08:00"), "sent")) == (at(4, "09:00"), "waiting_for_link"), "from then on it is waited for"


@pytest.mark.parametrize("result", ["given_up", "bounced", "unconfirmed"])
def test_a_link_that_did_not_come_is_no_link(result):
    case = settled(told(answered(), MONDAY), at(2, "10:30"), result)
    assert following(case) == (at(2, "10:30"), "link_failed")


def test_the_link_of_an_earlier_answer_is_not_that_of_this_one():
    case = settled(told(answered(), MONDAY), MONDAY, "sent")
    case, _ = take(case, "rate", MONDAY, solved="no", satisfied=1)
    for step in ("accept", "contact", "reply", "pass_review"):
        case, _ = take(case, step, at(3, "10:00"))
    assert following(case) == (at(3, "10:00"), "no_link")


def test_other_notices_carry_no_link():
    assert following(told(answered(), MONDAY, "receipt"))[1] == "no_link"


def test_each_call_is_at_another_time_of_day():
    case, _ = take(answered(), "try_callback", at(2, "10:00"), result="busy")
    assert following(case) == (at(2, "12:00"), "again")
    with pytest.raises(NotAllowed, match=r"callback\.same_time_of_day"):
        take(case, "try_callback", at(2, "11:50"))
    case, _ = take(case, "try_callback", at(2, "18:00"))
    assert following(case) == (at(3, "12:00"), "again"), "neither in the morning nor in the evening again"
    assert take(case, "try_callback", at(3, "10:00"))[0].tries[-1].result == "no_answer", "but another day will do"


def test_no_more_calls_than_the_policy_has():
    case = answered()
    for clock in ("10:00", "12:30", "15:00"):
        case, _ = take(case, "try_callback", at(2, clock))
    assert following(case) == (at(2, "15:00"), "no_more")
    with pytest.raises(NotAllowed, match=r"callback\.tries_used"):
        take(case, "try_callback", at(3, "10:00"))
    assert take(case, "close", at(3, "10:00"))[0].outcome == "explained"


@pytest.mark.parametrize("result", ["wrong_number", "refused"])
def test_what_makes_another_call_useless_or_unkind_ends_the_calls_and_is_no_contentment(result):
    case, _ = take(answered(), "try_callback", MONDAY, result=result)
    assert following(case)[1] == "no_more"
    closed, (event,) = take(case, "close", MONDAY)
    assert (event.reason, closed.satisfied, closed.solved) == ("not_reached", None, None)


@pytest.mark.parametrize("clock", ["08:59", "20:30", "03:00"])
def test_nobody_is_called_at_night(clock):
    with pytest.raises(NotAllowed, match=r"callback\.not_at_this_hour"):
        take(answered(), "try_callback", at(3, clock))


def test_who_left_no_way_to_be_reached_is_not_called():
    case = scheduled(answered(person=None), RULES)
    with pytest.raises(NotAllowed, match=r"callback\.nobody_to_call"):
        take(case, "try_callback", MONDAY)
    assert "try_callback" not in offered(case, Who(frozenset({"callback_clerk"})))
    due = case.clock("callback").due_at
    assert following(case) == (due, "nobody_to_call")
    with pytest.raises(NotAllowed, match=r"close\.wait_for_verdict"):
        take(case, "close", due - timedelta(seconds=1))
    assert take(case, "close", due)[0].state == "closed"


def test_today_is_everything_that_asked_something_of_the_person():
    case, _ = take(settled(told(answered(), MONDAY), MONDAY, "sent"), "try_callback", at(2, "15:00"))
    assert [one.how for one in callbacks.contacts(case, at(2, "19:00"), ZONE)] == ["called", "told"]
    assert callbacks.contacts(case, at(3, "00:30"), ZONE) == []
    receipt = settled(told(answered(), MONDAY, "receipt"), MONDAY, "sent")
    assert callbacks.contacts(receipt, MONDAY, ZONE) == [], "a receipt asks nothing"
    failed = settled(told(answered(), MONDAY), MONDAY, "bounced")
    assert callbacks.contacts(failed, MONDAY, ZONE) == []


def test_a_verdict_told_to_a_clerk_was_a_call_and_one_by_link_was_not():
    rated, _ = take(answered(), "rate", MONDAY)
    assert callbacks.contacts(rated, MONDAY, ZONE) == []
    by_clerk = rated.ratings[0].model_copy(update={"by": rated.ratings[0].by.model_copy(update={"kind": "officer", "id": "clerk1"})})
    assert [one.how for one in callbacks.contacts(rated.model_copy(update={"ratings": (by_clerk,)}), MONDAY, ZONE)] == ["called"]


def test_one_contact_for_each_person_and_day():
    case = answered()
    own, other, message = Contact(case.number, "called"), Contact("other", "called"), Contact("other", "told")
    callbacks.check_contacts(case, [own])
    with pytest.raises(NotAllowed, match=r"callback\.called_today"):
        callbacks.check_contacts(case, [own, other])
    with pytest.raises(NotAllowed, match=r"callback\.told_today"):
        callbacks.check_contacts(case, [message])
    assert callbacks.plan(case, [other], at(2, "15:00"), RULES).at == at(3, "09:00")
    assert callbacks.plan(case, [own], at(2, "15:00"), RULES).at == at(2, "15:00")


def test_what_is_kept_of_notices_is_bounded():
    case = answered()
    for number in range(noticing.MOST + 5):
        case = told(case, MONDAY, "receipt", f"n{number}")
    assert len(case.notices) == noticing.MOST
    assert case.notices[-1].id == f"n{noticing.MOST + 4}"


CALLS = st.lists(st.tuples(st.integers(0, 60 * 30), st.sampled_from(["no_answer", "busy", "asked_later", "refused"])), max_size=12)


@settings(max_examples=200, deadline=None)
@for_all(CALLS)
def test_laws_of_every_row_of_calls(calls):
    case, moment = answered(), MONDAY
    for minutes, result in calls:
        moment += timedelta(minutes=minutes)
        expected = callbacks.plan(case, [], moment, RULES)
        try:
            case, _ = take(case, "try_callback", moment, result=result)
        except NotAllowed:
            assert expected.why == "no_more" or expected.at != moment, "a call that is due now is never refused"
    times = [(one.at.astimezone(ZONE).date(), callbacks.time_of_day(one.at, RULES)) for one in case.tries]
    assert None not in [band for _, band in times]
    assert len(set(times)) == len(times) <= RULES.policy.callback_tries, "never two at one time of one day"
    assert [one.result in callbacks.FINAL for one in case.tries[:-1]] == [False] * max(0, len(case.tries) - 1)
    assert (case.solved, case.satisfied) == (None, None)
    assert case.errand_at == callbacks.errand_at(case, RULES)
