"""What training makes of n-grams: those that tell classes apart are believed sooner, and nothing is known of texts held back."""

import numpy as np

from shared.language.features import features_of
from shared.language.learning import hold_back, signs_of
from shared.language.training import Vectors, margins_of, rarity_of, train, trust_of, vectors_of
from tests.language.test_heads import CLASSES, LABELS, TEXTS

SIGNS = signs_of(LABELS, CLASSES)
ALL = np.arange(len(TEXTS))


def vectors(texts: list[str] = TEXTS) -> Vectors:
    features = [features_of("", text) for text in texts]
    return vectors_of(features, *rarity_of(features))


def row_of(read: Vectors, word: str) -> int:
    return int(read.index[features_of("", word).whole.inputs[0]])


def test_what_one_class_alone_says_is_believed_sooner_than_what_both_say() -> None:
    read = vectors()
    trust = trust_of(read, SIGNS, ALL)
    assert (trust[row_of(read, "停")] > 1.5 * trust[row_of(read, "了")]).all(), "every text says 了, only those of water say 停"
    assert (trust[0] == 1).all()


def test_texts_keep_their_length_in_the_mean() -> None:
    read = vectors()
    trust = trust_of(read, SIGNS, ALL)
    before = sum((value[1:] ** 2).sum() for value in read.values)
    after = sum((value[1:, None] ** 2 * trust[rows[1:]]).sum(axis=0) for rows, value in zip(read.rows, read.values, strict=True))
    assert np.allclose(after, before)


def test_a_class_that_nobody_names_is_believed_evenly_and_finitely() -> None:
    silent = signs_of([""] * len(TEXTS), CLASSES)
    assert np.allclose(trust_of(vectors(), silent, ALL), 1, atol=1)
    assert np.isfinite(trust_of(vectors(), silent, ALL)).all()


def test_trust_is_learned_without_the_texts_held_back() -> None:
    read, folds, cost = vectors(), ALL % 5, np.array([1.0, 1.0])
    held, others = np.flatnonzero(folds == 3), np.flatnonzero(folds != 3)
    alone = margins_of(read, train(read, SIGNS, cost, others, trusting=True), held)
    assert np.array_equal(hold_back(read, SIGNS, cost, folds, trusting=True)[held], alone)


def test_trusting_weights_answer_right_what_they_have_not_seen() -> None:
    read = vectors()
    margins = hold_back(read, SIGNS, np.array([1.0, 1.0]), ALL % 5, trusting=True)
    assert [CLASSES[best] for best in margins.argmax(axis=1)] == LABELS
