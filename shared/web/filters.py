"""How moments, numbers and codes are written in one language."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from shared.places import Places
from shared.web.words import Words

DAY, HOUR, MINUTE = 86400, 3600, 60
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = {"zh-CN": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}


class Filters:
    """The filters of the templates of one language; `now` tells this year from others."""

    def __init__(self, language: str, words: Words, places: Places, zone: ZoneInfo, now: Callable[[], datetime]) -> None:
        self._language, self._words, self._places, self._zone, self._now = language, words, places, zone, now

    def all(self) -> dict[str, Callable[..., Any]]:
        """By the names that templates use."""
        return {"moment": self.moment, "day": self.day, "due": self.due, "left": self.left, "number": number, "name": self.name}

    def day(self, value: date | datetime) -> str:
        """'3月5日（周四）' or 'Thu 5 Mar'; with the year when it is not this one."""
        local = value.astimezone(self._zone) if isinstance(value, datetime) else value
        other_year = local.year != self._now().astimezone(self._zone).year
        weekday = WEEKDAYS[self._language][local.weekday()]
        if self._language == "en":
            return f"{weekday} {local.day} {MONTHS[local.month - 1]}{f' {local.year}' if other_year else ''}"
        return f"{f'{local.year}年' if other_year else ''}{local.month}月{local.day}日（周{weekday}）"

    def moment(self, value: datetime) -> str:
        """Day and time in the city's zone: '3月5日（周四）17:30' or 'Thu 5 Mar, 17:30'."""
        time = value.astimezone(self._zone).strftime("%H:%M")
        return f"{self.day(value)}{', ' if self._language == 'en' else ''}{time}"

    def left(self, value: datetime, now: datetime) -> str:
        """How long until, or since: 'in 2 days', '5 hours overdue'; in the largest unit that is full."""
        seconds = (value - now).total_seconds()
        unit, size = next(((unit, size) for unit, size in (("days", DAY), ("hours", HOUR)) if abs(seconds) >= size), ("minutes", MINUTE))
        key = f"time.{'left' if seconds >= 0 else 'over'}.{unit}"
        return self._words.say(key, self._language, count=int(abs(seconds) // size))

    def due(self, value: datetime, now: datetime) -> str:
        """The moment, and how far away it is: '3月5日（周四）17:30（还有 2 天）'."""
        return self._words.say("time.due", self._language, moment=self.moment(value), left=self.left(value, now))

    def name(self, code: str | None) -> str:
        """The name of a department, district or category."""
        return self._words.say("time.none", self._language) if code is None else self._places.name(code, self._language)


def number(value: str) -> str:
    """A complaint's number as it is read out: 261122-000123-7."""
    return f"{value[:6]}-{value[6:-1]}-{value[-1]}" if len(value) > 7 else value
