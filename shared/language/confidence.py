"""How sure a choice may be: the curve from margins to how often they were right on texts held back, and from where on it answers alone."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.language.heads import FURTHEST, NEVER, HeadCard
from shared.language.training import Numbers

RIGHT = 0.97
"""Share of right answers that an answer on its own needs."""
LEAST_SURE = 50
"""Held-back answers at least that a threshold rests on."""
HELD, CLASS_HELD = 0.01, 50.0
"""How strongly the weights of a curve are held to nothing; that of a class, which may have few texts, more than those of all."""
DOUBT = 2.0
"""Wrong answers that are counted beside those seen, so that a threshold holds on fresh texts too."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a choice came to on held-back texts: the classes, the true and the given one of each text, the margin of the given one, and how
    far it stands before the next.
    """

    classes: tuple[str, ...]
    true: NDArray[np.intp]
    given: NDArray[np.intp]
    heights: Numbers
    gaps: Numbers

    @property
    def right(self) -> NDArray[np.bool_]:
        hits: NDArray[np.bool_] = self.true == self.given
        return hits

    def chances(self, card: HeadCard) -> Numbers:
        """How likely each answer is right, by a card's curve."""
        shifts = np.array(card.shifts) if card.shifts else np.zeros(len(self.classes))
        pressed = card.slope * self.gaps + card.height * self.heights + card.shift + shifts[self.given]
        found: Numbers = 1 / (1 + np.exp(-np.clip(pressed, -FURTHEST, FURTHEST)))
        return found


def outcome_of(margins: Numbers, labels: Sequence[str], classes: Sequence[str]) -> Outcome:
    """The outcome of a choice, given the margins of its classes."""
    place = {name: number for number, name in enumerate(classes)}
    ordered = np.sort(margins, axis=1)
    true = np.array([place.get(label, -1) for label in labels])
    return Outcome(tuple(classes), true, margins.argmax(axis=1), ordered[:, -1], ordered[:, -1] - ordered[:, -2])


def fit_curve(margins: Numbers, right: NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and shift of the logistic curve from margins to how often they were right."""
    slope, shift = fit_logistic(np.stack([margins, np.ones(len(margins))], axis=1), right)
    return round(float(slope), 4), round(float(shift), 4)


def fit_choice(name: str, outcome: Outcome, chosen: NDArray[np.bool_] | None = None) -> HeadCard:
    """The card of a choice with the curve that tells best how often its answers were right; learned from the texts `chosen`, all when None.
    Classes differ: what is seldom wrong may be believed sooner.
    """
    some = slice(None) if chosen is None else chosen
    general = np.stack([outcome.gaps, outcome.heights, np.ones(len(outcome.gaps))], axis=1)
    given = np.eye(len(outcome.classes))[outcome.given]
    held = np.array([HELD] * general.shape[1] + [CLASS_HELD] * len(outcome.classes))
    weights = fit_logistic(np.concatenate([general, given], axis=1)[some], outcome.right[some], held=held)
    slope, height, shift, *shifts = (round(float(weight), 4) for weight in weights)
    return HeadCard(name=name, kind="choice", classes=outcome.classes, slope=slope, height=height, shift=shift, shifts=tuple(shifts))


def fit_logistic(inputs: Numbers, right: NDArray[np.bool_], counts: Numbers | None = None, held: Numbers | float = HELD) -> Numbers:
    """The weight of each column of `inputs` under which they tell best how often they were right: Newton's method, each weight `held` to
    nothing a little. `counts`: how often each row counts; once where nothing is said.
    """
    counts = np.ones(len(inputs)) if counts is None else counts
    weights = np.zeros(inputs.shape[1])
    holds = np.broadcast_to(held, weights.shape)
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(inputs @ weights, -FURTHEST, FURTHEST)))
        pull = inputs.T @ ((right - chance) * counts) - holds * weights
        bend = (inputs * (chance * (1 - chance) * counts)[:, None]).T @ inputs + np.diag(holds)
        weights = weights + np.linalg.solve(bend, pull)
    return weights


def sure_from(confidences: Numbers, right: NDArray[np.bool_], share: float = RIGHT) -> float:
    """The least confidence from which on at least `share` were right, some doubt counted in; NEVER where that is too few answers."""
    order = np.argsort(-confidences, kind="stable")
    kept = np.arange(1, len(order) + 1)
    enough = np.flatnonzero((np.cumsum(~right[order]) + DOUBT <= (1 - share) * kept) & (kept >= LEAST_SURE))
    return float(np.floor(confidences[order[enough[-1]]] * 1e4) / 1e4) if len(enough) else NEVER


def coverage(outcome: Outcome, folds: NDArray[np.intp], share: float = RIGHT) -> tuple[float, float]:
    """Which share of the texts is answered alone, and how many of those rightly; each fold's curve and threshold come from the others."""
    right = outcome.right
    sure = np.zeros(len(right), dtype=np.bool_)
    for fold in np.unique(folds):
        held = folds == fold
        if not held.all():
            chances = outcome.chances(fit_choice("", outcome, ~held))
            sure |= held & (chances >= sure_from(chances[~held], right[~held], share))
    return float(sure.mean()), float(right[sure].mean()) if sure.any() else 1.0
