"""The district is taken from the form, else the address, else the words; two different ones mean none."""

import pytest

from services.routing.model.districts import Where, find_where
from services.routing.model.places_named import build_place_names
from services.routing.model.words import fold
from shared.events.intake import Place
from tests.model.routing.knowledge import city

CITY = city()
NAMES = build_place_names(CITY)


def where(text: str = "", **place: str) -> Where:
    return find_where(CITY, NAMES, Place(**place), fold(text))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("北城区的路灯坏了", "north"),
        ("北新区停水", "north"),
        ("石桥街道有人摆摊", "north"),
        ("石桥街道办事处不管", "north"),
        ("磨坊镇的河水发黑", "south"),
        ("南城区南城区南城区", "south"),
        ("我住北城区，在南城区上班", None),
        ("老城的水管坏了", None),
        ("城区的路灯坏了", None),
        ("", None),
    ],
)
def test_names_in_the_text(text: str, code: str | None) -> None:
    assert where(text).district == code


def test_the_form_goes_before_the_address_and_the_address_before_the_text() -> None:
    assert where("北城区", address="北城区某路1号", district="south").district == "south"
    assert where("北城区", address="磨坊镇三组").district == "south"
    assert where("北城区", address="某路1号").district == "north"


def test_an_address_that_the_text_calls_the_callers_own_gives_way_to_the_place_of_the_matter() -> None:
    assert where("我住北城区，磨坊镇的工地很吵", address="石桥街道5号").district == "south"
    assert where("我住北城区，工地很吵", address="石桥街道5号").district == "north"
    assert where("我住北城区，磨坊镇的工地很吵", address="石桥街道5号", district="north").district == "north"


def test_a_code_that_the_city_does_not_know_is_passed_over() -> None:
    assert where("北城区", district="west").district == "north"
    assert where("", district="west").district is None


def test_only_what_the_text_names_has_a_place_in_it() -> None:
    found = where("我在北城区")
    assert found.told_by is not None
    assert (found.told_by.found.start, found.told_by.found.end) == (2, 5)
    assert where("我在北城区", district="north").told_by is None


def test_the_street_is_told_where_only_one_of_this_district_is_named() -> None:
    assert where("石桥街道有人摆摊").street == "bridge_street"
    assert where("有人摆摊", address="石桥街道5号").street == "bridge_street"
    assert where("石桥街道有人摆摊", district="south").street is None
    assert where("北城区有人摆摊").street is None
    assert where("我住石桥街道，磨坊镇的工地很吵").street == "mill_town"
