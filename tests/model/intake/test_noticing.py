"""Which events tell whom: every event of tracking is decided here, and nobody is told twice or against their wish."""

from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.model.complaint import Complaint, Follower, HistoryLine, NotifyBy, Progress
from services.intake.model.notice import Notice
from services.intake.model.noticing import ALARMS, ALONE, POSITIONS, WHYS, alarms_after, is_overtaken, notices_after, receipt
from services.intake.model.stations import SHORTENED
from shared.events import Deadline
from shared.events import tracking as happened
from shared.events.deadlines import Budget, Extension
from shared.events.intake import NoticeKind
from tests.builders import MONDAY

SOON, LATER = MONDAY + timedelta(days=3), MONDAY + timedelta(days=9)


def deadline(clock, due_at=SOON, **changes):
    facts = {"started_at": MONDAY, "budget": Budget(amount=3, unit="working_days"), "promised_at": due_at, "calendar": "c", "policy": "p"}
    return Deadline(clock=clock, due_at=due_at, **facts | changes)


def dispatched(turn_number=1, *deadlines):
    return happened.CaseDispatched(
        department="water", turn_number=turn_number, urgency="U4", sensitivity="S0", complaint_type="complaint", deadlines=deadlines
    )  # fmt: skip


def missed(clock="reply", at_share="100"):
    return happened.DeadlineMissed(clock=clock, at_share=at_share, to="approver", deadlines=(deadline(clock),))


EXTENDED = happened.ExtensionGranted(
    reason="weather", days=5,
    deadlines=(deadline("reply", LATER, extensions=(Extension(budget=Budget(amount=5, unit="working_days"), granted_at=MONDAY),)),),
)  # fmt: skip
ORDERED = happened.SupervisionOrdered(words="内部", department="water", deadlines=(deadline("supervision", LATER),))
TOLD = [
    (dispatched(), "dispatched", "", SOON),
    (dispatched(2), "dispatched", "redispatched", SOON),
    (ORDERED, "dispatched", "ordered", LATER),
    (happened.CaseAsked(words="请补充楼号", until=LATER), "asked", "", LATER),
    (EXTENDED, "extended", "weather", LATER),
    (happened.ReviewPassed(), "answered", "", None),
    (happened.CaseAnswered(public="周一恢复"), "answered", "", None),
    (missed("dispatch"), "overdue", "in_hand", SOON),
    (missed("first_contact"), "overdue", "in_hand", SOON),
    (missed("reply"), "overdue", "in_hand", SOON),
    (missed("redo"), "overdue", "in_hand", SOON),
    (missed("supervision"), "overdue", "in_hand", SOON),
    (happened.CaseRedone(number=1, deadlines=(deadline("redo", LATER),)), "redo", "", LATER),
    (happened.CaseSupervised(deadlines=(deadline("supervision", LATER),)), "redo", "supervised", LATER),
    (happened.CaseClosed(outcome="partly", reason="rated"), "closed", "partly", None),
    (happened.CaseClosed(outcome="unreachable", reason="not_reached"), "closed", "unreachable", None),
    (happened.CaseDeclined(reason="other_area", channel_told="请向邻市反映"), "closed", "declined", None),
    (happened.CaseWithdrawn(), "closed", "withdrawn", None),
    (happened.CaseTransferred(service="119", taken_by="值班员", handed_over_at=MONDAY), "closed", "transferred", None),
]
SILENT = [
    happened.CaseOpened(),
    happened.CaseQueued(why="unsure"),
    happened.CaseAccepted(),
    happened.CaseHandedBack(reason="not_our_duty", basis="内部"),
    happened.HandBackGranted(),
    happened.HandBackRefused(words="内部"),
    happened.CaseContacted(reached=False, words="关机"),
    happened.CaseReplied(public="草稿", outcome="solved"),
    happened.ReviewFailed(words="内部"),
    happened.CallbackTried(),
    happened.CaseRated(solved="no", satisfied=1, process=1),
    happened.CaseArchived(),
    happened.DeclineProposed(reason="nuisance", channel_told="还没有定"),
    happened.CaseUrged(number=1),
    happened.CaseSupplemented(text="又停了"),
    happened.CaseNoted(text="内部"),
    happened.CaseRaised(urgency="U2", sensitivity="S0"),
    happened.CaseAlarmed(number=1, minutes=10),
    happened.CaseRelated(other="2603010000013", same=True),
    happened.CaseJudged(urgency="U2", sensitivity="S0", read_urgency="U3", read_sensitivity="S0", words="内部"),
    happened.StepRefused(step="withdraw", why="withdraw.public_safety"),
    happened.DeadlineReminded(clock="reply", at_share="80", to="approver"),
    missed("reply", "after"),
    *(missed(clock) for clock in ("accept", "ruling", "review", "callback")),
    happened.CaseResumed(why="cap"),
    happened.ExtensionRequested(reason="weather", days=5, plan="等天晴"),
    happened.ExtensionRefused(words="内部"),
    happened.CaseJoined(number=1),
]
"""Between offices, echoes of what the complainant did, and what the progress page alone tells."""


