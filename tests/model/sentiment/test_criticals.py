"""Critical messages are U1 and their lookalikes are not: a set written before the rules, and one written to find what they missed."""

import csv
from pathlib import Path

import pytest

from tests.model.sentiment.reader import read_text

HERE = Path(__file__).parent


def share(name: str, kind: str) -> float:
    """How many of the messages of one kind are U1."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file) if row["kind"] == kind]
    return sum(read_text(text).urgency == "U1" for text in texts) / len(texts)


@pytest.mark.parametrize("name", ["criticals.csv", "criticals_more.csv"])
def test_what_is_critical_is_heard(name: str) -> None:
    assert share(name, "critical") >= 0.98


@pytest.mark.parametrize("name", ["criticals.csv", "criticals_more.csv"])
def test_what_only_sounds_so_is_not(name: str) -> None:
    assert share(name, "lookalike") <= 0.08


def test_messages_that_nobody_learned_from_are_told_apart() -> None:
    assert share("unlearned.csv", "critical") >= 0.95
    assert share("unlearned.csv", "lookalike") <= 0.1
    assert share("unlearned.csv", "ordinary") <= 0.15
