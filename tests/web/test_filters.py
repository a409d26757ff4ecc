"""How moments, distances, numbers and names are written."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from shared.web.filters import Filters, number
from shared.web.pages import HERE
from shared.web.words import read_words
from tests.web.sample import START, sample_places

ZONE = ZoneInfo("Asia/Shanghai")
WORDS = read_words([HERE / "words.toml"])
CHINESE = Filters("zh-CN", WORDS, sample_places(), ZONE, lambda: START)
ENGLISH = Filters("en", WORDS, sample_places(), ZONE, lambda: START)


def test_a_moment_is_written_in_the_citys_zone() -> None:
    late = datetime(2026, 3, 5, 16, 30, tzinfo=UTC)
    assert CHINESE.moment(late) == "3月6日（周五）00:30"
    assert ENGLISH.moment(late) == "Fri 6 Mar, 00:30"


def test_another_year_is_named() -> None:
    assert CHINESE.day(date(2025, 12, 31)) == "2025年12月31日（周三）"
    assert ENGLISH.day(date(2025, 12, 31)) == "Wed 31 Dec 2025"
    assert ENGLISH.moment(datetime(2026, 12, 31, 17, tzinfo=UTC)) == "Fri 1 Jan 2027, 01:00"


@pytest.mark.parametrize(
    ("away", "chinese", "english"),
    [
        (timedelta(days=2, hours=3), "还有 2 天", "2 days left"),
        (timedelta(hours=24), "还有 1 天", "1 day left"),
        (timedelta(hours=23, minutes=59), "还有 23 小时", "23 hours left"),
        (timedelta(seconds=59), "还有 0 分钟", "0 minutes left"),
        (timedelta(seconds=-61), "已超期 1 分钟", "1 minute overdue"),
        (timedelta(hours=-5), "已超期 5 小时", "5 hours overdue"),
        (timedelta(days=-3), "已超期 3 天", "3 days overdue"),
    ],
)
def test_what_is_left_is_said_in_the_largest_full_unit(away: timedelta, chinese: str, english: str) -> None:
    assert CHINESE.left(START + away, START) == chinese
    assert ENGLISH.left(START + away, START) == english


def test_a_due_time_is_a_moment_and_never_a_bare_countdown() -> None:
    assert CHINESE.due(START + timedelta(hours=8), START) == "3月5日（周四）17:30（还有 8 小时）"
    assert ENGLISH.due(START + timedelta(hours=8), START) == "Thu 5 Mar, 17:30 (8 hours left)"


def test_a_number_is_grouped_as_it_is_read_out() -> None:
    assert number("2603050001237") == "260305-000123-7"


def test_names_are_in_the_readers_language() -> None:
    assert CHINESE.name("water") == "市水务局"
    assert ENGLISH.name("water") == "Water Affairs Bureau"
    assert CHINESE.name("wanglan") == "望澜区"
    assert ENGLISH.name("left_the_file") == "left_the_file"
    assert ENGLISH.name(None) == "not set"
