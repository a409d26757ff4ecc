"""What the complainant is told of each event, and what is kept from them."""

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from services.intake.model.complaint import Progress
from services.intake.model.progress import follow, question
from shared.events import Deadline
from shared.events import tracking as happened
from shared.events.deadlines import Budget, Extension

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
WITH_WATER = Progress(department="water", draft="已修好。")
STANDING = happened.Standing(
    state="in_hand", turn="department", department="water", clock="reply", promised_at=AT, due_at=AT, may=("urge",)
)


def dispatched(turn_number: int = 1) -> happened.CaseDispatched:
    return happened.CaseDispatched(
        department="water",
        turn_number=turn_number,
        designation=False,
        urgency="U4",
        sensitivity="S0",
        complaint_type="complaint",
        basis="内部依据",
    )


TOLD = [
    (dispatched(), ("dispatched", "water", "", "")),
    (dispatched(2), ("redispatched", "water", "", "")),
    (happened.CaseAccepted(), ("accepted", "water", "", "")),
    (happened.CaseHandedBack(reason="not_our_duty", basis="内部理由"), ("handed_back", "water", "", "")),
    (happened.HandBackRefused(words="内部裁定"), ("kept", "water", "", "")),
    (happened.CaseContacted(reached=True, words="内部记录"), ("contacted", "water", "", "")),
    (happened.CaseContacted(reached=False, words="关机"), ("not_reached", "water", "", "")),
    (happened.ReviewPassed(words="内部意见"), ("replied", "water", "", "已修好。")),
    (happened.CallbackTried(words="内部记录"), ("callback_missed", None, "", "")),
    (happened.CaseRedone(number=1, words="内部"), ("redone", "water", "", "")),
    (happened.CaseSupervised(words="内部"), ("supervised", None, "", "")),
    (happened.SupervisionOrdered(words="内部", department="housing"), ("ordered", "housing", "", "")),
    (happened.CaseClosed(outcome="partly", reason="rated", words="内部"), ("closed", None, "partly", "")),
    (happened.CaseWithdrawn(words="内部"), ("withdrawn", None, "", "")),
    (
        happened.CaseDeclined(reason="court_or_review", channel_told="请向法院提起诉讼"),
        ("declined", None, "court_or_review", "请向法院提起诉讼"),
    ),
    (happened.CaseAnswered(public="周一恢复"), ("answered", None, "", "周一恢复")),
    (happened.CaseTransferred(service="119", taken_by="内部值班员", handed_over_at=AT), ("transferred", None, "119", "")),
    (happened.CaseAsked(words="请补充楼号", until=AT), ("asked", "water", "", "请补充楼号")),
    (happened.CaseResumed(why="cap"), ("resumed", "water", "cap", "")),
    (happened.ExtensionGranted(reason="weather", days=5, words="内部"), ("extended", "water", "weather", "")),
    (happened.CaseJoined(number=3, words="另一个人说的"), ("joined", None, "3", "")),
    (happened.DeadlineMissed(clock="reply", at_share="100", to="supervisor"), ("missed", "water", "reply", "")),
    (happened.DeadlineMissed(clock="supervision", at_share="100", to="supervisor"), ("missed", "water", "supervision", "")),
    (happened.StepRefused(step="withdraw", why="withdraw.public_safety"), ("refused_withdraw", None, "withdraw.public_safety", "")),
]
KEPT = [
    happened.CaseOpened(),
    happened.CaseQueued(why="unsure"),
    happened.HandBackGranted(words="内部"),
    happened.CaseReplied(public="草稿", internal="内部", outcome="solved"),
    happened.ReviewFailed(words="内部"),
    happened.CaseArchived(),
    happened.CaseNoted(text="内部"),
    happened.DeadlineReminded(clock="reply", at_share="80", to="approver"),
    happened.DeadlineMissed(clock="review", at_share="100", to="supervisor"),
    happened.DeadlineMissed(clock="reply", at_share="after", to="supervisor"),
    happened.StepRefused(step="dispatch", why="internal"),
    happened.CaseUrged(number=1),
    happened.CaseSupplemented(text="自己补充的"),
    happened.CaseRated(solved="no", satisfied=1, process=1),
    happened.DeclineProposed(reason="nuisance", channel_told="还没有定"),
    happened.ExtensionRequested(reason="weather", days=5, plan="内部"),
    happened.ExtensionRefused(words="内部"),
    happened.CaseRaised(urgency="U1", sensitivity="S1"),
    happened.CaseAlarmed(number=0),
    happened.CaseRelated(other="2603010000013", same=True),
    happened.CaseJudged(urgency="U1", sensitivity="S1", read_urgency="U3", read_sensitivity="S0", words="内部"),
]


def test_each_event_of_tracking_is_decided_here():
    assert {type(event) for event, _ in TOLD} | {type(event) for event in KEPT} == set(get_args(happened.TrackingEvent))


