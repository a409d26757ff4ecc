"""The matters of the day: read from complaints.csv, each with the moment it is raised and what becomes of it."""

import csv
import random
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

HERE = Path(__file__).parent
SEED = 12345
FOLLOWING = frozenset({"joined", "urge", "supplement", "supplement_mail"})
"""Stories that follow on another matter, so that they come last."""
LATE = FOLLOWING | {"", "missed", "topic", "critical"}
"""Stories that begin this morning, so that the desks have fresh work: nobody has come to them yet, or several people bring one matter."""
JUST_NOW = timedelta(minutes=3)
"""How long before the end a critical matter comes that is not taken yet."""
ENOUGH_IN_COMMON = 2
"""Pairs of characters that a complaint and an answer to it have in common at least."""
FRESH = 12
"""Every so many-th matter that is solved in the end is still fresh today."""


@dataclass(frozen=True)
class Matter:
    """One row. `number` tells the complainant from others; `danger` is 1 where somebody may die, 0 where nobody will, empty where one may
    think either way.
    """

    number: int
    channel: str
    district: str
    address: str
    who: str
    story: str
    text: str
    danger: str
    at: datetime

    @property
    def anonymous(self) -> bool:
        """Reports of wrongdoing come without a name here."""
        return self.story == "report" and self.channel == "online"


def read_matters(day: date, today: date, now: datetime, zone: ZoneInfo) -> list[Matter]:
    """All matters in the order they are raised: most on `day`, the fresh ones this morning until `now`. The same for the same days."""
    chance = random.Random(SEED)  # noqa: S311 - the same day every time is the point
    with (HERE / "complaints.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    matters = []
    for number, row in enumerate(rows):
        fresh = row["story"] in LATE or (row["story"] == "solved" and number % FRESH == 0)
        row = row | {"story": ""} if fresh and row["story"] == "solved" else row
        at = _this_morning(row["story"], today, now, zone, chance) if fresh else _in_the_day(day, zone, chance)
        matters.append(Matter(number=number, at=at, **row))
    return sorted(matters, key=lambda one: (one.at, one.number))


def _in_the_day(day: date, zone: ZoneInfo, chance: random.Random) -> datetime:
    """People call and write from morning to night, most before noon and after supper."""
    hour = chance.choices(range(6, 23), (2, 4, 9, 12, 12, 9, 6, 5, 7, 8, 8, 6, 5, 6, 7, 5, 3))[0]
    return datetime.combine(day, time(hour, chance.randrange(60), chance.randrange(60)), zone)


def _this_morning(story: str, today: date, now: datetime, zone: ZoneInfo, chance: random.Random) -> datetime:
    begin = datetime.combine(today, time(0, 5), zone)
    length = max((now - begin).total_seconds() - 300, 60)
    share = chance.uniform(0.9, 1) if story in FOLLOWING else chance.uniform(0.6, 0.9)
    return now.astimezone(zone) - JUST_NOW if story == "critical" else begin + timedelta(seconds=share * length)


@dataclass(frozen=True)
class Texts:
    """What people of departments and complainants write, chosen by chance from replies.toml."""

    data: dict[str, Any]
    chance: random.Random

    def pick(self, kind: str) -> str:
        chosen: Sequence[str] = self.data[kind]
        return self.chance.choice(chosen)

    def say(self, kind: str) -> str:
        """The one text of a kind that has one."""
        text: str = self.data[kind]
        return text

    def answer(self, text: str) -> str:
        """What an agent answers at once, by what the question is about."""
        answers: Mapping[str, str] = self.data["answered"]
        return next(answer for word, answer in answers.items() if word in text)

    def reply(self, department: str, address: str, about: str) -> str:
        """The department's text that has most to do with what was said; one that fits everything when none has much."""
        texts: Sequence[str] = self.data["department"].get(department, ())
        common = {text: in_common(text, about) for text in texts}
        nearest = max(texts, key=lambda text: common[text], default="")
        chosen = nearest if nearest and common[nearest] >= ENOUGH_IN_COMMON else self.chance.choice(self.data["general"])
        days = ("本周五", "下周一", "下周三", "三天之内")
        return str(chosen).format(place=address or "现场", day=self.chance.choice(days))


def in_common(one: str, other: str) -> int:
    """How many pairs of characters two texts share."""
    return len(_pairs(one) & _pairs(other))


def _pairs(text: str) -> set[str]:
    """Each two characters that stand beside each other: nearly the words, in Chinese."""
    return {text[place : place + 2] for place in range(len(text) - 1) if text[place : place + 2].isalpha()}


def read_texts() -> Texts:
    """The texts with a chance of their own, always the same."""
    return Texts(tomllib.loads((HERE / "replies.toml").read_text("utf-8")), random.Random(SEED + 1))  # noqa: S311 - as above
