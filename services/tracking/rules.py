"""The rules from disk: reads policy.toml, calendar.toml and replies.toml at start and refuses wrong ones with file and line."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from itertools import chain, takewhile
from pathlib import Path
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays
from pydantic import AfterValidator, BeforeValidator, Field, ValidationError
from pydantic_core import ErrorDetails

from services.tracking.model.calendar import Calendar, Window, check_apart, read_window
from services.tracking.model.clocks import Rules
from services.tracking.model.policy import Policy, Setting, Words
from services.tracking.model.reply_gate.knowledge import ReplyBook, ReplyKnowledge, compile_replies
from shared.toml_file import FileFault, TomlFile, read_toml

HERE = Path(__file__).parent
REPLIES = "replies.toml"

Keys = tuple[str | int, ...]


class RulesFault(FileFault):
    """A file of the rules cannot be used: what is wrong, with file and line."""


def _read_zone(name: object) -> ZoneInfo:
    try:
        return ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise ValueError(f"the time zone {name!r} is not known on this machine; write one such as 'Asia/Shanghai'") from unknown


Year = Annotated[int, Field(ge=1950, le=2099, strict=True)]


class Notice(Setting):
    """The yearly notice of the State Council: what makes the dates of its year certain."""

    year: Year
    published: date
    source: Words


class Days(Setting):
    """Days that differ from the national calendar, and who said so."""

    dates: Annotated[tuple[date, ...], Field(min_length=1)]
    source: Words


class CalendarFile(Setting):
    """calendar.toml as written."""

    version: Words
    zone: Annotated[ZoneInfo, BeforeValidator(_read_zone)]
    windows: Annotated[tuple[Annotated[Window, BeforeValidator(read_window)], ...], Field(min_length=1), AfterValidator(check_apart)]
    first_year: Year
    last_year: Year
    notices: tuple[Notice, ...] = ()
    off: tuple[Days, ...] = ()
    working: tuple[Days, ...] = ()


Shape = TypeVar("Shape", bound=Setting)


def load(folder: Path = HERE, timezone: str | None = None) -> Rules:
    """The rules in force, from the files of a folder; for a city whose pages are in `timezone`, when it is given. Raises RulesFault.

    A folder without replies.toml has what ships: a city has its own limits before it has its own words for the reply gate.
    """
    words = folder / REPLIES
    return Rules(
        policy=load_policy(folder / "policy.toml"),
        calendar=load_calendar(folder / "calendar.toml", timezone),
        replies=load_replies(words if words.exists() else HERE / REPLIES),
    )


def load_replies(path: Path = HERE / REPLIES) -> ReplyKnowledge:
    """What the reply gate knows, from a file. Raises RulesFault."""
    return compile_replies(_checked(read_toml(path, RulesFault), ReplyBook))


def load_policy(path: Path) -> Policy:
    """The policy of a file. Raises RulesFault."""
    return _checked(read_toml(path, RulesFault), Policy)


def load_calendar(path: Path, timezone: str | None = None) -> Calendar:
    """The calendar of a file, over the national one. Raises RulesFault, also for another zone than the city's `timezone`: a limit at
    17:30 would be told as another hour.
    """
    file = read_toml(path, RulesFault)
    written = _checked(file, CalendarFile)
    if timezone not in (None, written.zone.key):
        words = f"zone is {written.zone.key} and HUIYING_TIMEZONE is {timezone}; write the city's time zone in both"
        raise RulesFault(file.name, line_of(file.text, ("zone",)), words)
    _check_years(file, written)
    off, working = _dates(written.off), _dates(written.working)
    national = _national_days(written.first_year, written.last_year)
    days = (national | working) - off
    _check_notices(file, written, days)
    return Calendar(
        version=written.version,
        zone=written.zone,
        windows=written.windows,
        working_days=tuple(sorted(days)),
        first_year=written.first_year,
        last_year=written.last_year,
        known_years=frozenset(notice.year for notice in written.notices),
    )


@lru_cache(maxsize=4)
def _national_days(first_year: int, last_year: int) -> frozenset[date]:
    """The working days of China as the library has them, from 1 January of the first year to 31 December of the last."""
    # One year more: a notice may make a day at the end of the year before a working day.
    china = holidays.country_holidays("CN", years=range(first_year, last_year + 2))
    first, end = date(first_year, 1, 1), date(last_year + 1, 1, 1)
    every_day = (first + timedelta(days=number) for number in range((end - first).days))
    return frozenset(day for day in every_day if china.is_working_day(day))


def _dates(entries: Iterable[Days]) -> frozenset[date]:
    return frozenset(chain.from_iterable(entry.dates for entry in entries))


def _check_years(file: TomlFile, written: CalendarFile) -> None:
    if written.first_year > written.last_year:
        raise RulesFault(file.name, line_of(file.text, ("last_year",)), "last_year comes before first_year")
    covered = range(written.first_year, written.last_year + 1)
    off = _dates(written.off)
    for table, entries in (("off", written.off), ("working", written.working)):
        for number, day in ((number, day) for number, entry in enumerate(entries) for day in entry.dates):
            line = line_of(file.text, (table, number, "dates"))
            if day.year not in covered:
                raise RulesFault(file.name, line, f"{day} is outside first_year and last_year; widen them or remove the date")
            if table == "working" and day in off:
                raise RulesFault(file.name, line, f"{day} is under [[off]] too; keep it in one place")


def _check_notices(file: TomlFile, written: CalendarFile, days: frozenset[date]) -> None:
    """Every notice since 2001 has had make-up working days: a year without any is one whose notice nobody has entered."""
    seen: set[int] = set()
    weekends_worked = {day.year for day in days if day.isoweekday() > 5}
    for number, notice in enumerate(written.notices):
        line = line_of(file.text, ("notices", number, "year"))
        if notice.year in seen:
            raise RulesFault(file.name, line, f"{notice.year} has two notices; keep one")
        if notice.year not in weekends_worked:
            raise RulesFault(
                file.name, line,
                f"no make-up working day is known for {notice.year}: update the library holidays, "
                "or write the notice's days into [[off]] and [[working]]; without them remove this entry",
            )  # fmt: skip
        seen.add(notice.year)


def _checked(file: TomlFile, shape: type[Shape]) -> Shape:
    """The file's values in a shape; every faulty line is told, each once."""
    try:
        return shape.model_validate(file.data)
    except ValidationError as wrong:
        faults: dict[int, str] = {}
        for fault in wrong.errors(include_url=False):
            faults.setdefault(line_of(file.text, fault["loc"]), _words(fault))
        (line, words), *others = sorted(faults.items())
        raise RulesFault(file.name, line, "\n".join([words, *(f"{file.name}:{at}: {more}" for at, more in others)])) from wrong


