"""Linear heads over n-grams: a model's weights, the card that says where they come from, and what the heads make of a text."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import exp, sqrt, tanh
from typing import Annotated, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from shared.language.features import Features, Part

Margins = NDArray[np.float32]
Index = NDArray[np.uint32]
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

    A choice is right with the probability 1 / (1 + e^−(slope · gap + shift)), where gap is how far the best class stands before the
    next; a flag is set with the same of its own margin. A scale is tanh(slope · margin + shift). `sure`: the least confidence from
    which the choices on held-back texts were right in 97 of 100; above 1 where no confidence was enough.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: Kind
    classes: Annotated[tuple[str, ...], Field(min_length=1)]
    slope: float = 1.0
    shift: float = 0.0
    sure: float = NEVER

    def likely(self, margin: float) -> float:
        """A gap, or the margin of a flag, as a probability."""
        return 1 / (1 + exp(-min(max(self.slope * margin + self.shift, -FURTHEST), FURTHEST)))


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
    title_weight: float
    """How much the title counts beside the whole."""
    scales: tuple[float, ...]
    """One step of a weight, for each column."""
    heads: tuple[HeadCard, ...]
    sha256: str
    """Of the weights file."""

    @property
    def columns(self) -> int:
        return sum(len(head.classes) for head in self.heads)


@dataclass(frozen=True, eq=False)
class Model:
    """`index` leads from an input to its row (0: not one that counts), `rarity` weighs a row's n-gram, `steps` has a column for each
    class of each head, a weight being so many of the column's scale; row 0 holds what is added whatever the text says.
    """

    card: Card
    index: Index
    rarity: NDArray[np.float32]
    steps: NDArray[np.int8]

    @cached_property
    def scales(self) -> Margins:
        """How much one step of each column weighs."""
        return np.array(self.card.scales, np.float32)

    def margins(self, features: Features) -> Margins:
        """The signed distance from each class's border."""
        total: Margins = self.steps[0].astype(np.float32)
        for part, share in ((features.whole, 1.0), (features.title, self.card.title_weight)):
            if part is not None:
                rows, values = self._vector(part)
                length = sqrt(float(values @ values)) or 1.0
                total += values @ self.steps.take(rows, 0).astype(np.float32) * np.float32(share / length)
        return total * self.scales

    def _vector(self, part: Part) -> tuple[Index, NDArray[np.float32]]:
        """The rows that some inputs lead to and how much each counts, nothing for what the model does not know."""
        rows = self.index[part.inputs]
        return rows, part.times * self.rarity[rows]

    def pulls(self, slots: NDArray[np.uint32], column: int) -> NDArray[np.float32]:
        """How much each single input pulls toward a column's class, before the text's length is taken out; nothing where the
        model does not know it.
        """
        rows = self.index[slots]
        pulled: NDArray[np.float32] = self.steps[rows, column] * self.rarity[rows] * self.scales[column]
        return pulled


@dataclass(frozen=True, eq=False)
class Head:
    """A head and the columns of the model in which it stands."""

    card: HeadCard
    model: Model
    first: int

    @property
    def last(self) -> int:
        return self.first + len(self.card.classes)

    def own(self, margins: Margins) -> Margins:
        """The margins of this head's classes, given those of the model's columns."""
        return margins[self.first : self.last]

    def choose(self, own: Margins) -> Choice:
        """The answer of a choice, given its own margins. With a single class there is nothing to doubt."""
        order = np.argsort(-own, kind="stable")
        if len(own) == 1:
            return Choice(self.card.classes[0], self.card.classes[0], 1.0)
        best, second = int(order[0]), int(order[1])
        return Choice(self.card.classes[best], self.card.classes[second], self.likely(float(own[best] - own[second])))

    def likely(self, margin: float) -> float:
        """A gap, or the margin of a flag, as a probability."""
        return self.card.likely(margin)

    def value(self, own: Margins) -> float:
        """The answer of a scale, −1 to 1, given its own margin."""
        return tanh(self.card.slope * float(own[0]) + self.card.shift)


def heads_of(models: Iterable[Model]) -> dict[str, Head]:
    """Every head by name; those of later models stand in for those of earlier ones."""
    found: dict[str, Head] = {}
    for model in models:
        first = 0
        for card in model.card.heads:
            found[card.name] = Head(card, model, first)
            first += len(card.classes)
    return found
