"""Learns a head from labelled texts: what it answers on texts held back, how sure it may be, and the model that came of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.language.heads import NEVER, HeadCard, Kind
from shared.language.training import Numbers, Signs, Vectors, margins_of, train

FOLDS = 5
RIGHT = 0.97
"""Share of right answers that an answer on its own needs."""
LEAST_SURE = 50
"""Held-back answers at least that a threshold rests on."""
HELD = 0.01
"""How strongly the weights of a curve are held to nothing."""
DOUBT = 1.0
"""Wrong answers that are counted beside those seen, so that a threshold holds on fresh texts too."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a choice came to on held-back texts: the classes, the true and the given one of each text, and how far before the next."""

    classes: tuple[str, ...]
    true: NDArray[np.intp]
    given: NDArray[np.intp]
    gaps: Numbers

    @property
    def right(self) -> NDArray[np.bool_]:
        hits: NDArray[np.bool_] = self.true == self.given
        return hits


@dataclass(frozen=True, eq=False)
class Task:
    """A head to be trained: its columns and what each text says of them; a text may say nothing (0)."""

    name: str
    kind: Kind
    classes: tuple[str, ...]
    signs: Signs
    labels: Sequence[str] = ()


def flags(rows: Sequence[bool | None]) -> NDArray[np.int8]:
    return np.array([0 if row is None else 1 if row else -1 for row in rows], dtype=np.int8)


def folds_of(groups: Sequence[int], labels: Sequence[str] = ()) -> NDArray[np.intp]:
    """A fold for each text: texts of one group in one fold, each fold of the same size and, as far as can be, the same mix of labels."""
    order = sorted(set(groups), key=lambda group: (labels[group] if labels else "", group * 0x9E3779B1 % 2**32))
    fold = {group: place % FOLDS for place, group in enumerate(order)}
    return np.array([fold[group] for group in groups])


def hold_back(vectors: Vectors, signs: Signs, cost: Numbers, folds: NDArray[np.intp], trusting: bool = False) -> Numbers:
    """The margins that each text is given by weights which were trained without its fold."""
    found = np.zeros(signs.shape)
    for fold in range(FOLDS):
        held = np.flatnonzero(folds == fold)
        if len(held):
            found[held] = margins_of(vectors, train(vectors, signs, cost, np.flatnonzero(folds != fold), trusting=trusting), held)
    return found


def signs_of(labels: Sequence[str], classes: Sequence[str]) -> Signs:
    """1 in the column of each text's label, −1 in the others; a text with an empty label says nothing."""
    columns = np.array(classes)
    signs = np.where(np.array(labels)[:, None] == columns, 1, -1)
    return np.where(np.array(labels)[:, None] == "", 0, signs).astype(np.int8)


def outcome_of(margins: Numbers, labels: Sequence[str], classes: Sequence[str]) -> Outcome:
    """The outcome of a choice, given the margins of its classes."""
    place = {name: number for number, name in enumerate(classes)}
    ordered = np.sort(margins, axis=1)
    true = np.array([place.get(label, -1) for label in labels])
    return Outcome(tuple(classes), true, margins.argmax(axis=1), ordered[:, -1] - ordered[:, -2])


