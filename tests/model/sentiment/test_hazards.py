"""How contexts change a hazard, on a rule book of a few words."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from services.sentiment.model.compiled import RuleError, Rules, compile_rules
from services.sentiment.model.hazards import MOST, Hit, find_hazards
from services.sentiment.model.rules import RuleBook
from shared.language.normalise import changed_characters, character_table

TODAY = date(2026, 3, 2)
TABLE = character_table(changed_characters({}))
BOOK: dict[str, Any] = {
    "version": "test",
    "touching": "没",
    "denials": "不是",
    "lists": {"thing": "煤气", "event": "泄漏", "cause": "导致", "still": "又"},
    "lookalikes": "着火点",
    "hazards": [
        {"id": "fire", "urgency": "U1", "risk": "U3", "past": "U2", "often": "U2", "words": "着火"},
        {"id": "leak", "urgency": "U1", "pairs": [["thing", "event", 6]]},
        {"id": "threat", "urgency": "U1", "words": "放火", "despite": ["quoted", "supposed"]},
        {"id": "gas", "urgency": "U3", "words": "煤气"},
        {"id": "road", "urgency": "U2", "takes": True, "pairs": [["road", "hole", 6]]},
        {"id": "hole", "urgency": "U3", "words": "坑"},
    ],
    "contexts": [
        {"why": "negated", "side": "before", "reach": 4, "words": "没有", "unless": ["cause"]},
        {"why": "asked", "side": "after", "reach": 1, "words": "吗"},
        {"why": "supposed", "side": "before", "reach": 10, "scope": "sentence", "words": "如果"},
        {"why": "past", "side": "before", "reach": 10, "scope": "sentence", "words": "去年", "unless": ["still"]},
        {"why": "risk", "side": "before", "reach": 4, "words": "可能"},
    ],
    "cues": [{"type": "help", "weight": 1, "words": "求助"}],
}
BOOK["lists"] |= {"road": "马路", "hole": "坑"}


def book(**changes: Any) -> Rules:
    return compile_rules(RuleBook.model_validate(BOOK | changes), TABLE)


def hits(text: str) -> list[Hit]:
    rules = book()
    return find_hazards(text, rules.lexicon.find(text), rules, TODAY)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("着火", None),
        ("没着火", "negated"),
        ("没有着火", "negated"),
        ("没有及时派人来着火", None),
        ("没有,着火", None),
        ("没有管导致着火", None),
        ("着火吗", "asked"),
        ("着火了,来吗", None),
        ("如果,着火", "supposed"),
        ("如果。着火", None),
        ("去年着火", "past"),
        ("去年着过,又着火", None),
        ("2019年着火", "past"),
        ("2026年着火", None),
        ("3年着火", None),
        ("可能着火", "risk"),
        ("可能没有着火", "negated"),
        ("“着火”", "quoted"),
    ],
)
def test_context(text: str, why: str | None) -> None:
    (hit,) = hits(text)
    assert (hit.hazard.id, hit.why) == ("fire", why)


def test_a_threat_is_meant_although_quoted_or_tied_to_a_condition() -> None:
    assert [hit.why for text in ("“放火”", "如果不来就放火", "没有放火") for hit in hits(text)] == [None, None, "negated"]


@pytest.mark.parametrize(
    ("text", "found"), [("煤气泄漏", True), ("泄漏了很多煤气", True), ("煤气,泄漏", False), ("煤气在很远很远的地方泄漏", False)]
)
def test_a_pair_stands_close_together_in_one_clause(text: str, found: bool) -> None:
    assert ("leak" in [hit.hazard.id for hit in hits(text)]) is found


def test_what_stands_between_a_pair_counts_too() -> None:
    assert [hit.why for hit in hits("煤气没有泄漏") if hit.hazard.id == "leak"] == ["negated"]


def test_a_hazard_that_takes_its_words_leaves_none_for_others() -> None:
    assert [hit.hazard.id for hit in hits("马路有坑")] == ["road"]
    assert [hit.hazard.id for hit in hits("院里有坑")] == ["hole"]


def test_a_lookalike_is_no_hazard() -> None:
    assert hits("着火点") == []


def test_so_many_hazards_are_weighed_and_no_more() -> None:
    assert len(hits("着火," * (2 * MOST))) == MOST


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"hazards": [{"id": "one", "pairs": [["thing", "nowhere", 6]]}]}, "nowhere"),
        ({"contexts": [{"why": "asked", "side": "after", "reach": 1, "words": "吗", "unless": ["nothing"]}]}, "nothing"),
        ({"hazards": [{"id": "one", "words": "着火"}, {"id": "one", "words": "起火"}]}, "one"),
    ],
)
def test_a_book_that_contradicts_itself_is_refused(changes: dict[str, Any], names: str) -> None:
    with pytest.raises(RuleError, match=names) as refused:
        book(**changes)
    assert refused.value.rule == names


@pytest.mark.parametrize("word", ["火" * 9_000, "着\n火"])
def test_a_word_that_no_text_holds_is_refused(word: str) -> None:
    with pytest.raises(RuleError, match="too long or holds a line break") as refused:
        book(lookalikes=[word])
    assert refused.value.rule == word


@pytest.mark.parametrize("changes", [{"lists": 3}, {"unknown": 1}, {"hazards": [{"id": "one", "urgency": "U9"}]}])
def test_a_book_of_another_shape_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        book(**changes)
