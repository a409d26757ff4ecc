"""`huiying learn`: trains a head on labelled messages and says how well it answers on those held back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table as Shown

from services.commands.tables import read_table
from services.intake.columns import ColumnsFault
from shared.language.characters import folded
from shared.language.features import Features, extract
from shared.language.heads import Card, HeadCard, Model
from shared.language.learning import (
    Outcome,
    Task,
    coverage,
    flags,
    folds_of,
    hold_back,
    judge_task,
    macro_f1,
    outcome_of,
    signs_of,
    table_of,
)
from shared.language.model_files import read_model, write_model
from shared.language.near_duplicates import group_alike
from shared.language.normalise import join
from shared.language.training import Numbers, Signs, assemble, balanced, margins_of, rarity_of, train, vectors_of

HeadName = Literal["category", "department", "urgency", "mood"]
COST = 1.5
"""What a message on the wrong side costs."""
SHARES = (0.95, 0.97, 0.99)
YES = {
    "urgency": ("urgent", frozenset(("U1", "U2", "2", "3"))),
    "mood": ("content", frozenset(("1", "1.0", "content", "positive", "满意"))),
}
"""The flag of a head, and the labels that set it; every other label but an empty one denies it."""
FEWEST = 20
"""Labelled messages at least."""
BEFORE = "before"
"""The folder in which a model is kept that another has taken the place of."""


@dataclass(frozen=True)
class Labelled:
    """Messages with what somebody said of them; an empty label says nothing."""

    titles: Sequence[str]
    texts: Sequence[str]
    labels: Sequence[str]

    def features(self) -> list[Features]:
        return [extract(folded(join(title, text)), len(title)) for title, text in zip(self.titles, self.texts, strict=True)]


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
        return {share: coverage(outcome.gaps, outcome.right, self.folds[said], share) for share in SHARES}


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
    """Trains a head. Its curve and its threshold come from folds held back, near-duplicates together, or from the messages of `held`."""
    task, texts = task_of(head, labelled.labels), labelled.features()
    vectors, cost = vectors_of(texts, *rarity_of(texts)), balanced(task.signs, COST)
    weights = train(vectors, task.signs, cost)
    if held is None:
        folds = folds_of(group_alike(labelled.texts), labelled.labels)
        judged, margins = task, hold_back(vectors, task.signs, cost, folds)
    else:
        fresh = vectors_of(held.features(), vectors.index, vectors.rarity)
        folds = folds_of(group_alike(held.texts), held.labels)
        judged = replace(task, signs=_signs(head, held.labels, task.classes), labels=held.labels)
        margins = margins_of(fresh, weights, np.arange(len(fresh)))
    card, figures = judge_task(judged, margins, folds)
    return Learned(assemble(_card(head, card, figures, len(texts), source, made), vectors, weights), judged, margins, folds)


def _card(head: str, card: HeadCard, figures: dict[str, float], texts: int, source: str, made: date) -> Card:
    return Card(
        name=head, version=f"{made:%Y-%m-%d}", trained_on=source, made=made, licence="the city's own", texts=texts,
        figures={name: round(value, 4) for name, value in figures.items()}, features="", rows=0, title_weight=0, scales=(), heads=(card,),
        sha256="",
    )  # fmt: skip


def switch(folder: Path, learned: Learned, anyway: bool) -> str:
    """Writes the model where judging reads it; one that was there is kept in BEFORE. Returns what was done, in a sentence.

    A model with the same classes that did better on what was held back from it stays, unless `anyway`.
    """
    name, now = learned.model.card.name, folder / f"{learned.model.card.name}.json"
    before = read_model(now) if now.exists() else None
    if before and not anyway and _score(before.card) > _score(learned.model.card) and _same(before.card, learned.model.card):
        return f"{now} stays: it was better on the messages held back from it; --anyway puts the new one in its place"
    if before:
        (folder / BEFORE).mkdir(exist_ok=True)
        for file in (now, now.with_suffix(".weights")):
            file.replace(folder / BEFORE / file.name)
    write_model(folder, learned.model)
    return f"{folder / name}.json and .weights are written" + (f"; what was there is in {folder / BEFORE}" if before else "")


def _same(one: Card, other: Card) -> bool:
    return [head.classes for head in one.heads] == [head.classes for head in other.heads]


def _score(card: Card) -> float:
    """The first figure of a card: macro-F1 of a choice, accuracy of a flag."""
    return next(iter(card.figures.values()), 0.0)


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


def learn_from_table(
    labelled: Annotated[str, typer.Argument(help="CSV or xlsx with messages and labels; - for standard input")],
    label: Annotated[str, typer.Option(help="the column of the labels")],
    head: Annotated[HeadName, typer.Option(help="what the labels say")],
    out: Annotated[Path, typer.Option(help="folder for the model; judge --models and HUIYING_MODELS read it")],
    dev: Annotated[str | None, typer.Option(help="a table of the same columns that sets the threshold; else folds held back")] = None,
    text: Annotated[str | None, typer.Option(help="the column of the text")] = None,
    title: Annotated[str | None, typer.Option(help="the column of the title")] = None,
    anyway: Annotated[bool, typer.Option(help="switch even where the model in place did better")] = False,
) -> None:
    """Trains a head on labelled messages, shows how well it answers on messages held back, and puts it into a folder of models."""
    console = Console(stderr=True)
    held = read_labelled(dev, label, text, title) if dev else None
    learned = learn(head, read_labelled(labelled, label, text, title), Path(labelled).name, datetime.now(UTC).date(), held)
    show(learned, console)
    console.print(switch(out, learned, anyway))
