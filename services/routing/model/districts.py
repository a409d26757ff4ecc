"""Finds the district a complaint is about: as it was given, in the address, or in the words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from services.routing.model.words import Found, fold
from shared.events.intake import Place
from shared.places import Places

OFFICE_ENDINGS = ("办事处", "人民政府")
"""What a street office's name adds to the street's or town's own name."""


@dataclass(frozen=True)
class DistrictNames:
    """Every name that means a district: its own, its others, those of its streets and towns. `codes` are the districts' codes."""

    codes: frozenset[str]
    pattern: re.Pattern[str]
    district_of: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FoundDistrict:
    """The district's code, and where the text names it; `found` is None when the form or the address named it."""

    code: str
    found: Found | None = None


def build_district_names(places: Places) -> DistrictNames:
    """The names of a city's districts. A name that two districts share means neither."""
    district_of: dict[str, str] = {}
    shared: set[str] = set()
    for name, code in _names(places):
        if district_of.setdefault(fold(name), code) != code:
            shared.add(fold(name))
    clear = {name: code for name, code in district_of.items() if name not in shared}
    longest_first = sorted(clear, key=lambda name: (-len(name), name))
    return DistrictNames(frozenset(places.districts), re.compile("|".join(map(re.escape, longest_first)) or "(?!)"), clear)


def _names(places: Places) -> list[tuple[str, str]]:
    names = [(name, district.code) for district in places.districts.values() for name in (district.zh, *district.also)]
    for department in places.departments.values():
        if department.kind == "street" and department.district:
            names.append((department.zh, department.district))
            names += [(department.zh.removesuffix(end), department.district) for end in OFFICE_ENDINGS if department.zh.endswith(end)]
    return names


def find_district(names: DistrictNames, place: Place, folded: str) -> FoundDistrict | None:
    """The district given on the form, else the only one in the address, else the only one in the text; two different ones mean none."""
    if place.district in names.codes:
        return FoundDistrict(str(place.district))
    in_address = _only_one(names, fold(place.address))
    return FoundDistrict(in_address.code) if in_address else _only_one(names, folded)


def _only_one(names: DistrictNames, folded: str) -> FoundDistrict | None:
    found = [Found(match[0], match.start(), match.end()) for match in names.pattern.finditer(folded)]
    codes = {names.district_of[one.word] for one in found}
    return FoundDistrict(codes.pop(), found[0]) if len(codes) == 1 else None
