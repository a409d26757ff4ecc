"""The table of sentences: what must be heard is heard, what must be set aside is set aside, in either script."""

from datetime import date

import pytest

from shared.language.characters import TRADITIONAL
from tests.model.sentiment.reader import read_text, reasons
from tests.model.sentiment.table import ALL, CRITICAL, SET_ASIDE, Said


@pytest.mark.parametrize("said", ALL, ids=lambda said: said.text)
def test_a_sentence_is_read_as_meant(said: Said) -> None:
    reading = read_text(said.text)
    assert (reading.urgency, reading.sensitivity) == (said.urgency, said.sensitivity)
    assert not said.aside or said.aside in reasons(reading)


@pytest.mark.parametrize("said", [*CRITICAL, *SET_ASIDE], ids=lambda said: said.text)
def test_what_counted_and_what_did_not_are_both_shown(said: Said) -> None:
    reading = read_text(said.text)
    shown = {(piece.value, piece.effect) for piece in reading.evidence if piece.about == "urgency"}
    assert said.urgency == "U4" or (said.urgency, "for") in shown
    assert said.urgency != "U4" or not [value for value, effect in shown if effect == "for"]


def traditional() -> dict[int, str]:
    """For each simplified character one traditional character that stands for it."""
    pairs = [line for line in TRADITIONAL.read_text("utf-8").splitlines() if not line.startswith("#")]
    return {ord(pair[1]): pair[0] for pair in reversed(pairs)}


@pytest.mark.parametrize("said", ALL, ids=lambda said: said.text)
def test_traditional_characters_change_no_verdict(said: Said) -> None:
    simple, old = read_text(said.text), read_text(said.text.translate(traditional()))
    assert (old.urgency, old.sensitivity, old.complaint_type, old.mood) == (
        simple.urgency, simple.sensitivity, simple.complaint_type, simple.mood,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "urgency"),
    [
        ("樓下著火了，快來人", "U1"),
        ("瓦斯外洩，味道很濃", "U1"),
        ("路燈桿漏電", "U1"),
        ("我不想活了", "U1"),
        ("社區停電三天了", "U2"),
        ("老闆拖欠工資", "U2"),
        ("消防通道被堵住了", "U3"),
        ("二〇一九年的事已經解決，沒有漏電", "U4"),
    ],
)
def test_people_who_write_traditional_characters_are_heard(text: str, urgency: str) -> None:
    assert read_text(text).urgency == urgency


def test_mood_never_decides_urgency() -> None:
    furious, calm = read_text("气死我了，太差劲了，垃圾服务，恶心！"), read_text("您好，非常感谢，家里有煤气味。")
    assert furious.mood < -0.5
    assert (furious.urgency, calm.urgency) == ("U4", "U1")


def test_a_title_counts_as_much_as_the_text() -> None:
    reading = read_text("请速来", title="三楼着火了")
    assert reading.urgency == "U1"
    (fire,) = [piece for piece in reading.evidence if piece.rule == "fire"]
    assert "三楼着火了\n请速来"[fire.start : fire.end] == fire.words == "着火"


def test_a_hazard_in_the_title_and_a_denial_in_the_text_are_two_sentences() -> None:
    assert read_text("没有", title="三楼着火").urgency == "U1"


def test_the_day_of_receipt_decides_what_is_past() -> None:
    text = "3月1日小区起火，现在没有水"
    assert read_text(text).urgency == "U1"
    assert "past" in reasons(read_text(text, today=date(2026, 4, 1)))
