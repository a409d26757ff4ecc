"""The mood head and what holds it down."""

import pytest

from services.sentiment.model.mood import Feeling
from shared.language.features import extract
from shared.language.normalise import fold
from tests.model.sentiment.reader import read_text, shipped


@pytest.mark.parametrize(
    "text", ["物业态度恶劣，太让人失望了", "垃圾软件，浪费时间，差评", "质量太差，再也不来了", "服务员爱理不理，很生气"]
)
def test_upset(text: str) -> None:
    assert read_text(text).mood < -0.3


@pytest.mark.parametrize("text", ["非常满意，工作人员态度很好", "环境干净，服务周到，很喜欢", "师傅又快又好，点赞", "孩子很喜欢，物超所值"])
def test_content(text: str) -> None:
    assert read_text(text).mood > 0


@pytest.mark.parametrize("text", ["我要自杀", "非常感谢大家，你们都很好，可是我不想活了"])
def test_who_speaks_of_ending_a_life_is_never_content(text: str) -> None:
    assert read_text(text).mood <= -0.9


@pytest.mark.parametrize("text", ["服务周到的小区停水三天了", "美丽的河边有人投诉噪音扰民，希望美好的环境"])
def test_who_has_a_grievance_is_never_called_content(text: str) -> None:
    assert read_text(text).mood <= 0


def test_words_of_content_that_a_grievance_outweighs_are_shown_as_set_aside() -> None:
    reading = read_text("服务周到的小区停水三天了，非常满意，非常喜欢")
    shown = {(piece.effect, piece.value, piece.why) for piece in reading.evidence if piece.about == "mood"}
    assert reading.mood == 0
    assert shown == {("for", "upset", ""), ("set_aside", "content", "outweighed")}
    assert "停水" in {piece.words for piece in reading.evidence if piece.about == "mood" and piece.effect == "for"}


def test_the_words_that_made_it_pull_its_way() -> None:
    reading = read_text("物业态度恶劣，太让人失望了")
    shown = [piece for piece in reading.evidence if piece.about == "mood"]
    assert {piece.value for piece in shown} == {"upset"}
    assert "失望" in {piece.words for piece in shown}


def test_a_text_without_characters_has_no_mood() -> None:
    known = shipped()
    nothing = fold("", known.characters)
    assert known.mood.judge(nothing, known.engine.read(extract(nothing, 0))) == Feeling(0.0, ())
