"""Trains a head on labelled messages and says how well it answers on those held back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table as Shown

from services.commands.tables import read_table
from services.intake.columns import ColumnsFault
from shared.language.confidence import Outcome, coverage, outcome_of
from shared.language.features import Features, features_of
from shared.language.heads import Card, Head, HeadCard, Model
from shared.language.learning import Task, flags, folds_of, hold_back, judge_task, macro_f1, signs_of, table_of
from shared.language.model_files import GUIDE, load_heads
from shared.language.near_duplicates import group_alike
from shared.language.shares import guiding
from shared.language.training import Numbers, Signs, Vectors, assemble, balanced, guided, margins_of, rarity_of, train, vectors_of

HeadName = Literal["category", "department", "urgency", "mood"]
COST = 1.2
"""What a message on the wrong side costs."""
SHARES = (0.95, 0.97, 0.99)
YES = {
    "urgency": ("urgent", frozenset(("U1", "U2", "2", "3"))),
    "mood": ("content", frozenset(("1", "1.0", "content", "positive", "满意"))),
}
"""The flag of a head, and the labels that set it; every other label but an empty one denies it."""
FEWEST = 20
"""Labelled messages at least."""


@dataclass(frozen=True)
class Labelled:
    """Messages with what somebody said of them; an empty label says nothing."""

    titles: Sequence[str]
    texts: Sequence[str]
    labels: Sequence[str]

    def features(self) -> list[Features]:
        return [features_of(title, text) for title, text in zip(self.titles, self.texts, strict=True)]


@dataclass(frozen=True, eq=False)
class Learned:
    """A model that is not written yet, and the margins that it, or one like it, gave to messages held back."""

    model: Model
    task: Task
    margins: Numbers
    folds: NDArray[np.intp]

    @property
    def outcome(self) -> Outcome:
        """Of a choice."""
        said = np.array([label in self.task.classes for label in self.task.labels])
        return outcome_of(self.margins[said], [label for label in self.task.labels if label in self.task.classes], self.task.classes)

    def coverages(self) -> dict[float, tuple[float, float]]:
        """By the share that has to be right: which share is answered alone, and how many of those rightly. Of a choice."""
        said = np.array([label in self.task.classes for label in self.task.labels])
        outcome = self.outcome
        return {share: coverage(outcome, self.folds[said], share) for share in SHARES}


def read_labelled(source: str, label: str, text: str | None = None, title: str | None = None) -> Labelled:
    """The messages of a table with a column of labels. Raises ColumnsFault, also for fewer than FEWEST labels."""
    table = read_table(source)
    labels = [one.strip() for one in table.need("label", label)]
    if sum(map(bool, labels)) < FEWEST:
        raise ColumnsFault(table.name, 1, f"column '{label}' has fewer than {FEWEST} labels; nothing can be learned from so few")
    if len(set(labels) - {""}) < 2:
        raise ColumnsFault(table.name, 1, f"column '{label}' says the same of every message; there is nothing to tell apart")
    return Labelled(table.column("title", title) or [""] * len(labels), table.need("text", text), labels)


def task_of(head: HeadName, labels: Sequence[str]) -> Task:
    """What the labels teach."""
    if head in YES:
        classes: tuple[str, ...] = (YES[head][0],)
        return Task(head, "flags" if head == "urgency" else "scale", classes, _signs(head, labels, classes), labels)
    classes = tuple(sorted(set(labels) - {""}))
    return Task(head, "choice", classes, _signs(head, labels, classes), labels)


def _signs(head: HeadName, labels: Sequence[str], classes: Sequence[str]) -> Signs:
    if head in YES:
        return flags([label in YES[head][1] if label else None for label in labels])[:, None]
    return signs_of([label if label in classes else "" for label in labels], classes)


def learn(head: HeadName, labelled: Labelled, source: str, made: date, held: Labelled | None = None) -> Learned:
    """Trains a head; a choice reads on from what the shipped head says of the matter. Its curve and its threshold come from folds held
    back, near-duplicates together, or from the messages of `held`.
    """
    task, texts = task_of(head, labelled.labels), labelled.features()
    guide = load_heads()[0][GUIDE] if task.kind == "choice" else None
    vectors, cost = _with(guide, vectors_of(texts, *rarity_of(texts)), texts), balanced(task.signs, COST)
    weights = train(vectors, task.signs, cost, trusting=True)
    if held is None:
        folds = folds_of(group_alike(labelled.texts), labelled.labels)
        judged, margins = task, hold_back(vectors, task.signs, cost, folds, trusting=True)
    else:
        fresh = _with(guide, vectors_of(held.features(), vectors.index, vectors.rarity), held.features())
        folds = folds_of(group_alike(held.texts), held.labels)
        judged = replace(task, signs=_signs(head, held.labels, task.classes), labels=held.labels)
        margins = margins_of(fresh, weights, np.arange(len(fresh)))
    card, figures = judge_task(judged, margins, folds)
    made_of = _card(head, card, figures, len(texts), source, made)
    return Learned(assemble(made_of, vectors, weights, guide=guide), judged, margins, folds)


def _with(guide: Head | None, vectors: Vectors, texts: Sequence[Features]) -> Vectors:
    """The texts with what the guide makes of them."""
    if guide is None:
        return vectors
    return guided(vectors, np.array([guiding(guide.own(guide.model.margins(text))) for text in texts], dtype=np.float64))


def _card(head: str, card: HeadCard, figures: dict[str, float], texts: int, source: str, made: date) -> Card:
    return Card(
        name=head, version=f"{made:%Y-%m-%d}", trained_on=source, made=made, licence="the city's own", texts=texts,
        figures={name: round(value, 4) for name, value in figures.items()}, features="", rows=0, strong=0, title_weight=0, scales=(),
        heads=(card,), sha256="",
    )  # fmt: skip


def show(learned: Learned, console: Console) -> None:
    """The table per class, what is confused, and how much is answered alone at which share of right answers."""
    for name, figure in learned.model.card.figures.items():
        console.print(f"{name:<28} {figure:.3f}")
    if learned.task.kind != "choice":
        return
    rows = table_of(learned.outcome)
    shown = Shown(*rows[0])
    for row in rows:
        shown.add_row(*map(str, row.values()))
    console.print(shown)
    for share, (alone, right) in learned.coverages().items():
        console.print(f"answered alone at {share:.0%}: {alone:.1%} of the messages, {right:.1%} of them rightly")
    console.print(f"macro-F1 {macro_f1(learned.outcome.true, learned.outcome.given):.4f}")
