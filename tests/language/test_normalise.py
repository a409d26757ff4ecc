"""How a text is folded, and the way back to what was written."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from shared.language.characters import characters
from shared.language.normalise import LIMIT, TAIL, Text, changed_characters, character_table, fold, join
from tests.model.sentiment.reader import shipped

TABLE = character_table(changed_characters({"氣": "气", "漏": "漏"}))


def folded(text: str) -> str:
    return fold(text, TABLE).folded


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("煤氣", "煤气"),
        ("ＡＢＣ１２３", "abc123"),
        ("，！？；", ",!?;"),
        ("自\u200b殺", "自殺"),
        ("a\tb\u3000c\r\nd", "a b c\n\nd"),
        ("\x00\x07煤", "煤"),
        ("\ud800煤\udfff", "煤"),
        ("❤\ufe0f", "❤"),
        ("½㎡", "½㎡"),
        ("\U000e0041\U0010ffff", ""),
    ],
)
def test_folding(written: str, read: str) -> None:
    assert folded(written) == read


def test_words_are_given_back_as_they_were_written() -> None:
    text = fold("一\u200b二\ud800三", TABLE)
    assert text.written(0, 2) == ("一\u200b二", 0, 3)
    assert text.written(1, 3) == ("二?三", 2, 5)


@given(some.text(some.characters(), max_size=60))
def test_every_place_leads_back_to_a_character_that_folds_to_it(written: str) -> None:
    text = fold(written, shipped().characters)
    for place, character in enumerate(text.folded):
        _, start, end = text.written(place, place + 1)
        assert end == start + 1
        assert fold(written[start:end], shipped().characters).folded == character


@given(some.text(max_size=60))
def test_folding_twice_is_folding_once(written: str) -> None:
    once = fold(written, shipped().characters).folded
    assert fold(once, shipped().characters).folded == once


def test_a_long_text_keeps_its_head_and_its_tail() -> None:
    written = "头" * 30_000 + "尾" * 30_000
    text: Text = fold(written, TABLE)
    assert len(text.folded) == LIMIT
    assert text.folded[LIMIT - TAIL - 1] == "\n"
    assert text.written(0, 1)[1:] == (0, 1)
    assert text.written(LIMIT - 1, LIMIT)[1:] == (59_999, 60_000)
    assert text.written(LIMIT - TAIL, LIMIT - TAIL + 1)[1] == 60_000 - TAIL


def test_a_title_is_a_line_of_its_own() -> None:
    assert join("标题", "正文") == "标题\n正文"
    assert join("", "正文") == "正文"


def test_the_shipped_table_knows_traditional_characters() -> None:
    table = characters()
    read = fold("氣體洩漏著火後面電線裏臺灣汙水妳", table).folded
    assert read == "气体泄漏着火后面电线里台湾污水你"
    assert table.dtype == np.uint32
