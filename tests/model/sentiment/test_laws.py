"""Laws of reading: any text whatever is read, the same each time, in bounds, with words that stand where they are said to stand."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from services.sentiment.model.evidence import SHOWN
from shared.events.sentiment import ComplaintRead
from shared.language.normalise import join
from tests.model.sentiment.reader import read_text
from tests.model.sentiment.table import ALL

SENTENCES = some.sampled_from([said.text for said in ALL])
ODD = some.text(some.characters(), max_size=40)  # lone surrogates and control characters among them
TEXTS = some.lists(
    some.one_of(SENTENCES, ODD, some.sampled_from(["，", "。", "\n", " ", "\u200b", "“", "”", "2019年", "煤"])), max_size=8
).map("".join)


@given(title=some.one_of(some.just(""), ODD), text=TEXTS, today=some.dates())
@example(title="", text="", today=date(2026, 1, 1))
@example(title="", text="\ud800自\u200b杀\udfff", today=date(1, 1, 1))
@example(title="9999年99月99日", text="0年0月0日着火", today=date.max)
def test_any_text_is_read_in_bounds_and_the_same_again(title: str, text: str, today: date) -> None:
    reading = read_text(text, title, today)
    assert -1 <= reading.mood <= 1
    assert len(reading.evidence) <= SHOWN
    assert ComplaintRead.model_validate_json(reading.model_dump_json()) == reading
    assert read_text(text, title, today) == reading


@given(title=some.one_of(some.just(""), ODD), text=TEXTS)
def test_words_stand_where_they_are_said_to_stand(title: str, text: str) -> None:
    written = join(title, text)
    for piece in read_text(text, title).evidence:
        assert piece.start < piece.end <= len(written)
        assert written[piece.start : piece.end].encode("utf-8", "replace").decode() == piece.words


@given(text=TEXTS)
def test_every_level_has_words_that_made_it(text: str) -> None:
    reading = read_text(text)
    made = {piece.value for piece in reading.evidence if piece.effect == "for" and piece.about in ("urgency", "sensitivity")}
    assert reading.urgency == "U4" or reading.urgency in made
    assert reading.sensitivity == "S0" or reading.sensitivity in made
    assert reading.urgency == min((value for value in made if value.startswith("U")), default="U4")


EMPTY = ["", " ", "\n\n", "😀😀😀", "!!!???", "12345", "\x00\x01\x02", "\ud800\udc00\ud800", "\u200b\u200d", "啊啊啊啊啊", "煤"]
FOREIGN = ["Gas leak in my building", "Утечка газа", "ガスがもれています", "가스 누출", "تسرب الغاز", "𝔤𝔞𝔰", "\U000f0000\U0010ffff"]


@pytest.mark.parametrize("text", [*EMPTY, *FOREIGN])
def test_nothing_to_hold_on_to_is_said_so(text: str) -> None:
    reading = read_text(text)
    assert reading.not_understood
    assert (reading.mood, reading.urgency, reading.sensitivity, reading.evidence) == (0, "U4", "S0", ())


@pytest.mark.parametrize("text", ["停电", "😀😀😀😀煤气泄漏😀😀😀😀", "hello 我家着火了 help", "路灯不亮", "A" * 500 + "有人要自杀"])
def test_a_few_words_are_enough(text: str) -> None:
    assert not read_text(text).not_understood


@pytest.mark.parametrize(
    "text", ["着" * 100_000, "没有着火" * 25_000, "我要自杀，" * 20_000, "“" * 100_000, "2019年" * 20_000, "a" * 100_000]
)
def test_a_hundred_thousand_characters_are_read_in_bounds(text: str) -> None:
    reading = read_text(text)
    assert len(reading.evidence) <= SHOWN
    assert len(reading.model_dump_json()) < 10_000


def test_head_and_tail_of_a_long_text_are_read_and_words_stand_in_the_whole() -> None:
    text = "路灯不亮。" * 10_000 + "我要自杀"
    reading = read_text(text)
    assert (reading.urgency, reading.sensitivity) == ("U1", "S1")
    (found, *_) = [piece for piece in reading.evidence if piece.rule.startswith("self-harm")]
    assert text[found.start : found.end] == "我要自杀"
    assert read_text("路灯不亮。" * 10_000 + "我要自杀" + "路灯不亮。" * 10_000).urgency == "U4"
