"""The district is taken from the form, else the address, else the words; two different ones mean none."""

import pytest

from services.routing.model.districts import build_district_names, find_district
from services.routing.model.words import fold
from shared.events.intake import Place
from tests.model.routing.knowledge import city

NAMES = build_district_names(city())


def district(text: str = "", **place: str) -> str | None:
    found = find_district(NAMES, Place(**place), fold(text))
    return found.code if found else None


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
    assert district(text) == code


def test_the_form_goes_before_the_address_and_the_address_before_the_text() -> None:
    assert district("北城区", address="北城区某路1号", district="south") == "south"
    assert district("北城区", address="磨坊镇三组") == "south"
    assert district("北城区", address="某路1号") == "north"


def test_a_code_that_the_city_does_not_know_is_passed_over() -> None:
    assert district("北城区", district="west") == "north"
    assert district("", district="west") is None


def test_only_what_the_text_names_has_a_place_in_it() -> None:
    found = find_district(NAMES, Place(), "我在北城区")
    assert found is not None
    assert found.found is not None
    assert (found.found.start, found.found.end) == (2, 5)
    given = find_district(NAMES, Place(district="north"), "我在北城区")
    assert given is not None
    assert given.found is None
