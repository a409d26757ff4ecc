"""Weighs what the trained head says of the category together with the words of the catalogue."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.routing.model.rules import Catalogue
from services.routing.model.scores import Score
from shared.language.engine import Heard
from shared.language.heads import Margins
from shared.language.shares import divide

HEAD = "category"
WORDS = 0.2
"""Of the square root of a category's points, beside the margin of the head: a strong word in the title and two in the text weigh as much
as the step from doubt to certainty.
"""
UNKNOWN = -1.0
"""The margin of a category that the head was not taught."""
SHARP = 5.0
"""How fast a category that is behind loses its share. With WORDS the middle of a plateau on messages held back."""
SHARP_ALONE = 8.0
"""The same where the head speaks without the catalogue."""
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
    leads = _leads(scores)
    tree = _tree_with(heard.engine.heads[HEAD].card.classes, leads)
    shares = _shares(heard.own(HEAD), tree, leads)
    first = tree.fields[int(np.bincount(tree.field, shares).argmax())]
    likely = [tree.categories[place] for place in (shares >= LEAST_ALONE).nonzero()[0].tolist()]
    named = {one: float(shares[tree.places[one]]) for one in {*leads, *likely}}
    ordered = sorted(named, key=lambda category: (_field(category) != first, -named[category], category))
    return [Weighed(lead, named[one]) for one in ordered if (lead := leads.get(one) or _silent(catalogue, one, district))]


def share_alone(heard: Heard, category: str) -> float:
    """The share of the category's field in what the head says by itself. No rule was ever written with an eye on it, so it knows best
    where the catalogue does well only on messages that its writers had read.
    """
    tree = _tree(heard.engine.heads[HEAD].card.classes)
    shares = np.bincount(tree.field, divide(heard.own(HEAD), SHARP_ALONE))
    return float(shares[tree.fields.index(_field(category))]) if _field(category) in tree.fields else 0.0


def _leads(scores: Sequence[Score]) -> dict[str, Score]:
    """By category the rule that most speaks for; of equals the one whose id comes first."""
    leads: dict[str, Score] = {}
    for one in scores:
        lead = leads.get(one.rule.category)
        if lead is None or (-one.points, one.rule.id) < (-lead.points, lead.rule.id):
            leads[one.rule.category] = one
    return leads


class Tree(NamedTuple):
    """Categories with their places, and the field of each as a number."""

    categories: tuple[str, ...]
    places: Mapping[str, int]
    fields: tuple[str, ...]
    field: NDArray[np.intp]


def _tree_with(taught: tuple[str, ...], heard: Iterable[str]) -> Tree:
    """What the head was taught, and what else was heard."""
    tree = _tree(taught)
    more = [category for category in heard if category not in tree.places]
    return _tree((*taught, *sorted(more))) if more else tree


@lru_cache(maxsize=64)
def _tree(categories: tuple[str, ...]) -> Tree:
    """Kept: mostly the head was taught every category of the catalogue, so that there is one."""
    fields = tuple(sorted({_field(one) for one in categories}))
    numbers = {field: number for number, field in enumerate(fields)}
    places = {one: place for place, one in enumerate(categories)}
    return Tree(categories, places, fields, np.array([numbers[_field(one)] for one in categories]))


def _shares(margins: Margins, tree: Tree, leads: Mapping[str, Score]) -> NDArray[np.float64]:
    weights = np.empty(len(tree.categories))
    weights[: len(margins)], weights[len(margins) :] = margins, UNKNOWN
    for category, lead in leads.items():
        weights[tree.places[category]] += WORDS * sqrt(lead.points)
    return divide(weights, SHARP)


def _field(category: str) -> str:
    return category.partition(".")[0]


def _silent(catalogue: Catalogue, category: str, district: str | None) -> Score | None:
    """The rule that stands for a likely category of which no word was heard, when it needs no object to be named."""
    fitting = catalogue.without_objects.get(category, ())
    rule = next((rule for rule in fitting if not rule.districts or district in rule.districts), None)
    return Score(rule, named=True) if rule else None
