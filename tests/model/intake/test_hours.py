"""Quiet hours: an SMS waits for the morning, whatever the hours are, and no longer."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.model.hours import is_quiet, next_morning, quiet_until
from services.intake.model.sending import queue
from shared.events.intake import NoticeQueued
from tests.builders import MONDAY

CITY = ZoneInfo("Asia/Shanghai")
BEGINS, ENDS = time(21, 30), time(8, 0)
clocks = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(CITY))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=CITY)


@pytest.mark.parametrize(
    ("local", "until"),
    [
        (at(2, 21, 29), None),
        (at(2, 21, 30), at(3, 8)),
        (at(2, 23, 59), at(3, 8)),
        (at(3, 0), at(3, 8)),
        (at(3, 7, 59), at(3, 8)),
        (at(3, 8), None),
        (at(3, 12), None),
    ],
)
def test_the_night_lasts_from_half_past_nine_to_eight(local, until):
    assert quiet_until(local, BEGINS, ENDS) == until


@given(moments, clocks, clocks)
def test_quiet_hours_end_within_a_day_and_at_their_end_it_is_not_quiet(local, begins, ends):
    until = quiet_until(local, begins, ends)
    if until is not None:
        assert timedelta(0) < until - local <= timedelta(days=1)
        assert until.time() == ends
        assert quiet_until(until, begins, ends) is None


@given(moments, clocks)
def test_the_same_time_twice_means_no_quiet_hours(local, ends):
    assert quiet_until(local, ends, ends) is None


@given(moments, clocks)
def test_the_next_morning_is_on_the_next_day(local, ends):
    morning = next_morning(local, ends)
    assert morning.date() == local.date() + timedelta(days=1)
    assert morning.time() == ends


def test_a_time_that_the_clocks_jump_over_is_passed_all_the_same():
    berlin = ZoneInfo("Europe/Berlin")
    until = quiet_until(datetime(2026, 3, 29, 1, 30, tzinfo=berlin), time(22), time(2, 30))
    assert until is not None
    assert until.astimezone(UTC) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "channel", "quiet"),
    [
        ("answered", "sms", True), ("receipt", "sms", False), ("alarm", "sms", False), ("answered", "email", False),
        ("redo", "webhook", False),
    ],
)
def test_what_makes_a_noise_at_night(kind, channel, quiet):
    assert is_quiet(queue("one", "2603020000017", NoticeQueued(kind=kind, channel=channel), "zh-CN", MONDAY)) is quiet