def complaint(notify: NotifyBy = "email", *followers: Follower, **progress):
    standing = Progress.model_validate({"state": "in_hand", "department": "water", "promised_at": SOON, "due_at": SOON, **progress})
    return Complaint(
        number="1", channel="online", received_at=MONDAY, text="水", request="", notify=notify, followers=followers, progress=standing
    )  # fmt: skip


def follower(name: str, notify: NotifyBy):
    return Follower(id=name, contact="", notify=notify, joined_at=MONDAY)


def test_each_event_of_tracking_tells_or_is_silent():
    assert {type(event) for event, *_ in TOLD} | {type(event) for event in SILENT} == set(get_args(happened.TrackingEvent))


@pytest.mark.parametrize(("event", "kind", "why", "due_at"), TOLD, ids=lambda value: getattr(value, "type", None))
def test_what_is_told(event, kind, why, due_at):
    (notice,) = notices_after(complaint(), event, MONDAY)
    assert (notice.kind, notice.why, notice.due_at, notice.channel, notice.department) == (kind, why, due_at, "email", "water")
    assert notice.follower is None


@pytest.mark.parametrize("event", SILENT, ids=lambda event: event.type)
def test_what_is_not_told(event):
    assert notices_after(complaint("sms", follower("a", "email")), event, MONDAY) == ()


def test_every_kind_comes_from_somewhere_and_every_reason_is_known():
    assert {kind for _, kind, *_ in TOLD} | {"receipt", "alarm"} == set(get_args(NoticeKind)) == set(WHYS)
    assert all(why in WHYS[kind] for _, kind, why, _ in TOLD)


@pytest.mark.parametrize("event", [event for event, *_ in TOLD], ids=lambda event: event.type)
def test_who_joined_is_told_by_their_own_way_what_is_for_them(event):
    case = complaint("none", follower("a", "sms"), follower("b", "none"), follower("c", "email"))
    notices = notices_after(case, event, MONDAY)
    for_all = event.type != "case.asked"
    assert [(notice.follower, notice.channel) for notice in notices] == ([("a", "sms"), ("c", "email")] if for_all else [])


def test_the_receipt_is_the_complainant_s_alone():
    assert [(one.kind, one.channel, one.follower) for one in receipt(complaint("sms", follower("a", "sms")))] == [("receipt", "sms", None)]
    assert receipt(complaint("none")) == ()
    assert {"receipt", "asked", "alarm"} == ALONE


def test_the_duty_desk_is_told_of_alarms_by_each_of_its_channels_and_of_nothing_else():
    for number, why in enumerate(ALARMS):
        told = alarms_after(happened.CaseAlarmed(number=number), ["email", "sms"])
        assert [one.channel for one in told] == ["email", "sms"]
        assert {(one.kind, one.follower, one.why) for one in told} == {("alarm", "duty_desk", why)}
    assert alarms_after(happened.CaseAlarmed(number=0), []) == ()
    for event in [event for event, *_ in TOLD] + [one for one in SILENT if not isinstance(one, happened.CaseAlarmed)]:
        assert alarms_after(event, ["email"]) == ()


