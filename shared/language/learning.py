"""Learns a head from labelled texts: what it answers on texts held back, how sure it may be, and the model that came of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.language.confidence import Outcome, coverage, fit_choice, fit_curve, outcome_of, sure_from
from shared.language.heads import HeadCard, Kind
from shared.language.training import Numbers, Signs, Vectors, margins_of, train

FOLDS = 5


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


def hold_back(
    vectors: Vectors, signs: Signs, cost: Numbers, folds: NDArray[np.intp], trusting: bool = False, weak: NDArray[np.bool_] | None = None
) -> Numbers:
    """The margins that each text is given by weights which were trained without its fold; those that are `weak` do not count."""
    found = np.zeros(signs.shape)
    for fold in range(FOLDS):
        held = np.flatnonzero(folds == fold)
        if len(held):
            weights = train(vectors, signs, cost, np.flatnonzero(folds != fold), trusting=trusting)
            found[held] = margins_of(vectors, weights if weak is None else np.where(weak, 0, weights), held)
    return found


def signs_of(labels: Sequence[str], classes: Sequence[str]) -> Signs:
    """1 in the column of each text's label, −1 in the others; a text with an empty label says nothing."""
    columns = np.array(classes)
    signs = np.where(np.array(labels)[:, None] == columns, 1, -1)
    return np.where(np.array(labels)[:, None] == "", 0, signs).astype(np.int8)


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
    card = fit_choice(task.name, outcome)
    alone, realised = coverage(outcome, folds)
    return card.model_copy(update={"sure": sure_from(outcome.chances(card), outcome.right)}), {
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
