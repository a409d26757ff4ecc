"""Linear heads over n-grams: a model's weights, the card that says where they come from, and what the heads make of a text."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import exp, sqrt, tanh
from typing import Annotated, Literal, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.language.compiled import CompiledMargins, load_library
from shared.language.features import Features, Part
from shared.language.shares import guiding

Margins = NDArray[np.float32]
Index = NDArray[np.uint32]
Steps = NDArray[np.int8]
Kind = Literal["choice", "flags", "scale"]
"""One of the classes; any of them; one number from −1 to 1."""

FURTHEST = 40.0
"""Beyond it a probability is 0 or 1 as far as anybody can tell."""

NEVER = 1.01
"""A confidence that none reaches."""


class Choice(NamedTuple):
    """The best class and the next one, and how likely the best is the right one."""

    best: str
    second: str
    confidence: float


class HeadCard(BaseModel):
    """One head: the classes of its columns, in order, and how its margins are read.

    A choice is right with the probability 1 / (1 + e^−(slope · gap + height · margin + shift + own shift)), where gap is how far the best
    class stands before the next, margin its own margin, and own shift that of the class; a flag is set with the probability
    1 / (1 + e^−(slope · margin + shift)). A scale is tanh(slope · margin + shift). `sure`: the least confidence from
    which the choices on held-back texts were right in 97 of 100; above 1 where no confidence was enough.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: Kind
    classes: Annotated[tuple[str, ...], Field(min_length=1)]
    slope: float = 1.0
    height: float = 0.0
    shift: float = 0.0
    shifts: tuple[float, ...] = ()
    """Of the classes; none where all are alike."""
    sure: float = NEVER

    def likely(self, margin: float) -> float:
        """The margin of a flag as a probability."""
        return _probability(self.slope * margin + self.shift)

    def right(self, best: int, margin: float, gap: float) -> float:
        """How likely the best class is the right one, by its number, its margin and the gap behind it."""
        own = self.shifts[best] if self.shifts else 0.0
        return _probability(self.slope * gap + self.height * margin + self.shift + own)

    @model_validator(mode="after")
    def _a_shift_for_each_class(self) -> Self:
        if self.shifts and len(self.shifts) != len(self.classes):
            raise ValueError("there must be as many shifts as classes, or none")
        return self


def _probability(pressed: float) -> float:
    return 1 / (1 + exp(-min(max(pressed, -FURTHEST), FURTHEST)))


