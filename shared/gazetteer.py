"""The names of a city's places, read from gazetteer.csv: estates, roads, metro lines, companies; no decisions."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from shared.events.routing import PlaceKind
from shared.places import Places
from shared.toml_file import FileFault

SAMPLE_GAZETTEER = Path(__file__).with_name("gazetteer.csv")

COLUMNS = ("kind", "name", "also", "district", "street", "department", "note")
KINDS: tuple[str, ...] = get_args(PlaceKind)
MOST_ENTRIES = 200_000
SHORTEST, LONGEST = 2, 40
"""Characters of a name; a shorter one would be heard everywhere."""


class GazetteerError(FileFault):
    """The gazetteer cannot be used: what is wrong, with file and line."""


class EntryFault(ValueError):  # noqa: N818 - the house's word
    """A row is no entry; says why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A place. `districts` are codes, several when a road runs through them, none for what serves the whole city. `street` is the code of
    the street office, `department` that of the department which the place itself is or which answers for it.
    """

    kind: PlaceKind
    names: tuple[str, ...]
    districts: tuple[str, ...] = ()
    street: str | None = None
    department: str | None = None


Gazetteer = tuple[Entry, ...]


@dataclass(frozen=True)
class Codes:
    """The codes of districts, street offices and departments by code and by every name people use for them."""

    districts: Mapping[str, str]
    streets: Mapping[str, tuple[str, str]]
    """By name, or by name without the ending of an office: its code and its district."""
    departments: Mapping[str, str]


def codes_of(places: Places) -> Codes:
    """What a gazetteer may refer to."""
    districts = {name: one.code for one in places.districts.values() for name in (one.code, one.zh, *one.also)}
    streets = {
        name: (one.code, str(one.district))
        for one in places.departments.values()
        if one.kind == "street"
        for name in (one.code, *street_names(one.zh))
    }
    return Codes(districts, streets, {name: one.code for one in places.departments.values() for name in (one.code, one.zh)})


def street_names(office: str) -> tuple[str, ...]:
    """The names by which a street office is known: its own, and that of the street or town itself."""
    short = office.removesuffix("办事处").removesuffix("人民政府")
    return (office,) if short == office else (office, short)


def load_gazetteer(path: Path, places: Places) -> Gazetteer:
    """The entries of a file in UTF-8. Raises GazetteerError with file and line."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as unreadable:
        raise GazetteerError(str(path), 1, f"cannot be read: {unreadable}") from unreadable
    return tuple(_entries(path.name, text, codes_of(places)))


def choose_gazetteer(chosen: Path | None, own_places: Path | None, places: Places) -> Gazetteer:
    """The city's own; without one that of the sample city, if it is the sample city. Raises GazetteerError."""
    if chosen is None and own_places is not None:
        return ()
    return load_gazetteer(chosen or SAMPLE_GAZETTEER, places)


def _entries(file: str, text: str, codes: Codes) -> Iterator[Entry]:
    reader = csv.reader(io.StringIO(text, newline=""))
    seen: dict[tuple[str, str, tuple[str, ...]], int] = {}
    line = 1
    try:
        header = tuple(title.strip() for title in next(reader, []))
        if header != COLUMNS:
            raise GazetteerError(file, 1, f"the first line has to be {','.join(COLUMNS)}")
        line = reader.line_num + 1
        for row in reader:
            if any(cell.strip() for cell in row):
                if len(row) > len(COLUMNS):
                    raise GazetteerError(file, line, f"{len(row)} fields; there are {len(COLUMNS)} columns")
                entry = read_entry(dict(zip(COLUMNS, row, strict=False)), codes)
                first = seen.setdefault((entry.kind, entry.names[0], entry.districts), line)
                if first != line or len(seen) > MOST_ENTRIES:
                    raise EntryFault(f"stands in line {first} already" if first != line else f"more than {MOST_ENTRIES} places")
                yield entry
            line = reader.line_num + 1
    except (csv.Error, EntryFault) as fault:
        raise GazetteerError(file, line, str(fault)) from fault


def read_entry(row: Mapping[str, str], codes: Codes) -> Entry:
    """The entry of a row by column. Raises EntryFault with what is wrong."""
    kind = row.get("kind", "").strip()
    if kind not in KINDS:
        raise EntryFault(f"kind {kind!r} is none of {', '.join(KINDS)}")
    names = tuple(dict.fromkeys((_name(row.get("name", "")), *map(_name, parts(row.get("also", ""))))))
    districts = tuple(dict.fromkeys(_code(codes.districts, one, "district") for one in parts(row.get("district", ""))))
    street, districts = _street(row.get("street", "").strip(), districts, codes)
    department = row.get("department", "").strip()
    return Entry(kind, names, districts, street, _code(codes.departments, department, "department") if department else None)  # type: ignore[arg-type]


def parts(cell: str) -> list[str]:
    """What stands apart by semicolons, narrow or wide."""
    return [part.strip() for part in cell.replace("；", ";").split(";") if part.strip()]


def _name(name: str) -> str:
    name = name.strip()
    if not SHORTEST <= len(name) <= LONGEST:
        raise EntryFault(f"the name {name!r} has {len(name)} characters; {SHORTEST} to {LONGEST} can be heard")
    if name.isascii() and name.isdigit():
        raise EntryFault(f"the name {name!r} is a number")
    return name


def _street(name: str, districts: tuple[str, ...], codes: Codes) -> tuple[str | None, tuple[str, ...]]:
    """The code of the street office, and the districts; a street alone says the district."""
    if not name:
        return None, districts
    if name not in codes.streets:
        raise EntryFault(f"places know no street office {name!r}{_alike(name, codes.streets)}")
    street, district = codes.streets[name]
    if districts and district not in districts:
        raise EntryFault(f"the street office {name!r} is in the district {district!r}")
    return street, districts or (district,)


def _code(known: Mapping[str, str], name: str, what: str) -> str:
    if name not in known:
        raise EntryFault(f"places know no {what} {name!r}{_alike(name, known)}")
    return known[name]


def _alike(name: str, known: Iterable[str]) -> str:
    close = [one for one in known if name in one or one in name]
    return f"; is it {min(close)!r}?" if close else ""
