"""Places are found as they are called, with house and side, and each is told apart: the matter's, on the way, the caller's own."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.routing.model.districts import ORDER, find_where
from services.routing.model.places_named import build_place_names, find_unknown
from services.routing.model.proposal import SHOWN_PLACES, UNCLEAR, propose
from services.routing.model.words import fold
from shared.events.intake import Place
from shared.gazetteer import SAMPLE_GAZETTEER, Entry, load_gazetteer
from shared.places import load_places
from tests.model.routing.knowledge import city, knowledge

PLACES = load_places()
NAMES = build_place_names(PLACES, load_gazetteer(SAMPLE_GAZETTEER, PLACES))
with (Path(__file__).parent / "places.csv").open(encoding="utf-8") as file:
    SENTENCES = [(row["text"], row["district"] or None, row["role"] or None) for row in csv.DictReader(file)]

pieces = st.one_of(
    st.sampled_from(["柳堤路", "月桥街", "月桥", "望澜区", "澜江大道", "幸福路", "12号院", "3栋", "附近"]),
    st.sampled_from(["我住", "从", "到", "的居民", "，", "。"]),
    st.text(max_size=4),
)
texts = st.lists(pieces, max_size=30).map("".join)


@pytest.mark.parametrize(("text", "district", "role"), SENTENCES)
def test_a_sentence_has_its_district_by_the_place_complained_about(text: str, district: str | None, role: str | None) -> None:
    found = find_where(PLACES, NAMES, Place(), fold(text))
    assert found.district == district
    assert next((one for one in ORDER if one in {named.role for named in found.named}), None) == role


@given(texts)
def test_names_lie_in_order_within_the_text_and_none_within_another(text: str) -> None:
    folded = fold(text)
    found = find_where(PLACES, NAMES, Place(), folded)
    reached = 0
    for one in found.named:
        assert reached <= one.found.start < one.found.end <= one.end <= len(folded)
        assert folded[one.found.start : one.found.end] == one.found.word in NAMES.meanings
        reached = one.found.end
    for word in found.unknown:
        assert folded[word.start : word.end] == word.word
        assert not any(one.found.start < word.end and word.start < one.found.end for one in found.named)


@given(texts)
def test_two_districts_of_one_role_are_none_and_another_never_comes_from_nowhere(text: str) -> None:
    found = find_where(PLACES, NAMES, Place(), fold(text))
    named = {code for one in found.named for code in one.meaning.districts}
    assert found.district is None or found.district in named
    assert found.street is None or PLACES.departments[found.street].district == found.district


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("在柳堤路 12 号院 3 栋停水", "柳堤路 12 号院 3 栋"),
        ("钟楼里小区3栋2单元101室漏水", "钟楼里小区3栋2单元101室"),
        ("月桥街对面有人摆摊", "月桥街对面"),
        ("海燕岭路往北200米有坑", "海燕岭路往北200米"),
        ("柳堤苑五栋楼下很吵", "柳堤苑五栋楼下"),
    ],
)
def test_house_and_side_belong_to_the_place(text: str, whole: str) -> None:
    folded = fold(text)
    (one,) = NAMES.find(folded)
    assert folded[one.found.start : one.end] == whole


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("幸福路的路灯坏了", ["幸福路"]),
        ("我在阳光小区住", ["阳光小区"]),
        ("老旧小区改造、修马路、走路去、高速公路", []),
        ("我们小区的道路和线路", []),
        ("柳堤路和钟楼里小区", []),
    ],
)
def test_what_only_looks_like_a_name_is_told_as_unknown(text: str, words: list[str]) -> None:
    assert [one.word for one in find_unknown(fold(text), NAMES.find(fold(text)), 5)] == words


def test_a_proposal_tells_the_places_as_written_and_not_the_house() -> None:
    proposed = propose(knowledge(), "反映噪音", "我住石橋街道12號3棟，磨坊镇的工地噪音", Place())
    assert [(one.words, one.kind, one.role, one.district, one.street) for one in proposed.places] == [
        ("石橋街道", "street", "caller", "north", "bridge_street"),
        ("磨坊镇", "street", "matter", "south", "mill_town"),
    ]
    read = "反映噪音\n我住石橋街道12號3棟，磨坊镇的工地噪音"
    assert all(read[one.start : one.end] == one.words for one in proposed.places)
    assert (proposed.district, proposed.street) == ("south", "mill_town")
    assert len(propose(knowledge(), "", "北城区。" * 20, Place()).places) == SHOWN_PLACES


def test_a_named_company_stands_in_where_nothing_says_what_the_matter_is_and_comes_second_where_something_does() -> None:
    mill = Entry("enterprise", ("红星水泥厂",), ("north",), None, "urban")
    places = city()
    known = knowledge()
    known = type(known)(places, build_place_names(places, (mill,)), known.catalogue, known.sure)
    alone = propose(known, "", "红星水泥厂的事情没人管", Place())
    assert alone.best is not None
    assert (alone.best.department, alone.best.category, alone.sure, alone.district) == ("urban", UNCLEAR, False, "north")
    assert {(one.words, one.value, one.rule) for one in alone.evidence} == {
        ("红星水泥厂", "north", "district"),
        ("红星水泥厂", "urban", "place.enterprise"),
    }
    beside = propose(known, "", "红星水泥厂宿舍停水", Place())
    assert beside.best is not None
    assert beside.runner_up is not None
    assert (beside.best.department, beside.runner_up.department) == ("waterworks", "urban")
    assert propose(known, "", "我在红星水泥厂上班，家里停水", Place()).runner_up is None

