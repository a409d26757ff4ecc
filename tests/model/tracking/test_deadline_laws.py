"""The laws of deadlines: what holds whatever is done to them, in every order."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import assume, given
from hypothesis import strategies as some

from services.tracking.model import deadlines
from services.tracking.model.deadlines import SHARES
from shared.events import Budget, Deadline
from shared.events.deadlines import Unit
from shared.refusals import NotAllowed
from tests.model.tracking.deadline_words import CALENDAR, CAP, begin, extend, pause, reminders, resume

moments = some.datetimes(datetime(2023, 1, 1), datetime(2027, 6, 1)).map(lambda moment: moment.replace(tzinfo=UTC))
natural = some.sampled_from(["minutes", "hours"])
working = some.sampled_from(["working_hours", "working_days"])
made = some.builds(begin, moments, some.integers(1, 15), natural | working)
gaps = some.timedeltas(timedelta(0), timedelta(days=5))


def own_time(deadline: Deadline, start: datetime, end: datetime) -> timedelta:
    if deadline.budget.unit in ("minutes", "hours"):
        return end - start
    return CALENDAR.working_time_between(start, end)


def inside(deadline: Deadline, share: float) -> datetime:
    """A moment before due, at some share of the way."""
    return deadline.started_at + (deadline.due_at - deadline.started_at) * share


shares = some.floats(0, 0.95)


@given(made, shares, gaps)
def test_a_pause_moves_due_by_its_own_time(deadline: Deadline, share: float, gap: timedelta) -> None:
    since = inside(deadline, share)
    again = resume(pause(deadline, since), since + gap)
    counted = again.pauses[0].until
    assert counted is not None
    assert counted == min(since + gap, CALENDAR.add(since, CAP)[0])
    assert own_time(deadline, deadline.due_at, again.due_at) == own_time(deadline, since, counted)
    assert again.due_at >= deadline.due_at


@given(made, some.lists(shares, min_size=2, max_size=2), some.floats(0, 1))
def test_a_pause_in_two_parts_is_the_same_pause(deadline: Deadline, ends: Sequence[float], share: float) -> None:
    since, until = (inside(deadline, end) for end in sorted(ends))
    assume(until <= CALENDAR.add(since, CAP)[0])
    middle = since + (until - since) * share
    whole = resume(pause(deadline, since), until)
    parts = resume(pause(resume(pause(deadline, since), middle), middle), until)
    assert parts.due_at == whole.due_at
    assert [(one.since, one.until) for one in parts.pauses] == [(since, middle), (middle, until)]


@given(moments, some.integers(1, 15), working, shares, gaps, some.integers(1, 10), working)
def test_working_pauses_and_extensions_give_the_same_due_in_every_order(
    at: datetime, amount: int, unit: Unit, share: float, gap: timedelta, more: int, more_unit: Unit
) -> None:
    deadline = begin(at, amount, unit)
    check_every_order(deadline, inside(deadline, share), gap, more, more_unit)


@given(moments, some.integers(1, 15), natural, shares, gaps, some.integers(1, 100), natural)
def test_natural_pauses_and_extensions_give_the_same_due_in_every_order(
    at: datetime, amount: int, unit: Unit, share: float, gap: timedelta, more: int, more_unit: Unit
) -> None:
    deadline = begin(at, amount, unit)
    check_every_order(deadline, inside(deadline, share), gap, more, more_unit)


def check_every_order(deadline: Deadline, since: datetime, gap: timedelta, more: int, unit: Unit) -> None:
    until = since + gap
    before = resume(pause(extend(deadline, since, more, unit), since), until)
    during = resume(extend(pause(deadline, since), since, more, unit), until)
    assert before.due_at == during.due_at
    resumed = resume(pause(deadline, since), until)
    if not deadlines.is_overdue(resumed, until):
        assert extend(resumed, until, more, unit).due_at == before.due_at


Action = tuple[str, timedelta, int]
actions = some.lists(
    some.tuples(some.sampled_from(["pause", "resume", "extend", "mark", "meet"]), gaps, some.integers(1, 12)),
    max_size=12,
)


def take(deadline: Deadline, action: str, now: datetime, amount: int) -> Deadline:
    """One step of whoever; a refused one changes nothing."""
    try:
        if action == "extend":
            return extend(deadline, now, amount)
        if action == "mark":
            return mark_what_is_due(deadline, now)
        return {"pause": pause, "resume": resume, "meet": deadlines.meet}[action](deadline, now)
    except NotAllowed:
        return deadline


def mark_what_is_due(deadline: Deadline, now: datetime) -> Deadline:
    while (following := deadlines.next_mark(deadline, CALENDAR)) is not None and following[1] <= now:
        deadline = deadlines.mark(deadline, following[0], now)
    return deadline


@given(made, actions)
def test_whatever_happens_the_promise_stays_and_due_never_comes_nearer(deadline: Deadline, steps: Sequence[Action]) -> None:
    now = deadline.started_at
    for action, gap, amount in steps:
        now += gap
        after = take(deadline, action, now, amount)
        assert after.promised_at == deadline.promised_at
        assert after.due_at >= deadline.due_at
        assert after.provisional >= deadline.provisional
        assert [one.at_share for one in after.marks] == list(SHARES[: len(after.marks)])
        assert Deadline.model_validate_json(after.model_dump_json()) == after
        following = deadlines.next_mark(after, CALENDAR)
        assert following is None or not (deadlines.is_paused(after) or not deadlines.is_open(after))
        deadline = after


@given(made, actions)
def test_the_reminders_that_are_left_come_in_order(deadline: Deadline, steps: Sequence[Action]) -> None:
    now = deadline.started_at
    for action, gap, amount in steps:
        now += gap
        deadline = take(deadline, action, now, amount)
    if deadlines.is_paused(deadline):
        deadline = resume(deadline, now)
    left = reminders(deadline)
    assert [at for _, at in left] == sorted(at for _, at in left)
    assert [share for share, _ in left] == (list(SHARES[len(deadline.marks) :]) if deadlines.is_open(deadline) else [])
    if deadlines.is_open(deadline) and len(deadline.marks) < len(SHARES) - 1:
        assert dict(left)["100"] == deadline.due_at


@given(made)
def test_a_reminder_stands_at_its_share_of_the_limit(deadline: Deadline) -> None:
    limit = own_time(deadline, deadline.started_at, deadline.due_at)
    for share, at in reminders(deadline)[:2]:
        passed = own_time(deadline, deadline.started_at, at)
        assert abs(passed - limit * int(share) / 100) <= timedelta(microseconds=1)
        assert deadline.started_at < at < deadline.due_at


@given(made, shares, gaps)
def test_what_is_left_is_there_exactly_while_it_is_open(deadline: Deadline, share: float, gap: timedelta) -> None:
    now = inside(deadline, share) + gap
    left = deadlines.remaining(deadline, now, CALENDAR)
    assert left is not None
    assert left.amount >= 0
    assert left.overdue == deadlines.is_overdue(deadline, now)


@given(made, shares, some.integers(1, 15), natural | working, some.booleans())
def test_a_shorter_limit_never_gives_more_time_nor_breaks_the_promise(
    deadline: Deadline, share: float, amount: int, unit: Unit, paused: bool
) -> None:
    at, budget = inside(deadline, share), Budget(amount=amount, unit=unit)
    before = deadline
    if paused:
        at += timedelta(hours=1)
        before = resume(pause(deadline, at - timedelta(hours=1)), at)
    after = deadlines.shorten(before, at, budget, CALENDAR)
    assert after.due_at == min(before.due_at, CALENDAR.add(at, budget)[0])
    assert (after.promised_at, after.started_at, after.pauses) == (before.promised_at, before.started_at, before.pauses)
    moments = [moment for _, moment in reminders(after)]
    assert moments == sorted(moments)
    assert moments[2] == after.due_at
