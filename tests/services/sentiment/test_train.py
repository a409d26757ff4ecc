"""The mood head can be made again, byte for byte, and what ships is what its recipe makes."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from services.sentiment import train
from services.sentiment.loading import KNOWLEDGE, load_head
from services.sentiment.model.heads import Card
from shared.language.characters import characters
from shared.language.ngrams import SLOTS

LINES = 400


@pytest.fixture(scope="module")
def slice_of_it() -> train.Corpus:
    return train.read_corpus(train.corpora(), characters(), LINES)


def test_the_same_texts_make_the_same_bytes(slice_of_it: train.Corpus, tmp_path: Path) -> None:
    made = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        train.write(folder, *train.build(slice_of_it))
        made.append((folder / "mood.weights").read_bytes() + (folder / "mood.json").read_bytes())
    assert made[0] == made[1]


def test_a_head_learns_the_texts_it_is_given(slice_of_it: train.Corpus) -> None:
    weights, card = train.build(slice_of_it)
    found = train.margins(weights, card.scale, slice_of_it.texts) * slice_of_it.signs
    assert (found > 0).mean() > 0.95
    assert card.held_out_accuracy > 0.6


def test_the_corpus_has_each_line_once_and_none_of_both_kinds(slice_of_it: train.Corpus) -> None:
    assert len(slice_of_it.texts) == len(slice_of_it.signs)
    assert set(np.unique(slice_of_it.signs)) == {-1.0, 1.0}
    assert len(slice_of_it.texts) < 2 * LINES


def test_what_ships_is_what_the_recipe_makes(tmp_path: Path) -> None:
    train.write(tmp_path, *train.build(train.read_corpus(train.corpora(), characters())))
    for name in ("mood.weights", "mood.json"):
        assert (tmp_path / name).read_bytes() == (KNOWLEDGE / name).read_bytes()


def test_the_card_says_what_it_was_made_from_and_how_good_it_is() -> None:
    card: Card = load_head().card
    weights = (KNOWLEDGE / "mood.weights").read_bytes()
    assert len(weights) == SLOTS < 1_000_000
    assert card.sha256 == hashlib.sha256(weights).hexdigest()
    assert (card.licence, card.version) == ("MIT", train.VERSION)
    assert card.held_out_accuracy > 0.8
