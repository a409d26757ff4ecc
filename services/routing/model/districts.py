"""Finds where a complaint is: the district as it was given, in the address, or in the words, and the street with it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.routing.model.place_roles import tell_roles
from services.routing.model.places_named import Named, PlaceNames, find_unknown
from services.routing.model.words import Found, fold
from shared.events.intake import Place
from shared.events.routing import PlaceRole
from shared.places import Places

ORDER: tuple[PlaceRole, ...] = ("matter", "way", "caller")
"""The place complained about decides; where the caller lives only if no other place is named; an example never does."""
MOST_UNKNOWN = 2


@dataclass(frozen=True, slots=True)
class Where:
    """The district's and the street office's codes; the place in the text that told the district, None when the form or the address did;
    all the text names, and what only looks like a name.
    """

    district: str | None
    street: str | None
    told_by: Named | None
    named: Sequence[Named]
    unknown: Sequence[Found]

    @property
    def company(self) -> Named | None:
        """The first place of the matter that is a department's own or has one that answers for it."""
        return next((one for one in self.named if one.role == "matter" and one.meaning.department), None)


def find_where(places: Places, names: PlaceNames, place: Place, folded: str) -> Where:
    """The district given on the form, else the only one in the address, else the only one in the text; two different ones mean none.

    An address that is the caller's own by the words of the text gives way to the place of the matter that the text names.
    """
    named = tell_roles(folded, names.find(folded))
    unknown = find_unknown(folded, named, MOST_UNKNOWN)
    in_address = _in_address(names, place.address)
    told_by: Named | None = None
    if place.district in places.districts:
        district = place.district
    else:
        district = _district(in_address)
        if district is None or _is_home(district, named):
            told = _district(named)
            told_by = _teller(named, told)
            district = told or district
    return Where(district, _street(places, district, (*named, *in_address)), told_by, named, unknown)


def _in_address(names: PlaceNames, address: str) -> list[Named]:
    folded = fold(address) if address else ""
    return tell_roles(folded, names.find(folded))


def _of_first_role(named: Iterable[Named]) -> list[Named]:
    """Those of the first role of which one tells a district."""
    told = [one for one in named if one.meaning.districts]
    return next((some for role in ORDER if (some := [one for one in told if one.role == role])), [])


def _district(named: Iterable[Named]) -> str | None:
    told = [one.meaning.districts for one in _of_first_role(named)]
    common = frozenset.intersection(*told) if told else frozenset()
    return next(iter(common)) if len(common) == 1 else None


def _teller(named: Iterable[Named], district: str | None) -> Named | None:
    return next((one for one in _of_first_role(named) if district in one.meaning.districts), None)


def _is_home(district: str, named: Sequence[Named]) -> bool:
    """Whether the text calls this district the caller's, and names another place for the matter."""
    home = {code for one in named if one.role == "caller" for code in one.meaning.districts}
    return district in home and any(one.role == "matter" and one.meaning.districts for one in named)


def _street(places: Places, district: str | None, named: Iterable[Named]) -> str | None:
    """The only street office that the places of the matter name in this district."""
    streets = {one.meaning.street for one in _of_first_role(named) if one.meaning.street}
    within = [street for street in streets if places.departments[street].district == district]
    return within[0] if len(within) == 1 else None
