"""Words are found where they stand, in any writing of width and case, and a word inside a longer one is not meant."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.routing.model.words import Found, build_vocabulary, fold

WORDS = ("停水", "自来水", "水费", "公交", "公交车", "交车辆", "wifi", "4s店")
VOCABULARY = build_vocabulary(WORDS)


def find(text: str) -> list[Found]:
    return VOCABULARY.find(fold(text))


anything = st.text(max_size=60)
with_words = st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=4)), max_size=12).map("".join)


def test_width_and_case_do_not_matter() -> None:
    assert fold("ＷｉＦｉ４Ｓ店，㎡…İ") == "wifi4s店,㎡…İ"


@given(st.one_of(anything, with_words))
def test_what_is_found_stands_there_and_nothing_lies_inside_another(text: str) -> None:
    found = find(text)
    assert all(fold(text)[one.start : one.end] == one.word for one in found)
    assert all(before.start < after.start and before.end < after.end for before, after in pairwise(found))


@given(with_words)
def test_every_word_is_found_or_lies_inside_a_longer_one(text: str) -> None:
    found = find(text)
    for word in map(fold, WORDS):
        start = fold(text).find(word)
        if start >= 0:
            assert any(one.start <= start and start + len(word) <= one.end for one in found)


def test_a_word_inside_a_longer_one_is_left_out_and_an_overlap_is_not() -> None:
    assert find("等公交车辆") == [Found("公交车", 1, 4), Found("交车辆", 2, 5)]
    assert find("") == find("水") == []


def test_a_word_of_one_character_is_refused() -> None:
    with pytest.raises(ValueError, match="too short"):
        build_vocabulary(["水"])
