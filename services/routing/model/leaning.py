"""Weighs what the trained head says of the category together with the words of the catalogue."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.routing.model.rules import Catalogue, Rule
from services.routing.model.scores import Score
from shared.language.engine import Heard, divide
from shared.language.heads import Margins

HEAD = "category"
WORDS = 0.3
"""Of the square root of a category's points, beside the margin of the head: a strong word in the title and two in the text weigh as much
as the step from doubt to certainty.
"""
UNKNOWN = -1.0
"""The margin of a category that the head was not taught."""
SHARP = 3.0
"""How fast a category that is behind loses its share. With WORDS the middle of a plateau on messages held back."""
LEAST_ALONE = 0.4
"""A smaller share names no matter of which the catalogue has heard no word."""


class Weighed(NamedTuple):
    """A category's leading rule and its share of all that was said."""

    score: Score
    share: float


def weigh(heard: Heard, catalogue: Catalogue, scores: Sequence[Score], district: str | None) -> list[Weighed]:
    """The categories as the head and the catalogue see them, likeliest first: those of the likeliest field go before all others, for
    kindred matters support one another.
    """
    leads: dict[str, Score] = {}
    for one in sorted(scores, key=lambda one: (-one.points, one.rule.id)):
        leads.setdefault(one.rule.category, one)
    taught = heard.engine.heads[HEAD].card.classes
    tree = _tree((*taught, *sorted(leads.keys() - _tree(taught).places.keys())))
    shares = _shares(heard.own(HEAD), tree, leads)
    first = tree.fields[int(np.bincount(tree.field, shares).argmax())]
    likely = {tree.categories[place] for place in np.flatnonzero(shares >= LEAST_ALONE)}
    named = {one: float(shares[tree.places[one]]) for one in {*leads, *likely}}
    ordered = sorted(named, key=lambda category: (_field(category) != first, -named[category], category))
    return [Weighed(lead, named[one]) for one in ordered if (lead := leads.get(one) or _silent(catalogue, one, district))]


class Tree(NamedTuple):
    """Categories with their places, and the field of each as a number."""

    categories: tuple[str, ...]
    places: Mapping[str, int]
    fields: tuple[str, ...]
    field: NDArray[np.intp]


@lru_cache(maxsize=64)
def _tree(categories: tuple[str, ...]) -> Tree:
    """Kept: mostly the head was taught every category of the catalogue, so that there is one."""
    fields = tuple(sorted({_field(one) for one in categories}))
    numbers = {field: number for number, field in enumerate(fields)}
    places = {one: place for place, one in enumerate(categories)}
    return Tree(categories, places, fields, np.array([numbers[_field(one)] for one in categories]))


def _shares(margins: Margins, tree: Tree, leads: Mapping[str, Score]) -> NDArray[np.float64]:
    weights = np.full(len(tree.categories), UNKNOWN)
    weights[: len(margins)] = margins
    for category, lead in leads.items():
        weights[tree.places[category]] += WORDS * sqrt(lead.points)
    return divide(weights, SHARP)


def _field(category: str) -> str:
    return category.partition(".")[0]


def _silent(catalogue: Catalogue, category: str, district: str | None) -> Score | None:
    """The rule that stands for a likely category of which no word was heard, when it needs no object to be named."""
    fitting: Iterable[Rule] = (rule for rule in catalogue.rules if rule.category == category and not rule.objects)
    rule = next((rule for rule in fitting if not rule.districts or district in rule.districts), None)
    return Score(rule, named=True) if rule else None
