"""What the trained head says of the category, weighed beside the words of the catalogue."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from services.routing.model.rules import Catalogue, Rule
from services.routing.model.scores import Score
from shared.language.features import Features
from shared.language.heads import Head

POINTS = 14.0
"""What a head that is certain adds to a category: as much as a strong word in the title and two in the text."""
SHARP = 4.0
"""By how much a margin is multiplied before it becomes a share."""
LEAST = 0.02
"""A smaller share is noise."""


@dataclass(frozen=True)
class Leaning:
    """The share that the head gives to each category, the likely ones only."""

    shares: Mapping[str, float]
    head: Head | None = None
    features: Features | None = None


NONE = Leaning({})


def lean(head: Head, features: Features) -> Leaning:
    """What a head says of a text."""
    own = head.own(head.model.margins(features)) * SHARP
    grown = np.exp(own - own.max())
    shares = grown / grown.sum()
    return Leaning({head.card.classes[place]: float(shares[place]) for place in np.flatnonzero(shares >= LEAST)}, head, features)


def add(leaning: Leaning, catalogue: Catalogue, scores: Sequence[Score], district: str | None) -> list[Score]:
    """The scores with the head's points: on the best rule of each category that the head names, heard or not."""
    best: dict[str, Score] = {}
    for one in sorted(scores, key=lambda one: (-one.points, one.rule.id)):
        best.setdefault(one.rule.category, one)
    unheard = list[Score]()
    for category, share in leaning.shares.items():
        found = best.get(category)
        if found is None and (rule := _rule(catalogue.rules, category, district)):
            found = Score(rule)
            unheard.append(found)
        if found:
            found.points += POINTS * share
            found.named = True
    return [*scores, *unheard]


def _rule(rules: Iterable[Rule], category: str, district: str | None) -> Rule | None:
    """The rule of a category that needs no object to be named; it stands for the duty."""
    fitting = (rule for rule in rules if rule.category == category and not rule.objects)
    return next((rule for rule in fitting if not rule.districts or district in rule.districts), None)
