"""The life of a notice: whatever happens to it, in whatever order, it ends, says why, and is never sent again once it may have arrived."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from services.intake.model import sending
from services.intake.model.notice import Notice
from shared.events.intake import NoticeQueued
from tests.builders import MONDAY

NUMBER = "2603020000017"


def queued(at: datetime = MONDAY) -> Notice:
    return sending.queue("01940000-0000-7000-8000-000000000001", NUMBER, NoticeQueued(kind="answered", channel="email"), "zh-CN", at)


def begun(at: datetime = MONDAY) -> Notice:
    return sending.begin(queued(at), at, "address", "<message@city.example>")


def test_a_notice_keeps_the_facts_it_was_queued_with():
    event = NoticeQueued(kind="overdue", channel="sms", follower="f", department="water", due_at=MONDAY, why="in_hand")
    notice = sending.queue("one", NUMBER, event, "en", MONDAY)
    assert (notice.kind, notice.channel, notice.follower, notice.department, notice.due_at, notice.why, notice.language) == (
        "overdue", "sms", "f", "water", MONDAY, "in_hand", "en",
    )  # fmt: skip
    assert (notice.state, notice.next_at, notice.queued_at) == ("queued", MONDAY, MONDAY)


def test_back_off_grows_and_ends_within_some_days():
    assert list(sending.BACK_OFF) == sorted(sending.BACK_OFF)
    assert sending.BACK_OFF[0] == timedelta(minutes=1)
    notice, now, times = queued(), MONDAY, 0
    while notice.next_at:
        now, times = notice.next_at, times + 1
        notice = sending.defer(notice, now, "later", "451 greylisted")
    assert notice.state == "given_up"
    assert notice.tries[-1].why == "tried_out"
    assert now <= MONDAY + sending.TRIED_FOR
    assert notice.attempts == times == 9


@given(st.lists(st.integers(0, 4_000), max_size=30))
def test_each_put_off_try_is_later_than_the_one_before_and_none_comes_too_late(delays):
    notice, now = queued(), MONDAY
    for minutes in delays:
        if notice.next_at is None:
            break
        now = max(now, notice.next_at) + timedelta(minutes=minutes)
        notice = sending.defer(notice, now, "later")
        assert notice.next_at is None or now < notice.next_at <= notice.ends_at
    assert notice.attempts <= len(sending.BACK_OFF) + 1


@given(st.lists(st.timedeltas(timedelta(minutes=1), timedelta(days=2)), min_size=1, max_size=5))
def test_waiting_for_the_morning_costs_a_notice_no_time(nights):
    notice, now = queued(), MONDAY
    for night in nights:
        notice = sending.hold(notice, now, now + night, "quiet_hours")
        now += night
    assert notice.ends_at - now == sending.TRIED_FOR
    assert notice.next_at == now
    assert notice.attempts == 0
    assert len(notice.tries) == 1, "a wait that goes on is the same one"


def test_a_gateway_that_stays_away_costs_no_attempts_but_ends_too():
    notice, now = queued(), MONDAY
    while notice.next_at:
        now = notice.next_at
        notice = sending.wait(notice, now, "gateway_away")
    assert notice.state == "given_up"
    assert notice.attempts == 0
    assert MONDAY + sending.TRIED_FOR - now < timedelta(minutes=2)
    assert [one.why for one in notice.tries] == ["gateway_away", "tried_out"]


def test_what_the_other_side_said_is_kept_without_addresses():
    said = "550 5.1.1 <wang@home.example>: unknown,\r\nsee https://help.example/?a=wang or call +86 138 0013-8000"
    assert sending.without_addresses(said) == "550 5.1.1 <…>: unknown, see … or call …"
    notice = sending.refuse(begun(), MONDAY, said * 10)
    assert len(notice.tries[-1].words) <= sending.WORDS_KEPT
    assert "wang" not in notice.model_dump_json()


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("400 GET /send?text=%E7%A0%81WX29-QV9Z%EF%BC", "400 GET /send?text=%E7%A0%81…%EF%BC"),
        ("400 to=wang%40home.example", "400 …"),
        ("400 text=http%3A%2F%2Fcity.example%2Frate%2FeyJ0b2tlbiI", "400 text=…"),
        (r'500 {"content": "WX29-QV9Z http:\/\/city.example\/rate\/eyJ0b2tlbiI"}', '500 {"content": "… …'),
        ("413 too long: 您的查询码WX29-QV", "413 too long: 您的查询码…"),
        ("451 4.7.1 greylisted, not in a block-list", "451 4.7.1 greylisted, not in a block-list"),
    ],
)
def test_a_gateway_that_repeats_our_words_gives_no_code_and_no_link_away(said, kept):
    assert sending.without_addresses(said) == kept


def test_a_bounce_that_is_quicker_than_our_own_note_of_having_sent_stands():
    bounced = sending.bounce(begun(), MONDAY, "550 no such user")
    assert sending.sent(bounced, MONDAY) == bounced


def test_a_message_whose_lease_ran_out_can_still_turn_out_to_have_been_sent():
    lost = sending.lose(begun(), MONDAY, "interrupted")
    assert sending.sent(lost, MONDAY).state == "sent"
    assert sending.sent(lost, MONDAY).attempts == 1


class Life(RuleBasedStateMachine):
    """Everything that can happen to a notice, at any time, also when it does not fit."""

    def __init__(self) -> None:
        super().__init__()
        self.now, self.notice, self.handed_over, self.told = MONDAY, queued(), 0, list[str]()

    def _become(self, after: Notice) -> None:
        event = sending.news(self.notice, after)
        assert (event is not None) == (after.state != self.notice.state and after.state not in sending.OPEN)
        if event:
            self.told.append(event.result)
            assert (event.notice, event.attempts, event.result) == (after.id, after.attempts, after.state)
        self.notice = after

    @rule(minutes=st.integers(0, 2_000))
    def later(self, minutes):
        self.now += timedelta(minutes=minutes)

    @precondition(lambda self: self.notice.state == "queued" and self.notice.next_at <= self.now)
    @rule()
    def begins(self):
        self._become(sending.begin(sending.reserve(self.notice, self.now), self.now, "address", None))
        self.handed_over += 1

    @rule(step=st.sampled_from([sending.sent, sending.deliver]))
    def arrives(self, step):
        self._become(step(self.notice, self.now))

    @rule(step=st.sampled_from([sending.refuse, sending.bounce]))
    def comes_back(self, step):
        self._become(step(self.notice, self.now, "550 no"))

    @rule(why=st.sampled_from(["later", "fault"]))
    def is_put_off(self, why):
        if self.notice.state == "sending":
            self.handed_over -= 1  # the other side said that it surely has not got it
        self._become(sending.defer(self.notice, self.now, why))

    @rule()
    def meets_a_closed_way(self):
        if self.notice.state == "sending":
            self.handed_over -= 1
        self._become(sending.wait(self.notice, self.now, "gateway_away"))

    @rule(why=st.sampled_from(["interrupted", "answer_lost"]))
    def is_lost(self, why):
        self._become(sending.lose(self.notice, self.now, why))

    @invariant()
    def it_is_handed_over_at_most_once(self):
        assert self.handed_over <= 1

    @invariant()
    def the_job_looks_at_it_again_until_it_is_settled(self):
        assert (self.notice.next_at is None) == (self.notice.state not in sending.OPEN) == (self.notice.settled_at is not None)

    @invariant()
    def others_are_told_each_result_once(self):
        assert len(self.told) == len(set(self.told))

    @invariant()
    def little_is_kept(self):
        assert len(self.notice.tries) <= sending.TRIES_KEPT
        assert self.notice.attempts <= len(sending.BACK_OFF) + 1


TestLife = Life.TestCase