def fit_curve(margins: Numbers, right: NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and shift of the logistic curve from margins to how often they were right."""
    slope, shift = fit_logistic(np.stack([margins, np.ones(len(margins))], axis=1), right)
    return round(float(slope), 4), round(float(shift), 4)


def fit_logistic(inputs: Numbers, right: NDArray[np.bool_], counts: Numbers | None = None) -> Numbers:
    """The weight of each column of `inputs` under which they tell best how often they were right: Newton's method, a little held to 0.
    `counts`: how often each row counts; once where nothing is said.
    """
    counts = np.ones(len(inputs)) if counts is None else counts
    weights = np.zeros(inputs.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(inputs @ weights, -40, 40)))
        pull = inputs.T @ ((right - chance) * counts) - HELD * weights
        bend = (inputs * (chance * (1 - chance) * counts)[:, None]).T @ inputs + HELD * np.eye(len(weights))
        weights = weights + np.linalg.solve(bend, pull)
    return weights


def sure_from(confidences: Numbers, right: NDArray[np.bool_], share: float = RIGHT) -> float:
    """The least confidence from which on at least `share` were right, a doubt counted in; NEVER where that is too few answers."""
    order = np.argsort(-confidences, kind="stable")
    kept = np.arange(1, len(order) + 1)
    enough = np.flatnonzero((np.cumsum(~right[order]) + DOUBT <= (1 - share) * kept) & (kept >= LEAST_SURE))
    return float(np.floor(confidences[order[enough[-1]]] * 1e4) / 1e4) if len(enough) else NEVER


def coverage(confidences: Numbers, right: NDArray[np.bool_], folds: NDArray[np.intp], share: float = RIGHT) -> tuple[float, float]:
    """Which share of the texts is answered alone, and how many of those rightly, when each fold's threshold comes from the others."""
    sure = np.zeros(len(right), dtype=np.bool_)
    for fold in range(FOLDS):
        held = folds == fold
        if held.any() and not held.all():
            sure |= held & (confidences >= sure_from(confidences[~held], right[~held], share))
    return float(sure.mean()), float(right[sure].mean()) if sure.any() else 1.0


def macro_f1(true: NDArray[np.intp], given: NDArray[np.intp]) -> float:
    """The mean over the true classes of the harmonic mean of precision and recall."""
    scores = [2 * ((true == name) & (given == name)).sum() / ((true == name).sum() + (given == name).sum()) for name in np.unique(true)]
    return float(np.mean(scores))


def judge_task(task: Task, margins: Numbers, folds: NDArray[np.intp]) -> tuple[HeadCard, dict[str, float]]:
    """The card of a head and its figures, from margins on texts held back."""
    said = (task.signs != 0).any(axis=1)
    margins, folds = margins[said], folds[said]
    if task.kind != "choice":
        pressed, right = margins.ravel(), (task.signs[said] > 0).ravel()
        slope, shift = fit_curve(pressed, right)
        half = 0.5 if task.kind == "scale" else 1.0  # tanh is steeper by half
        card = HeadCard(name=task.name, kind=task.kind, classes=task.classes, slope=slope * half, shift=shift * half)
        return card, {f"{task.name}: accuracy": float(((pressed > 0) == right).mean())}
    outcome = outcome_of(margins, [label for label, one in zip(task.labels, said, strict=True) if one], task.classes)
    slope, shift = fit_curve(outcome.gaps, outcome.right)
    confidences = 1 / (1 + np.exp(-(slope * outcome.gaps + shift)))
    alone, realised = coverage(confidences, outcome.right, folds)
    card = HeadCard(
        name=task.name, kind=task.kind, classes=task.classes, slope=slope, shift=shift, sure=sure_from(confidences, outcome.right)
    )  # fmt: skip
    return card, {
        f"{task.name}: macro-F1": macro_f1(outcome.true, outcome.given), f"{task.name}: accuracy": float(outcome.right.mean()),
        f"{task.name}: answered alone": alone, f"{task.name}: … rightly": realised,
    }  # fmt: skip


def table_of(outcome: Outcome) -> list[dict[str, object]]:
    """For each class: texts, precision, recall, F1 and the class it is taken for most."""
    rows: list[dict[str, object]] = []
    for number, name in enumerate(outcome.classes):
        own, given = outcome.true == number, outcome.given == number
        hits = int((own & given).sum())
        wrong = outcome.given[own & ~given]
        taken = outcome.classes[int(np.bincount(wrong).argmax())] if len(wrong) else ""
        rows.append({
            "class": name, "texts": int(own.sum()), "precision": round(hits / max(int(given.sum()), 1), 3),
            "recall": round(hits / max(int(own.sum()), 1), 3), "f1": round(2 * hits / max(int(own.sum() + given.sum()), 1), 3),
            "taken_for": taken,
        })  # fmt: skip
    return rows