class Card(BaseModel):
    """What a model is, on what it was trained, and how well it did on texts that were held back; kept beside its weights."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    version: str
    trained_on: str
    made: date
    licence: str
    texts: int
    figures: Mapping[str, float]
    features: str
    rows: int
    strong: int
    """Rows, the first of all, that weigh in choices: the others pull hardly at any class. Flags and scales read every row."""
    title_weight: float
    """How much the title counts beside the whole."""
    scales: tuple[float, ...]
    """One step of a weight, for each column."""
    heads: tuple[HeadCard, ...]
    """In the order of their columns, the choices before all others."""
    sha256: str
    """Of the weights file."""
    guide: str = ""
    """Of the weights file of the model whose head it reads beside the n-grams; empty where it reads none."""

    @property
    def columns(self) -> int:
        return sum(len(head.classes) for head in self.heads)

    @property
    def chosen(self) -> int:
        """Columns of the choices, the first of all."""
        return sum(len(head.classes) for head in self.heads if head.kind == "choice")


@dataclass(frozen=True, eq=False)
class Model:
    """`index` leads from an input to its row (0: not one that counts), `rarity` weighs a row's n-gram. There is a column for each class of
    each head: `choices` has those of the choices, for the strong rows alone, `others` the rest, for all rows; a weight is so many of its
    column's scale. Row 0 holds what is added whatever the text says.
    """

    card: Card
    index: Index
    rarity: NDArray[np.float32]
    choices: Steps
    others: Steps
    guide: "Guide | None" = None

    @cached_property
    def scales(self) -> Margins:
        """How much one step of each column weighs."""
        return np.array(self.card.scales, np.float32)

    @cached_property
    def always(self) -> Margins:
        """The steps of row 0 in every column."""
        return np.concatenate([self.choices[0], self.others[0]]).astype(np.float32)

    @cached_property
    def compiled(self) -> CompiledMargins | None:
        """The compiled code at work on this model, where there is any."""
        functions = load_library()
        return CompiledMargins(self, functions) if functions else None

    def margins(self, features: Features, said: Margins | None = None) -> Margins:
        """The signed distance from each class's border. `said`: the margins of the guide's model, where they are known already."""
        total = self.compiled.one(features.codes, features.title_end) if self.compiled else self.sums(features)
        if self.guide:
            total += self.guide.pull(self.guide.head.model.margins(features) if said is None else said)
        return total

    def sums(self, features: Features) -> Margins:
        """The margins before the guide is asked, by numpy."""
        total = self._added(features.whole, 1.0)
        if features.title is not None:
            total += self._added(features.title, self.card.title_weight)
        total += self.always
        total *= self.scales
        return total

    def _added(self, part: Part, share: float) -> Margins:
        """The steps that a title or a whole text adds to each column."""
        rows = self.index.take(part.inputs)
        values = part.times * self.rarity.take(rows)  # nothing for what the model does not know
        length = sqrt(float(values @ values)) or 1.0
        return self.weigh(rows, values * np.float32(share / length))

    def weigh(self, rows: Index, values: NDArray[np.float32]) -> Margins:
        """The steps that rows of such values add to each column."""
        found = np.empty(len(self.scales), np.float32)
        chosen = self.choices.shape[1]
        if chosen:
            strong = (rows < len(self.choices)).nonzero()[0]
            np.dot(values.take(strong), self.choices.take(rows.take(strong), 0).astype(np.float32), out=found[:chosen])
        if chosen < len(found):
            np.dot(values, self.others.take(rows, 0).astype(np.float32), out=found[chosen:])
        return found

    def pulls(self, slots: NDArray[np.uint32], column: int) -> NDArray[np.float32]:
        """How much each single input pulls toward a column's class, before the text's length is taken out; nothing where the
        model does not know it.
        """
        rows, chosen = self.index.take(slots), self.choices.shape[1]
        if column < chosen:
            rows, steps = np.where(rows < len(self.choices), rows, 0), self.choices[:, column]
        else:
            steps = self.others[:, column - chosen]
        pulled: NDArray[np.float32] = steps[rows] * self.rarity[rows] * self.scales[column]
        return pulled


@dataclass(frozen=True, eq=False)
class Head:
    """A head and the columns of the model in which it stands."""

    card: HeadCard
    model: Model
    first: int

    @cached_property
    def columns(self) -> slice:
        """Its columns among those of the model."""
        return slice(self.first, self.first + len(self.card.classes))

    def own(self, margins: Margins) -> Margins:
        """The margins of this head's classes, given those of the model's columns."""
        return margins[self.columns]

    def choose(self, own: Margins) -> Choice:
        """The answer of a choice, given its own margins. With a single class there is nothing to doubt."""
        order = np.argsort(-own, kind="stable")
        if len(own) == 1:
            return Choice(self.card.classes[0], self.card.classes[0], 1.0)
        best, second = int(order[0]), int(order[1])
        confidence = self.card.right(best, float(own[best]), float(own[best] - own[second]))
        return Choice(self.card.classes[best], self.card.classes[second], confidence)

    def likely(self, margin: float) -> float:
        """The margin of a flag as a probability."""
        return self.card.likely(margin)

    def value(self, own: Margins) -> float:
        """The answer of a scale, −1 to 1, given its own margin."""
        return tanh(self.card.slope * float(own[0]) + self.card.shift)


@dataclass(frozen=True, eq=False)
class Guide:
    """What another head makes of a text, read beside the n-grams: a city's own head starts from what the shipped one knows of a matter,
    also where it has few labels itself. `weights`: classes of the guide × columns of the model that it guides.
    """

    head: Head
    weights: Margins

    def pull(self, margins: Margins) -> Margins:
        """What it adds to each column, given the margins of the guide's model, of one text or a row for each."""
        return guiding(margins[..., self.head.columns]) @ self.weights


def heads_of(models: Iterable[Model]) -> dict[str, Head]:
    """Every head by name; those of later models stand in for those of earlier ones."""
    found: dict[str, Head] = {}
    for model in models:
        first = 0
        for card in model.card.heads:
            found[card.name] = Head(card, model, first)
            first += len(card.classes)
    return found