@pytest.mark.parametrize(
    ("lines", "told"),
    [(("replied", "you_rated"), ["a"]), (("replied", "rated"), [None, "a"]), (("you_rated", "redone", "replied", "rated"), [None, "a"])],
)
def test_who_rated_themselves_knows_that_it_is_closed(lines, told):
    history = tuple(HistoryLine(at=MONDAY, key=key) for key in lines)
    case = complaint("email", follower("a", "sms"), history=history)
    notices = notices_after(case, happened.CaseClosed(outcome="solved", reason="rated"), MONDAY)
    assert [notice.follower for notice in notices] == told


def test_closed_without_a_verdict_is_told_also_to_who_rated_an_earlier_answer():
    case = complaint("email", history=(HistoryLine(at=MONDAY, key="you_rated"), HistoryLine(at=MONDAY, key="redone")))
    assert len(notices_after(case, happened.CaseClosed(outcome="cannot_now", reason="supervisor"), MONDAY)) == 1


@pytest.mark.parametrize("state", get_args(happened.State))
def test_an_overdue_matter_says_where_it_stands(state):
    (notice,) = notices_after(complaint(state=state), missed(), MONDAY)
    over = {"awaiting_callback", "closed", "archived", "answered", *SHORTENED}
    assert bool(notice.why) == (state not in over)
    assert notice.why == POSITIONS.get(state, "")


def test_a_redispatch_never_moves_what_was_promised_but_never_promises_the_past():
    again = dispatched(2, deadline("accept", SOON), deadline("reply", LATER))
    (early,) = notices_after(complaint(), again, MONDAY)
    (late,) = notices_after(complaint(), again, SOON + timedelta(days=1))
    assert (early.due_at, late.due_at) == (SOON, LATER)


def test_a_limit_that_has_ended_is_no_due_date():
    over = deadline("redo", LATER, met_at=MONDAY)
    (notice,) = notices_after(complaint(due_at=SOON), happened.CaseRedone(number=1, deadlines=(over, deadline("redo", SOON))), MONDAY)
    assert notice.due_at == SOON


@pytest.mark.parametrize(
    ("kind", "line", "old"),
    [
        ("answered", "redone", True), ("answered", "supervised", True), ("answered", "replied", False), ("answered", "closed", False),
        ("asked", "you_added", True), ("asked", "resumed", True), ("asked", "asked", False),
        ("overdue", "replied", True), ("overdue", "withdrawn", True), ("overdue", "missed", False),
        ("alarm", "accepted", True), ("alarm", "transferred", True), ("alarm", "dispatched", False),
        ("dispatched", "replied", False), ("closed", "closed", False), ("receipt", "withdrawn", False),
    ],
)  # fmt: skip
def test_what_waited_too_long_is_not_said(kind, line, old):
    queued = Notice(id="n", number="1", kind=kind, channel="sms", queued_at=MONDAY, next_at=MONDAY, ends_at=LATER)
    after, before = (Progress(history=(HistoryLine(at=at, key=line),)) for at in (SOON, MONDAY - timedelta(minutes=1)))
    assert is_overtaken(queued, after) == old
    assert not is_overtaken(queued, before)
    assert not is_overtaken(queued.model_copy(update={"channel": "webhook"}), after), "a program is told all"


@pytest.mark.parametrize("line", ["you_rated", "rated"])
def test_who_has_given_a_verdict_is_not_asked_for_it(line):
    queued = Notice(id="n", number="1", kind="answered", channel="sms", queued_at=MONDAY, next_at=MONDAY, ends_at=LATER)
    after = Progress(history=(HistoryLine(at=SOON, key=line),))
    assert is_overtaken(queued, after)
    assert not is_overtaken(queued.model_copy(update={"follower": "f"}), after), "who joined has not read the answer"


WAYS = st.sampled_from(get_args(NotifyBy))


@given(st.sampled_from([event for event, *_ in TOLD] + SILENT), WAYS, st.lists(WAYS, max_size=5))
def test_nobody_is_told_twice_or_against_their_wish(event, notify, ways):
    followers = [follower(str(place), way) for place, way in enumerate(ways)]
    notices = notices_after(complaint(notify, *followers), event, MONDAY)
    wishes = {None: notify} | {one.id: one.notify for one in followers}
    assert len({notice.follower for notice in notices}) == len(notices)
    assert all(wishes[notice.follower] == notice.channel for notice in notices)
