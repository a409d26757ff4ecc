"""Working time as an official counts it, and the laws that every calendar keeps."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.tracking import rules
from services.tracking.model.calendar import Calendar, OutsideCalendar
from shared.events import Budget
from shared.events.deadlines import Unit

CALENDAR = rules.load().calendar
SHANGHAI = ZoneInfo("Asia/Shanghai")

MAKE_UP_DAYS = {
    2023: "01-28 01-29 04-23 05-06 06-25 10-07 10-08",
    2024: "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    2025: "01-26 02-08 04-27 09-28 10-11",
    2026: "01-04 02-14 02-28 05-09 09-20 10-10",
}
WEEKDAYS_OFF = {
    2023: "01-02 01-23 01-24 01-25 01-26 01-27 04-05 05-01 05-02 05-03 06-22 06-23 09-29 10-02 10-03 10-04 10-05 10-06",
    2024: "01-01 02-12 02-13 02-14 02-15 02-16 04-04 04-05 05-01 05-02 05-03 06-10 09-16 09-17 10-01 10-02 10-03 10-04 10-07",
    2025: "01-01 01-28 01-29 01-30 01-31 02-03 02-04 04-04 05-01 05-02 05-05 06-02 10-01 10-02 10-03 10-06 10-07 10-08",
    2026: "01-01 01-02 02-16 02-17 02-18 02-19 02-20 02-23 04-06 05-01 05-04 05-05 06-19 09-25 10-01 10-02 10-05 10-06 10-07",
}


def local(text: str) -> datetime:
    """A moment by the clocks of the city."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def days(year: int, written: str) -> set[date]:
    return {date.fromisoformat(f"{year}-{day}") for day in written.split()}


def end(start: str, amount: int, unit: Unit) -> str:
    """When a limit ends, by the clocks of the city."""
    due, _ = CALENDAR.add(local(start), Budget(amount=amount, unit=unit))
    assert due.tzinfo is UTC
    return f"{due.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize("year", MAKE_UP_DAYS)
def test_the_year_is_worked_as_the_state_council_has_announced(year: int) -> None:
    every_day = [date(year, 1, 1) + timedelta(days=number) for number in range(366)]
    in_year = [day for day in every_day if day.year == year]
    assert {day for day in in_year if day.isoweekday() > 5 and CALENDAR.is_working_day(day)} == days(year, MAKE_UP_DAYS[year])
    assert {day for day in in_year if day.isoweekday() <= 5 and not CALENDAR.is_working_day(day)} == days(year, WEEKDAYS_OFF[year])


@pytest.mark.parametrize(
    ("start", "amount", "unit", "due"),
    [
        # The day of receipt is not counted; the last day ends when the offices close.
        ("2025-06-10 09:00", 1, "working_days", "2025-06-11 17:30"),
        ("2025-06-10 23:59", 1, "working_days", "2025-06-11 17:30"),
        ("2025-06-11 00:00", 1, "working_days", "2025-06-12 17:30"),
        # Over a weekend, and received on one.
        ("2025-06-13 09:00", 2, "working_days", "2025-06-17 17:30"),
        ("2025-06-14 11:00", 1, "working_days", "2025-06-16 17:30"),
        # Spring Festival 2024: the eve is worked, then eight days off, then a Sunday worked in exchange.
        ("2024-02-08 10:00", 1, "working_days", "2024-02-09 17:30"),
        ("2024-02-08 10:00", 2, "working_days", "2024-02-18 17:30"),
        ("2024-02-08 10:00", 3, "working_days", "2024-02-19 17:30"),
        # The Sunday before it was worked too, and a complaint received then waits for Monday.
        ("2024-02-04 10:00", 1, "working_days", "2024-02-05 17:30"),
        # National Day 2025: eight days off, then Saturday 11 October is worked.
        ("2025-09-30 16:00", 1, "working_days", "2025-10-09 17:30"),
        ("2025-09-30 16:00", 3, "working_days", "2025-10-11 17:30"),
        ("2025-09-30 16:00", 4, "working_days", "2025-10-13 17:30"),
        # Working hours stop for lunch, for the night and for the weekend.
        ("2025-06-10 10:00", 1, "working_hours", "2025-06-10 11:00"),
        ("2025-06-10 10:00", 4, "working_hours", "2025-06-10 16:00"),
        ("2025-06-10 11:00", 1, "working_hours", "2025-06-10 12:00"),
        ("2025-06-10 12:30", 1, "working_hours", "2025-06-10 15:00"),
        ("2025-06-10 16:30", 4, "working_hours", "2025-06-11 11:30"),
        ("2025-06-13 16:30", 2, "working_hours", "2025-06-16 09:30"),
        ("2025-06-14 11:00", 4, "working_hours", "2025-06-16 14:30"),
        ("2025-06-10 06:00", 1, "working_hours", "2025-06-10 09:30"),
        ("2025-01-26 16:30", 1, "working_hours", "2025-01-26 17:30"),  # a Sunday, worked in exchange
        # Natural time runs on any day at any hour.
        ("2025-10-01 02:50", 15, "minutes", "2025-10-01 03:05"),
        ("2025-10-01 23:00", 2, "hours", "2025-10-02 01:00"),
    ],
)
def test_a_limit_ends_when_an_official_would_say(start: str, amount: int, unit: Unit, due: str) -> None:
    assert end(start, amount, unit) == due


