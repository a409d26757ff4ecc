"""Speech as it was meant: fillers, stutters and repetitions change no judgement, and evidence points into what was recognised."""

import re
import tomllib
from datetime import date
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.routing.loading import SAMPLE_CATALOGUE, load_knowledge
from services.routing.model.proposal import Knowledge, propose
from services.routing.settings import RoutingSettings
from services.sentiment.model.reading import read
from shared.events.intake import Place
from shared.places import load_places
from shared.spoken import MEANT_TWICE, SOUNDS, as_meant, hear
from tests.model.sentiment.reader import shipped
from tests.model.sentiment.table import ALL

TODAY = date(2026, 3, 2)

HEARD = [
    ("嗯，我我我家那个，煤气呃泄漏了啊，就是说，停水停水停水了", "，我家那个，煤气泄漏了，停水了"),
    ("没有起火，嗯，煤煤气泄漏", "没有起火，煤气泄漏"),
    ("没有没有起火", "没有起火"),
    ("谢谢谢谢你们", "谢谢你们"),
    ("天天停水，妈妈病了，二二年就报过", "天天停水，妈妈病了，二二年就报过"),
    ("这个月工资没发，那个小区的金额不对，喂养的鸡", "这个月工资没发，那个小区的金额不对，喂养的鸡"),
    ("那边，那个，那个，有人落水，落水了", "那边，有人落水了"),
    ("", ""),
    ("嗯嗯啊", ""),
]


@pytest.mark.parametrize(("said", "meant"), HEARD)
def test_what_is_heard(said: str, meant: str) -> None:
    assert hear(said).text == meant


@given(st.text("着火煤气泄漏我那个，。嗯啊天 1", max_size=40))
def test_hearing_again_changes_nothing_and_every_character_has_its_place(said: str) -> None:
    spoken = hear(said)
    assert hear(spoken.text).text == spoken.text
    assert "".join(said[place] for place in spoken.origins) == spoken.text
    assert list(spoken.origins) == sorted(set(spoken.origins))


@st.composite
def slips(draw: st.DrawFn, text: str) -> str:
    """The text as recognition might give it: sounds, fillers at pauses, characters and words said again."""
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(text)))
        match draw(st.sampled_from(("sound", "filler", "character", "word"))):
            case "sound":
                text = text[:place] + draw(st.text(SOUNDS, min_size=1, max_size=3)) + text[place:]
            case "filler":
                pauses = [found.end() for found in re.finditer("[，。]", text)]
                place = draw(st.sampled_from(pauses)) if pauses else 0
                text = text[:place] + draw(st.sampled_from(("那个，", "就是说，", "然后呢，", "你知道吧，"))) + text[place:]
            case "character" if place < len(text) and _may_be_said_again(text[place]):
                text = text[:place] + text[place] * draw(st.integers(1, 3)) + text[place:]
            case "word" if re.fullmatch("[\u4e00-\u9fff]{2,3}", text[place : place + draw(st.integers(2, 3))]):
                word = text[place : place + 2]
                text = text[:place] + word + text[place:]
    return text


def _may_be_said_again(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff" and character not in MEANT_TWICE


@cache
def catalogue() -> Knowledge:
    return load_knowledge(load_places(), None, RoutingSettings().sure)


EXAMPLES = sorted(
    {text for path in SAMPLE_CATALOGUE.glob("*.toml") for rule in tomllib.loads(path.read_text()).get("rule", []) for text in rule["must"]}
)


@settings(max_examples=300)
@given(st.data(), st.sampled_from(ALL))
def test_slips_change_no_reading(data: st.DataObject, said: object) -> None:
    text = said.text  # type: ignore[attr-defined]
    plain = as_meant("hotline", "", text, lambda heard: read("", heard, TODAY, shipped()))
    slipped = data.draw(slips(text))
    found = as_meant("hotline", "", slipped, lambda heard: read("", heard, TODAY, shipped()))
    assert (found.urgency, found.sensitivity, found.complaint_type) == (plain.urgency, plain.sensitivity, plain.complaint_type)


@settings(max_examples=200)
@given(st.data(), st.sampled_from(EXAMPLES))
def test_slips_change_no_proposal(data: st.DataObject, text: str) -> None:
    plain = as_meant("hotline", "", text, lambda heard: propose(catalogue(), "", heard, Place()))
    found = as_meant("hotline", "", data.draw(slips(text)), lambda heard: propose(catalogue(), "", heard, Place()))
    assert found.best is not None
    assert plain.best is not None
    assert (found.best.department, found.best.category) == (plain.best.department, plain.best.category)


@pytest.mark.parametrize("said", [one for one in ALL if hear(one.text).text != one.text], ids=lambda said: said.text)
def test_plain_sentences_are_judged_on_the_telephone_as_in_writing(said) -> None:
    found = as_meant("hotline", "", said.text, lambda heard: read("", heard, TODAY, shipped()))
    assert (found.urgency, found.sensitivity) == (said.urgency, said.sensitivity)


def test_evidence_points_into_what_was_recognised() -> None:
    title, text = "求助", "嗯我家煤煤气呃泄漏了，快来人"
    found = as_meant("hotline", title, text, lambda heard: read(title, heard, TODAY, shipped()))
    assert found.urgency == "U1"
    whole = f"{title}\n{text}"
    counted = [one for one in found.evidence if one.about == "urgency"]
    assert counted
    assert all(whole[one.start : one.end] == one.words for one in counted)
    assert any("煤气呃泄漏" in one.words for one in counted)


def test_what_was_written_is_judged_as_written() -> None:
    read_in: list[str] = []

    def judge(text: str):
        read_in.append(text)
        return read("", text, TODAY, shipped())

    as_meant("online", "", "嗯嗯，我我家停水", judge)
    as_meant("hotline", "", "嗯嗯，我我家停水", judge)
    assert read_in == ["嗯嗯，我我家停水", "，我家停水"]
