"""One pass over a text for every head: each model's weights are added up once, whoever asks."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.language.features import Features
from shared.language.heads import Choice, Head, Margins, Model
from shared.language.shares import divide


@dataclass(frozen=True, eq=False)
class Engine:
    """The heads by name."""

    heads: Mapping[str, Head]

    def read(self, features: Features) -> "Heard":
        return Heard(self, features)

    def versions(self, *names: str) -> str:
        """The models behind some heads, each with its version."""
        cards = [self.heads[name].model.card for name in names]
        return " + ".join(dict.fromkeys(f"{card.name} {card.version}" for card in cards))


@dataclass(frozen=True, eq=False)
class Heard:
    """What the heads make of one text."""

    engine: Engine
    features: Features
    _margins: dict[int, Margins] = field(default_factory=dict)

    def own(self, name: str) -> Margins:
        """The margins of a head's classes."""
        head = self.engine.heads[name]
        margins = self._margins.get(id(head.model))
        return head.own(self._of(head.model) if margins is None else margins)

    def _of(self, model: Model) -> Margins:
        if id(model) not in self._margins:
            said = self._of(model.guide.head.model) if model.guide else None
            self._margins[id(model)] = model.margins(self.features, said)
        return self._margins[id(model)]

    def choose(self, name: str) -> Choice:
        """The answer of a choice."""
        return self.engine.heads[name].choose(self.own(name))

    def shares(self, name: str) -> dict[str, float]:
        """How a choice is divided among its classes."""
        return dict(zip(self.engine.heads[name].card.classes, divide(self.own(name)).tolist(), strict=True))

    def flags(self, name: str) -> dict[str, float]:
        """The probability of each flag."""
        head = self.engine.heads[name]
        return {flag: head.likely(margin) for flag, margin in zip(head.card.classes, self.own(name).tolist(), strict=True)}

    def value(self, name: str) -> float:
        """The answer of a scale, −1 to 1."""
        return self.engine.heads[name].value(self.own(name))