def test_the_day_is_that_of_the_city_not_of_greenwich() -> None:
    start = datetime(2025, 6, 9, 16, 30, tzinfo=UTC)  # half past midnight on Tuesday the 10th in the city
    assert CALENDAR.add(start, Budget(amount=1, unit="working_days")) == (datetime(2025, 6, 11, 9, 30, tzinfo=UTC), False)


def test_the_next_working_moment_is_on_another_day() -> None:
    assert CALENDAR.next_working_moment(local("2025-06-10 07:00")) == local("2025-06-11 08:30")
    assert CALENDAR.next_working_moment(local("2025-09-30 17:30")) == local("2025-10-09 08:30")
    assert CALENDAR.next_working_moment(local("2025-10-10 17:30")) == local("2025-10-11 08:30")


def test_working_days_between_are_counted_by_date() -> None:
    assert CALENDAR.working_days_between(local("2026-03-03 09:00"), local("2026-03-05 17:30")) == 2
    assert CALENDAR.working_days_between(local("2026-03-05 09:00"), local("2026-03-05 17:30")) == 0
    assert CALENDAR.working_days_between(local("2026-02-13 09:00"), local("2026-02-25 17:30")) == 3  # Saturday 14th, 24th, 25th


@pytest.mark.parametrize(
    ("start", "amount", "unit", "provisional"),
    [
        ("2026-12-24 10:00", 2, "working_days", False),
        ("2026-12-24 10:00", 3, "working_days", True),  # 29 December: the notice for 2027 may reach back to it
        ("2026-12-31 17:00", 2, "working_hours", True),
        ("2027-03-01 10:00", 1, "working_days", True),
        ("2025-12-31 10:00", 3, "working_days", False),  # both years are known
        ("2022-12-30 10:00", 1, "working_days", True),  # starts in a year whose notice is not entered
        ("2026-12-31 23:55", 30, "minutes", False),  # natural time asks no calendar
        ("2030-10-01 10:00", 24, "hours", False),
    ],
)
def test_a_limit_that_touches_an_unannounced_day_is_provisional(start: str, amount: int, unit: Unit, provisional: bool) -> None:
    assert CALENDAR.add(local(start), Budget(amount=amount, unit=unit))[1] is provisional


def test_the_last_days_of_december_wait_for_the_next_notice() -> None:
    assert not CALENDAR.is_provisional(date(2026, 12, 28))
    assert CALENDAR.is_provisional(date(2026, 12, 29))
    assert not CALENDAR.is_provisional(date(2025, 12, 31))


def test_a_moment_beyond_the_tables_is_refused_and_not_guessed() -> None:
    for moment in (local("2009-12-31 10:00"), local("2041-01-01 10:00"), local("2040-12-20 10:00")):
        with pytest.raises(OutsideCalendar, match="2010 to 2040"):
            CALENDAR.add(moment, Budget(amount=20, unit="working_days"))
    with pytest.raises(OutsideCalendar):
        CALENDAR.is_working_day(date(2041, 1, 1))


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        CALENDAR.add(datetime(2025, 6, 10, 9), Budget(amount=1, unit="hours"))