def _words(fault: ErrorDetails) -> str:
    """What to do about a fault, with the path of its key."""
    path = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "missing":
        return f"{path} is missing; add it"
    if fault["type"] == "extra_forbidden":
        return f"{path} is not a key that is known here; remove it or correct its spelling"
    return f"{path}: {fault['msg'].removeprefix('Value error, ')}"


def line_of(text: str, keys: Keys) -> int:
    """The line (from 1) of a key given by its path, or of what is nearest to it when it is not there."""
    best, line = 0, 1
    for number, here in _keys(text):
        shared = sum(1 for _ in takewhile(lambda pair: str(pair[0]) == str(pair[1]), zip(here, keys, strict=False)))
        if shared > best:
            best, line = shared, number
    return line


_KEY = re.compile(r"""\s*(?:(?P<brackets>\[\[?)\s*(?P<table>[^\]]+?)\s*\]|(?P<key>[\w."'-]+)\s*=)""")


def _keys(text: str) -> Iterator[tuple[int, Keys]]:
    """Every line that names a table or a key, with the whole path; entries of a [[table]] are counted from 0."""
    table: Keys = ()
    entries: Counter[Keys] = Counter()
    for number, line in enumerate(text.splitlines(), 1):
        found = _KEY.match(line)
        if found is None:
            continue
        if found["table"]:
            table = _path(found["table"])
            if found["brackets"] == "[[":
                entries[table] += 1
                table = (*table, entries[table] - 1)
        yield number, table if found["table"] else (*table, *_path(found["key"]))


def _path(name: str) -> Keys:
    return tuple(part.strip().strip("\"'") for part in name.split("."))
