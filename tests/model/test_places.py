"""The city's codes and names: the sample is whole, and a broken file is refused with file and line."""

from pathlib import Path

import pytest

from shared.places import PlacesError, load_places

GOOD = """\
departments = [
  {code = "water", zh = "水务局", en = "Water", kind = "city", centre = [113.1, 28.2]},
  {code = "east_office", zh = "东区政府", en = "East District", kind = "district", district = "east"},
]
districts = [
  {code = "east", zh = "东区", en = "East", also = ["东新区"]},
]
categories = [
  {code = "supply", zh = "供水", en = "Supply"},
  {code = "supply.cut", zh = "停水", en = "Cut"},
]
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "city.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_city_brings_its_own_file(tmp_path: Path) -> None:
    places = load_places(write(tmp_path, GOOD))
    assert list(places.departments) == ["water", "east_office"]
    assert places.departments["water"].centre == (113.1, 28.2)
    assert places.districts["east"].also == ("东新区",)
    assert places.categories["supply.cut"].parent == "supply"
    assert places.categories["supply"].parent is None


def test_names_follow_the_language_and_an_unknown_code_names_itself(tmp_path: Path) -> None:
    places = load_places(write(tmp_path, GOOD))
    assert places.name("water", "zh-CN") == "水务局"
    assert places.name("east", "en") == "East"
    assert places.name("supply.cut", "en-GB") == "Cut"
    assert places.name("abolished", "en") == "abolished"


def test_a_district_has_one_office(tmp_path: Path) -> None:
    places = load_places(write(tmp_path, GOOD))
    assert places.office("east").code == "east_office"
    with pytest.raises(KeyError):
        places.office("west")


def test_places_cannot_be_changed(tmp_path: Path) -> None:
    places = load_places(write(tmp_path, GOOD))
    with pytest.raises(TypeError):
        places.departments["new"] = places.departments["water"]  # type: ignore[index]


BROKEN = {
    "a department code twice": ('code = "east_office"', 'code = "water"', 3, "used twice"),
    "a code for two kinds of thing": ('code = "supply",', 'code = "east",', 9, "used twice"),
    "an unknown district": ('district = "east"', 'district = "west"', 3, "no district 'west'"),
    "an office without a district": (', district = "east"', "", 3, "names no district"),
    "a district without an office": ('kind = "district"', 'kind = "street"', 6, "no department of kind 'district'"),
    "a category without its first level": ('code = "supply.cut"', 'code = "gas.cut"', 10, "no category 'gas'"),
    "an empty name": ('zh = "东区"', 'zh = " "', 6, "zh"),
    "a missing name": (', en = "Cut"', "", 10, "en"),
    "a missing code": ('code = "east_office", ', "", 3, "code"),
    "an unknown kind": ('kind = "city"', 'kind = "bureau"', 2, "kind"),
    "an unknown field": ('kind = "city"', 'kind = "city", phone = "1"', 2, "phone"),
    "a centre off the globe": ("[113.1, 28.2]", "[113.1, 128.2]", 2, "centre"),
    "a code with blanks": ('code = "water"', 'code = "water works"', 2, "code"),
    "a missing table": ("districts = [", "boroughs = [", 5, "boroughs"),
    "an empty table": (GOOD[GOOD.index("categories") :], "categories = []\n", 8, "categories"),
    "no TOML": ("districts = [", "districts = [[", 8, "not TOML"),
}


@pytest.mark.parametrize(("old", "new", "line", "words"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_is_refused_with_file_and_line(tmp_path: Path, old: str, new: str, line: int, words: str) -> None:
    assert old in GOOD
    with pytest.raises(PlacesError) as refused:
        load_places(write(tmp_path, GOOD.replace(old, new)))
    assert str(refused.value).startswith(f"city.toml:{line}: "), str(refused.value)
    assert words in str(refused.value)


def test_a_second_office_of_a_district_is_refused(tmp_path: Path) -> None:
    second = '  {code = "east_two", zh = "东区二", en = "East two", kind = "district", district = "east"},\n]\ndistricts'
    with pytest.raises(PlacesError, match=r"^city\.toml:4: .*second office"):
        load_places(write(tmp_path, GOOD.replace("]\ndistricts", second, 1)))


def test_a_missing_or_unreadable_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlacesError, match="cannot be read"):
        load_places(tmp_path / "nowhere.toml")
    (tmp_path / "latin.toml").write_bytes("zh = 'für'".encode("latin-1"))
    with pytest.raises(PlacesError, match="cannot be read"):
        load_places(tmp_path / "latin.toml")


def test_the_sample_city_is_whole() -> None:
    places = load_places()
    kinds = [department.kind for department in places.departments.values()]
    assert kinds.count("district") == len(places.districts) == 5
    assert kinds.count("utility") == 4
    assert {"city", "street"} <= set(kinds)
    first_level = [category for category in places.categories.values() if category.parent is None]
    assert len(first_level) >= 14
    assert {category.parent for category in places.categories.values()} - {None} == {category.code for category in first_level}
