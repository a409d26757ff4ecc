"""The gazetteer that ships is whole; one that is wrong is refused with file and line."""

import pytest

from shared.gazetteer import COLUMNS, KINDS, SAMPLE_GAZETTEER, Entry, GazetteerError, choose_gazetteer, load_gazetteer
from shared.places import load_places

PLACES = load_places()
HEADER = ",".join(COLUMNS)


def written(tmp_path, *rows: str, header: str = HEADER):
    path = tmp_path / "names.csv"
    path.write_text("\n".join([header, *rows]), encoding="utf-8")
    return path


def test_the_sample_has_every_kind_in_every_district():
    entries = load_gazetteer(SAMPLE_GAZETTEER, PLACES)
    assert {entry.kind for entry in entries} == set(KINDS)
    assert {code for entry in entries for code in entry.districts} == set(PLACES.districts)


def test_districts_streets_and_departments_are_told_by_code_or_name(tmp_path):
    path = written(tmp_path, "road,东风路,东风大街；东大街,望澜区;chenghu,,市水务局,", "", "estate,东风苑,,,柳堤街道,,a note")
    assert load_gazetteer(path, PLACES) == (
        Entry("road", ("东风路", "东风大街", "东大街"), ("wanglan", "chenghu"), None, "water"),
        Entry("estate", ("东风苑",), ("wanglan",), "liudi_street", None),
    )


@pytest.mark.parametrize(
    ("row", "line", "says"),
    [
        ("lake,东湖,,,,,", 3, "kind 'lake' is none of district"),
        ("road,东,,,,,", 3, "has 1 characters"),
        ("road,东风路,路,,,,", 3, "the name '路'"),
        ("metro,12,,,,,", 3, "is a number"),
        ("road,东风路,,东城区,,,", 3, "no district '东城区'"),
        ("road,东风路,,望澜,,,", 3, "is it '望澜区'?"),
        ("estate,东风苑,,,东风街道,,", 3, "no street office '东风街道'"),
        ("estate,东风苑,,澄湖区,柳堤街道,,", 3, "is in the district 'wanglan'"),
        ("utility,东风水厂,,,,水厂局,", 3, "no department '水厂局'"),
        ("road,柳堤路,,望澜区,,,", 3, "stands in line 2 already"),
        ("road,东风路,,望澜区,,,,,", 3, "9 fields"),
        ('"road\n,东风路,,望澜区', 3, "kind"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path, row, line, says):
    with pytest.raises(GazetteerError) as fault:
        load_gazetteer(written(tmp_path, "road,柳堤路,,望澜区,,,", row), PLACES)
    assert str(fault.value).startswith(f"names.csv:{line}: ")
    assert says in str(fault.value)


def test_a_file_that_is_none_is_refused(tmp_path):
    with pytest.raises(GazetteerError, match=r"names\.csv:1: the first line has to be kind,name"):
        load_gazetteer(written(tmp_path, header="name,kind"), PLACES)
    with pytest.raises(GazetteerError, match="cannot be read"):
        load_gazetteer(tmp_path / "nowhere.csv", PLACES)
    (tmp_path / "names.csv").write_bytes("kind,名".encode("gbk"))
    with pytest.raises(GazetteerError, match="cannot be read"):
        load_gazetteer(tmp_path / "names.csv", PLACES)


def test_a_city_with_its_own_places_is_not_given_the_samples_names(tmp_path):
    own = tmp_path / "places.toml"
    assert choose_gazetteer(None, None, PLACES) == load_gazetteer(SAMPLE_GAZETTEER, PLACES)
    assert choose_gazetteer(None, own, PLACES) == ()
    assert len(choose_gazetteer(written(tmp_path, "road,柳堤路,,望澜区,,,"), own, PLACES)) == 1
