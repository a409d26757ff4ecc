"""The city's working time: which days and hours count, and how far a length of time reaches."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise
from zoneinfo import ZoneInfo

from shared.events import Budget

NATURAL: Mapping[str, timedelta] = {"minutes": timedelta(minutes=1), "hours": timedelta(hours=1)}
"""The units that run on any day at any hour; the other units of a Budget count working time only."""

# A notice can reach back into the last days of the year before: 29 December was made a working day in 2001, 2007 and 2018.
NOTICE_REACHES_BACK = timedelta(days=3)

NOTHING = timedelta(0)

Window = tuple[time, time]


class OutsideCalendar(ValueError):  # noqa: N818 - the house's word
    """A moment in a year for which the calendar has no table. Widen first_year and last_year in calendar.toml."""


@dataclass(frozen=True, eq=False)
class Calendar:
    """Working days and office windows of one city, immutable, counted out in advance so that every question is a bisection.

    `working_days` are in order and complete from 1 January of `first_year` to 31 December of `last_year`; `windows` are the office
    hours of every working day, in order and apart. For the years not in `known_years` the days are a guess: what rests on them is
    provisional. Moments must carry a zone (ValueError otherwise); results are in UTC.
    """

    version: str
    zone: ZoneInfo
    windows: tuple[Window, ...]
    working_days: tuple[date, ...]
    first_year: int
    last_year: int
    known_years: frozenset[int]

    @cached_property
    def _hours(self) -> tuple[tuple[timedelta, timedelta], ...]:
        """The windows as time since midnight."""
        return tuple((_since_midnight(opens), _since_midnight(closes)) for opens, closes in self.windows)

    @cached_property
    def office_day(self) -> timedelta:
        """The working time of one whole working day."""
        return sum((closes - opens for opens, closes in self._hours), NOTHING)

    def is_working_day(self, day: date) -> bool:
        """Whether the offices are open on this day, weekends worked in exchange (调休) included."""
        self._check(day.year)
        index = bisect_left(self.working_days, day)
        return index < len(self.working_days) and self.working_days[index] == day

    def is_provisional(self, day: date) -> bool:
        """Whether no official notice settles this day: its year has none, or the year has not whose notice may reach back to it."""
        return not {day.year, (day + NOTICE_REACHES_BACK).year} <= self.known_years

    def rests_on_guess(self, start: datetime, end: datetime) -> bool:
        """Whether any day from `start` to `end`, both included, is provisional."""
        last = self._local(end).date() + NOTICE_REACHES_BACK
        return any(year not in self.known_years for year in range(self._local(start).year, last.year + 1))

    def add(self, start: datetime, budget: Budget) -> tuple[datetime, bool]:
        """When a limit that starts at `start` ends, and whether that is provisional.

        Natural minutes and hours run through. Working hours count inside the office windows. n working days end with the last
        window of the nth working day after the day of `start`, which is not counted (《民法典》第二百零一条、第二百零三条).
        """
        if budget.unit in NATURAL:
            return _utc(start) + self.length(budget), False
        end = self._end_of_day(start, budget.amount) if budget.unit == "working_days" else self.shift(start, self.length(budget))
        return end, self.rests_on_guess(start, end)

    def length(self, budget: Budget) -> timedelta:
        """A budget as natural or, for the working units, as working time: a working day is one whole office day."""
        if budget.unit in NATURAL:
            return NATURAL[budget.unit] * budget.amount
        return (self.office_day if budget.unit == "working_days" else timedelta(hours=1)) * budget.amount

    def shift(self, moment: datetime, worked: timedelta) -> datetime:
        """The first moment with `worked` more (negative: less) working time behind it; `moment` itself for none."""
        if worked == NOTHING:
            return _utc(moment)
        return self._moment(self._worked(moment) + worked)

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        """Office time from `start` to `end`; negative when `end` is the earlier."""
        return self._worked(end) - self._worked(start)

    def working_days_between(self, start: datetime, end: datetime) -> int:
        """How many working days lie after the day of `start`, up to and with the day of `end`."""
        after, until = self._local(start).date(), self._local(end).date()
        return bisect_right(self.working_days, until) - bisect_right(self.working_days, after)

    def next_working_moment(self, after: datetime) -> datetime:
        """When the offices open on the next working day after the day of `after`."""
        index = bisect_right(self.working_days, self._local(after).date())
        return self._at(index, self._hours[0][0])

    def _end_of_day(self, start: datetime, days: int) -> datetime:
        index = bisect_right(self.working_days, self._local(start).date()) + days - 1
        return self._at(index, self._hours[-1][1])

    def _worked(self, moment: datetime) -> timedelta:
        """Working time from the beginning of the tables to a moment."""
        local = self._local(moment)
        index = bisect_left(self.working_days, local.date())
        worked = self.office_day * index
        if index < len(self.working_days) and self.working_days[index] == local.date():
            clock = local - datetime.combine(local.date(), time.min)
            worked += sum((min(closes, clock) - opens for opens, closes in self._hours if opens < clock), NOTHING)
        return worked

    def _moment(self, worked: timedelta) -> datetime:
        """The first moment with so much working time since the beginning of the tables: the end of a window, not the next one's start."""
        index, rest = divmod(worked, self.office_day)
        if rest == NOTHING:
            index, rest = index - 1, self.office_day
        for opens, closes in self._hours:
            if rest <= closes - opens:
                return self._at(index, opens + rest)
            rest -= closes - opens
        raise AssertionError("the windows of a day make up its working time")

    def _at(self, index: int, clock: timedelta) -> datetime:
        """The moment when the city's clocks show `clock` (since midnight) on a working day of the tables."""
        if not 0 <= index < len(self.working_days):
            raise OutsideCalendar(f"beyond the calendar, which goes from {self.first_year} to {self.last_year}")
        return (datetime.combine(self.working_days[index], time.min, self.zone) + clock).astimezone(UTC)

    def _local(self, moment: datetime) -> datetime:
        """The city's wall clock at a moment, without zone."""
        local = _utc(moment).astimezone(self.zone).replace(tzinfo=None)
        self._check(local.year)
        return local

    def _check(self, year: int) -> None:
        if not self.first_year <= year <= self.last_year:
            raise OutsideCalendar(f"{year} is not in the calendar, which goes from {self.first_year} to {self.last_year}")


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return moment.astimezone(UTC)


def _since_midnight(clock: time) -> timedelta:
    return datetime.combine(date.min, clock) - datetime.combine(date.min, time.min)


def read_window(written: object) -> Window:
    """A window from words such as '08:30-12:00'. Raises ValueError for other text."""
    try:
        opens, closes = (time.fromisoformat(clock.strip()) for clock in str(written).split("-"))
    except ValueError as wrong:
        raise ValueError(f"{written!r} is not a window of time; write '08:30-12:00'") from wrong
    if opens >= closes:
        raise ValueError(f"the window {written!r} closes before it opens")
    return opens, closes


def check_apart(windows: tuple[Window, ...]) -> tuple[Window, ...]:
    """The windows, which must be in order and must not overlap. Raises ValueError."""
    for earlier, later in pairwise(windows):
        if later[0] < earlier[1]:
            raise ValueError(f"the windows {_show(earlier)} and {_show(later)} overlap or are not in order")
    return windows


def _show(window: Window) -> str:
    return f"{window[0]:%H:%M}-{window[1]:%H:%M}"
