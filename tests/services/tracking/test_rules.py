"""The clock rules are read from disk at start; a wrong file is refused with its line and with words that say what to do."""

import shutil
from collections.abc import Callable
from datetime import date, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from services.tracking import rules
from services.tracking.rules import RulesFault, line_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("policy.toml", "calendar.toml"):
        shutil.copy(rules.HERE / name, tmp_path / name)
    return tmp_path


def change(path: Path, old: str, new: str) -> int:
    """Replaces the first occurrence; returns its line."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def append(path: Path, text: str) -> int:
    """Adds to the end; returns the line where it begins."""
    old = path.read_text(encoding="utf-8")
    path.write_text(old + text, encoding="utf-8")
    return old.count("\n") + 1


def test_the_shipped_rules_are_good(folder: Path) -> None:
    loaded = rules.load(folder)
    assert loaded.policy == rules.load().policy
    assert loaded.policy.in_force_from == date(2026, 1, 1)
    assert loaded.calendar.version == "2025-11-04"
    assert loaded.calendar.zone == ZoneInfo("Asia/Shanghai")
    assert loaded.calendar.windows == ((time(8, 30), time(12)), (time(14), time(17, 30)))
    assert loaded.calendar.known_years == {2023, 2024, 2025, 2026}


def test_the_calendar_is_in_the_zone_of_the_pages(folder: Path) -> None:
    line = change(folder / "calendar.toml", '"Asia/Shanghai"', '"Asia/Urumqi"')
    assert rules.load(folder, "Asia/Urumqi").calendar.zone == ZoneInfo("Asia/Urumqi")
    with pytest.raises(RulesFault, match=rf"calendar\.toml:{line}: zone is Asia/Urumqi and HUIYING_TIMEZONE is Asia/Shanghai"):
        rules.load(folder, "Asia/Shanghai")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('U3 = "2 hours"', 'U3 = "2 weeks"', "'2 weeks' is not a length of time; write '30 minutes'"),
        ('help = "5 working days"', 'hlep = "5 working days"', "limits.reply.U4"),
        ("max_redos = 2", "max_redos = 0", "max_redos: Input should be greater than 0"),
        ("max_redos = 2", "most_redos = 2", "most_redos is not a key that is known here; remove it or correct its spelling"),
        ("in_force_from = 2026-01-01", "in_force_from = 2026-13-01", "not TOML: "),
        ("in_force_from = 2026-01-01", 'in_force_from = "soon"', "in_force_from: Input should be a valid date"),
        ('after = "supervision"', 'after = "the mayor"', "ladder.centre.after: Input should be 'dispatcher'"),
        ("[ladder.liaison]", "[ladder.clerk]", "ladder.clerk is not a key"),
    ],
)
def test_a_wrong_policy_is_refused_with_its_line(folder: Path, old: str, new: str, says: str) -> None:
    line = change(folder / "policy.toml", old, new)
    with pytest.raises(RulesFault) as refused:
        rules.load(folder)
    faults = str(refused.value)
    assert says in faults
    assert any(text.startswith(f"policy.toml:{line}: ") for text in faults.splitlines())


def test_a_missing_limit_is_refused_at_its_table(folder: Path) -> None:
    change(folder / "policy.toml", 'U3 = "3 working days"\n', "")
    table = (folder / "policy.toml").read_text(encoding="utf-8").splitlines().index("[limits.reply] # 答复") + 1
    with pytest.raises(RulesFault, match=rf"policy\.toml:{table}: limits\.reply\.U3 is missing; add it"):
        rules.load(folder)


def test_every_fault_is_told_at_once(folder: Path) -> None:
    first = change(folder / "policy.toml", "max_redos = 2", "max_redos = 0")
    second = change(folder / "policy.toml", 'U1 = "2 hours"', 'U1 = "2 Stunden"')
    with pytest.raises(RulesFault) as refused:
        rules.load(folder)
    assert [text.split(": ")[0] for text in str(refused.value).splitlines()] == [f"policy.toml:{first}", f"policy.toml:{second}"]


WINDOWS = '"08:30-12:00", "14:00-17:30"'


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (WINDOWS, '"08:30-12:00", "11:30-17:30"', "the windows 08:30-12:00 and 11:30-17:30 overlap or are not in order"),
        (WINDOWS, '"14:00-17:30", "08:30-12:00"', "overlap or are not in order"),
        (WINDOWS, '"12:00-08:30"', "closes before it opens"),
        (WINDOWS, '"8.30 to 12"', "is not a window of time; write '08:30-12:00'"),
        (WINDOWS, '"25:00-26:00"', "is not a window of time"),
        (WINDOWS, "", "windows: "),
        ("Asia/Shanghai", "Asia/Shangai", "the time zone 'Asia/Shangai' is not known on this machine"),
        ("Asia/Shanghai", "../etc/passwd", "is not known on this machine"),
        ("last_year = 2040", "last_year = 2009", "last_year comes before first_year"),
        ("last_year = 2040", 'last_year = "2040"', "last_year: Input should be a valid integer"),
        ("published = 2022-12-08", "published = 2022-12-32", "not TOML"),
        ("year = 2024", "year = 2023", "2023 has two notices; keep one"),
        ("year = 2024", "year = 2039", "no make-up working day is known for 2039: update the library holidays"),
    ],
)
def test_a_wrong_calendar_is_refused_with_its_line(folder: Path, old: str, new: str, says: str) -> None:
    line = change(folder / "calendar.toml", old, new)
    with pytest.raises(RulesFault) as refused:
        rules.load(folder)
    assert str(refused.value).startswith(f"calendar.toml:{line}: ")
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("text", "at", "says"),
    [
        ('[[off]]\ndates = [2050-01-01]\nsource = "a"\n', 1, "2050-01-01 is outside first_year and last_year"),
        ('[[off]]\ndates = [2026-07-01]\nsource = "a"\n\n[[working]]\ndates = [2026-07-01]\nsource = "b"\n', 5, "is under [[off]] too"),
        ("[[working]]\ndates = [2026-07-04]\n", 0, "working.0.source is missing; add it"),
        ('[[working]]\ndates = []\nsource = "a"\n', 1, "working.0.dates"),
        ('[[holiday]]\ndates = [2026-07-01]\nsource = "a"\n', 0, "holiday is not a key that is known here"),
    ],
)
def test_a_wrong_local_day_is_refused_with_its_line(folder: Path, text: str, at: int, says: str) -> None:
    line = append(folder / "calendar.toml", text) + at
    with pytest.raises(RulesFault) as refused:
        rules.load(folder)
    assert str(refused.value).startswith(f"calendar.toml:{line}: ")
    assert says in str(refused.value)


def test_local_days_lie_over_the_national_calendar(folder: Path) -> None:
    append(
        folder / "calendar.toml",
        '[[off]]\ndates = [2026-07-01, 2026-02-14]\nsource = "storm"\n\n[[working]]\ndates = [2026-07-04]\nsource = "in exchange"\n',
    )
    calendar = rules.load(folder).calendar
    assert not calendar.is_working_day(date(2026, 7, 1))
    assert not calendar.is_working_day(date(2026, 2, 14))  # a national make-up day, but not here
    assert calendar.is_working_day(date(2026, 7, 4))
    assert calendar.is_working_day(date(2026, 7, 2))


def test_a_notice_the_library_does_not_have_yet_can_be_written_down(folder: Path) -> None:
    assert rules.load(folder).calendar.is_provisional(date(2027, 2, 11))
    append(
        folder / "calendar.toml",
        '[[notices]]\nyear = 2027\npublished = 2026-11-20\nsource = "an example"\n'
        '[[off]]\ndates = [2027-02-11, 2027-02-12]\nsource = "an example"\n'
        '[[working]]\ndates = [2027-01-30, 2027-02-20]\nsource = "an example"\n',
    )
    calendar = rules.load(folder).calendar
    assert not calendar.is_provisional(date(2027, 2, 11))
    assert not calendar.is_working_day(date(2027, 2, 12))
    assert calendar.is_working_day(date(2027, 2, 20))
    assert not calendar.is_provisional(date(2026, 12, 31))


def unlink(path: Path) -> None:
    path.unlink()


def spoil(path: Path) -> None:
    path.write_bytes(b"\xff\xfe")


@pytest.mark.parametrize("harm", [unlink, spoil])
@pytest.mark.parametrize("name", ["policy.toml", "calendar.toml"])
def test_a_file_that_cannot_be_read_is_named(folder: Path, name: str, harm: Callable[[Path], None]) -> None:
    harm(folder / name)
    with pytest.raises(RulesFault, match=rf"{name}:1: cannot be read"):
        rules.load(folder)


def test_a_line_is_found_by_the_path_of_its_key() -> None:
    text = 'top = 1\n\n[one]\na = 2\nb.c = 3\n\n[[many]]\na = 4\n[[many]]\n"a" = 5\n[one.two]\na = 6\n'
    assert line_of(text, ("top",)) == 1
    assert line_of(text, ("one", "a")) == 4
    assert line_of(text, ("one", "b", "c")) == 5
    assert line_of(text, ("many", 1, "a")) == 10
    assert line_of(text, ("one", "two", "a")) == 12
    assert line_of(text, ("one", "gone")) == 3
    assert line_of(text, ("gone",)) == 1