moments = some.datetimes(datetime(2022, 6, 1), datetime(2028, 6, 1)).map(lambda moment: moment.replace(tzinfo=UTC))
units = some.sampled_from(["minutes", "hours", "working_hours", "working_days"])
amounts = some.integers(1, 40)
budgets = some.builds(Budget, amount=amounts, unit=units)
lengths = some.timedeltas(timedelta(microseconds=1), timedelta(hours=300))


@given(moments, moments, budgets)
def test_who_starts_later_never_ends_earlier(one: datetime, other: datetime, budget: Budget) -> None:
    earlier, later = sorted((one, other))
    assert CALENDAR.add(earlier, budget)[0] <= CALENDAR.add(later, budget)[0]


@given(moments, units, amounts, amounts)
def test_more_time_ends_later(start: datetime, unit: Unit, one: int, other: int) -> None:
    ends = {amount: CALENDAR.add(start, Budget(amount=amount, unit=unit))[0] for amount in (one, other)}
    assert (ends[one] < ends[other]) == (one < other)
    assert min(ends.values()) > start


@given(moments, amounts)
def test_working_days_end_on_the_nth_working_day_at_closing_time(start: datetime, amount: int) -> None:
    due = CALENDAR.add(start, Budget(amount=amount, unit="working_days"))[0].astimezone(SHANGHAI)
    first = start.astimezone(SHANGHAI).date() + timedelta(days=1)
    passed = [first + timedelta(days=number) for number in range((due.date() - first).days + 1)]
    assert due.time() == CALENDAR.windows[-1][1]
    assert CALENDAR.is_working_day(due.date())
    assert sum(map(CALENDAR.is_working_day, passed)) == amount


@given(moments, amounts)
def test_working_hours_are_spent_inside_the_windows(start: datetime, amount: int) -> None:
    due = CALENDAR.add(start, Budget(amount=amount, unit="working_hours"))[0]
    clock = due.astimezone(SHANGHAI)
    assert CALENDAR.working_time_between(start, due) == timedelta(hours=amount)
    assert CALENDAR.is_working_day(clock.date())
    assert any(opens < clock.time() <= closes for opens, closes in CALENDAR.windows)


@given(moments, moments, moments)
def test_working_time_adds_up(one: datetime, other: datetime, third: datetime) -> None:
    first, second, last = sorted((one, other, third))
    whole = CALENDAR.working_time_between(first, last)
    assert CALENDAR.working_time_between(first, second) + CALENDAR.working_time_between(second, last) == whole
    assert timedelta(0) <= whole <= last - first
    assert CALENDAR.working_time_between(last, first) == -whole


@given(moments, moments)
def test_working_time_is_what_a_walk_through_the_days_finds(one: datetime, other: datetime) -> None:
    start, until = sorted((one, other))
    assert CALENDAR.working_time_between(start, until) == walked(CALENDAR, start, until)


def walked(calendar: Calendar, start: datetime, until: datetime) -> timedelta:
    """Working time the slow way: every window of every day, cut to the span."""
    total, day = timedelta(0), start.astimezone(SHANGHAI).date()
    while day <= until.astimezone(SHANGHAI).date():
        for window in calendar.windows if calendar.is_working_day(day) else ():
            opens, closes = (datetime.combine(day, clock, SHANGHAI) for clock in window)
            total += max(timedelta(0), min(closes, until) - max(opens, start))
        day += timedelta(days=1)
    return total


@given(moments, lengths)
def test_a_shift_adds_exactly_its_working_time_and_comes_back(moment: datetime, worked: timedelta) -> None:
    later = CALENDAR.shift(moment, worked)
    assert later > moment
    assert CALENDAR.working_time_between(moment, later) == worked
    assert CALENDAR.working_time_between(CALENDAR.shift(later, -worked), moment) == timedelta(0)
    assert CALENDAR.shift(moment, timedelta(0)) == moment


@given(moments, budgets)
def test_provisional_is_exactly_what_touches_a_provisional_day(start: datetime, budget: Budget) -> None:
    due, provisional = CALENDAR.add(start, budget)
    first, last = (moment.astimezone(SHANGHAI).date() for moment in (start, due))
    touched = (first + timedelta(days=number) for number in range((last - first).days + 1))
    natural = budget.unit in ("minutes", "hours")
    assert provisional == (not natural and any(map(CALENDAR.is_provisional, touched)))