@pytest.mark.parametrize(("event", "line"), TOLD, ids=lambda value: getattr(value, "type", None))
def test_what_is_told(event, line):
    after = follow(WITH_WATER, event, AT, by_officer=True)
    (told,) = after.history
    assert (told.key, told.department, told.why, told.words) == line
    assert told.at == AT


@pytest.mark.parametrize("event", KEPT, ids=lambda event: event.type)
def test_what_is_kept_between_offices(event):
    after = follow(WITH_WATER, event, AT, by_officer=False)
    assert after.history == ()
    assert "内部" not in after.model_dump_json()


@pytest.mark.parametrize(("event", "key"), [(KEPT[11], "urged"), (KEPT[12], "added"), (KEPT[13], "rated")])
def test_what_an_officer_did_for_the_complainant_is_news(event, key):
    assert follow(WITH_WATER, event, AT, by_officer=True).history[-1].key == key


@pytest.mark.parametrize("event", [event for event, _ in TOLD] + KEPT, ids=lambda event: event.type)
def test_each_event_says_where_the_case_stands(event):
    after = follow(Progress(), event.model_copy(update={"standing": STANDING}), AT, by_officer=False)
    assert (after.state, after.turn, after.department, after.clock, after.due_at, after.may) == (
        "in_hand", "department", "water", "reply", AT, ("urge",),
    )  # fmt: skip


def test_an_answer_is_seen_only_after_its_review():
    progress = follow(Progress(), happened.CaseReplied(public="第一稿", outcome="solved"), AT, by_officer=True)
    assert (progress.draft, progress.reply) == ("第一稿", "")
    progress = follow(progress, happened.ReviewFailed(words="不够具体"), AT, by_officer=True)
    assert (progress.draft, progress.reply) == ("", "")
    progress = follow(progress, happened.CaseReplied(public="第二稿", outcome="solved"), AT, by_officer=True)
    progress = follow(progress, happened.ReviewPassed(), AT, by_officer=True)
    assert (progress.draft, progress.reply) == ("", "第二稿")
    progress = follow(progress, happened.CaseRedone(number=1), AT, by_officer=False)
    assert progress.reply == ""
    assert progress.history[0].words == "第二稿"


def test_a_sensitive_matter_is_known_as_one_before_and_after_dispatch():
    waiting = follow(Progress(), happened.CaseQueued(why="sensitive"), AT, by_officer=False)
    assert waiting.sensitivity == "S2"
    assert follow(waiting, dispatched().model_copy(update={"sensitivity": "S3"}), AT, by_officer=True).sensitivity == "S3"


def test_what_was_added_may_make_a_matter_sensitive():
    raised = follow(WITH_WATER, happened.CaseRaised(urgency="U2", sensitivity="S1"), AT, by_officer=False)
    assert (raised.sensitivity, raised.history) == ("S1", ())


ASKED = happened.CaseAsked(words="请补充楼号", until=AT + timedelta(days=5))


def test_a_question_is_open_until_something_comes_or_the_matter_goes_on():
    asked = follow(WITH_WATER, ASKED, AT, by_officer=True)
    assert question(WITH_WATER) is None
    assert question(asked) == asked.history[-1]
    assert asked.history[-1].due_at == ASKED.until
    missed = happened.DeadlineMissed(clock="reply", at_share="100", to="approver")
    assert question(follow(asked, missed, AT, by_officer=False)) == asked.history[-1]
    for event in (happened.CaseResumed(why="cap"), happened.CaseSupplemented(text="三号楼"), happened.CaseWithdrawn(), dispatched(2)):
        assert question(follow(asked, event, AT, by_officer=True)) is None, event.type
    assert question(follow(follow(asked, happened.CaseResumed(why="cap"), AT, by_officer=False), ASKED, AT, by_officer=True))


def test_more_time_is_told_with_the_new_date():
    without = follow(WITH_WATER, happened.ExtensionGranted(reason="weather", days=5, standing=STANDING), AT, by_officer=True)
    assert without.history[-1].due_at == STANDING.due_at
    more = Extension(budget=Budget(amount=5, unit="working_days"), granted_at=AT)
    moved = Deadline(
        clock="reply", started_at=AT, budget=more.budget, promised_at=AT, due_at=ASKED.until, extensions=(more,), calendar="c", policy="p"
    )  # fmt: skip
    granted = happened.ExtensionGranted(reason="weather", days=5, standing=STANDING, deadlines=(moved,))
    assert follow(WITH_WATER, granted, AT, by_officer=True).history[-1].due_at == ASKED.until


def test_how_many_joined_is_told_once_with_the_newest_number():
    progress = WITH_WATER
    for number in (1, 2, 3):
        progress = follow(progress, happened.CaseJoined(number=number), AT, by_officer=False)
    assert [(line.key, line.why) for line in progress.history] == [("joined", "3")]
