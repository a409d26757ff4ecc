"""Departments, districts and categories of a city: codes and names read from places.toml, no decisions."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.toml_file import FileFault, TomlFile, first_fault, read_toml

SAMPLE_CITY = Path(__file__).with_name("places.toml")

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
CategoryCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$", max_length=80)]
Name = Annotated[str, Field(min_length=1, max_length=80, pattern=r"\S")]
Kind = Literal["city", "district", "street", "utility"]


class PlacesError(FileFault):
    """The places file cannot be used: what is wrong, with file and line."""


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    zh: Name
    en: Name


class Department(_Entry):
    """Who answers. A district's office and a street office belong to a `district`; `centre` is (longitude, latitude) in degrees."""

    code: Code
    kind: Kind
    district: str | None = None
    centre: tuple[Annotated[float, Field(ge=-180, le=180)], Annotated[float, Field(ge=-90, le=90)]] | None = None


class District(_Entry):
    """A district or county of the city. `also` holds other names people use for it."""

    code: Code
    also: tuple[Name, ...] = ()


class Category(_Entry):
    """What a complaint is about, on two levels: `water` and under it `water.outage`."""

    code: CategoryCode

    @property
    def parent(self) -> str | None:
        """The code of the first level, or None for a first-level category."""
        head, dot, _ = self.code.partition(".")
        return head if dot else None


@dataclass(frozen=True)
class Places:
    """Everything the city calls by a code. Codes are unique over all three."""

    departments: Mapping[str, Department]
    districts: Mapping[str, District]
    categories: Mapping[str, Category]

    def name(self, code: str, language: str) -> str:
        """The name in Chinese, or in English for a `language` that begins with "en". A code no longer known names itself."""
        entry = self.departments.get(code) or self.districts.get(code) or self.categories.get(code)
        if entry is None:
            return code
        return entry.en if language.startswith("en") else entry.zh

    def office(self, district: str) -> Department:
        """The department that stands for a whole district. Raises KeyError for an unknown district."""
        for department in self.departments.values():
            if department.kind == "district" and department.district == district:
                return department
        raise KeyError(district)


Entry = TypeVar("Entry", bound=_Entry)


def load_places(path: Path | None = None) -> Places:
    """The places of a file, by default of the sample city. Raises PlacesError with file and line."""
    file = read_toml(path or SAMPLE_CITY, PlacesError)
    for unknown in file.data.keys() - {"departments", "districts", "categories"}:
        raise PlacesError(file.name, file.line(rf"^\s*\[*{unknown}\b"), f"unknown table {unknown!r}")
    departments = _entries(file, "departments", Department)
    districts = _entries(file, "districts", District)
    categories = _entries(file, "categories", Category)
    _check_unique(file, [*departments, *districts, *categories])
    _check_districts(file, departments, districts)
    _check_levels(file, categories)
    return Places(_by_code(departments), _by_code(districts), _by_code(categories))


def _entries(file: TomlFile, table: str, kind: type[Entry]) -> list[Entry]:
    start = file.line(rf"^\s*\[*{table}\b")
    raw = file.data.get(table)
    if not isinstance(raw, list) or not raw:
        raise PlacesError(file.name, start, f"{table} are missing")
    entries = []
    for number, one in enumerate(raw):
        try:
            entries.append(kind.model_validate(one))
        except ValidationError as fault:
            line = file.line(r"\bcode\s*=|\{\s*\}|\{(?!.*\bcode\b)", number, after=start)
            raise PlacesError(file.name, line, f"{table}: {first_fault(fault)}") from fault
    return entries


def _check_unique(file: TomlFile, entries: list[Department | District | Category]) -> None:
    seen: set[str] = set()
    for entry in entries:
        if entry.code in seen:
            raise PlacesError(file.name, _line(file, entry.code, nth=1), f"code {entry.code!r} is used twice")
        seen.add(entry.code)


def _check_districts(file: TomlFile, departments: list[Department], districts: list[District]) -> None:
    known = {district.code for district in districts}
    offices: set[str] = set()
    for department in departments:
        line = _line(file, department.code)
        if department.district is not None and department.district not in known:
            raise PlacesError(file.name, line, f"department {department.code!r}: no district {department.district!r}")
        if department.kind in ("district", "street") and department.district is None:
            raise PlacesError(file.name, line, f"department {department.code!r} of kind {department.kind!r} names no district")
        if department.kind == "district" and department.district in offices:
            raise PlacesError(file.name, line, f"district {department.district!r} has a second office {department.code!r}")
        if department.kind == "district":
            offices.add(str(department.district))
    for code in sorted(known - offices):
        raise PlacesError(file.name, _line(file, code), f"district {code!r} has no department of kind 'district'")


def _check_levels(file: TomlFile, categories: list[Category]) -> None:
    known = {category.code for category in categories}
    for category in categories:
        if category.parent is not None and category.parent not in known:
            raise PlacesError(file.name, _line(file, category.code), f"category {category.code!r}: no category {category.parent!r}")


def _line(file: TomlFile, code: str, nth: int = 0) -> int:
    return file.line(rf"\bcode\s*=\s*[\"']{re.escape(code)}[\"']", nth)


def _by_code(entries: Iterable[Entry]) -> Mapping[str, Entry]:
    return MappingProxyType({entry.code: entry for entry in entries})
