"""Weighs what the trained head says of the category together with the words of the catalogue."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import exp, sqrt
from typing import NamedTuple

from services.routing.model.rules import Catalogue, Rule
from services.routing.model.scores import Score
from shared.language.engine import Heard

HEAD = "category"
WORDS = 0.3
"""Of the square root of a category's points, beside the margin of the head: a strong word in the title and two in the text weigh as much
as the step from doubt to certainty.
"""
UNKNOWN = -1.0
"""The margin of a category that the head was not taught."""
SHARP = 3.0
"""How fast a category that is behind loses its share. With WORDS the middle of a plateau on messages held back."""
LEAST, LEAST_ALONE = 0.01, 0.4
"""A smaller share is noise; a smaller one names no matter of which the catalogue has heard no word."""


class Weighed(NamedTuple):
    """A category's leading rule and its share of all that was said."""

    score: Score
    share: float


def weigh(heard: Heard, catalogue: Catalogue, scores: Sequence[Score], district: str | None) -> list[Weighed]:
    """The categories as the head and the catalogue see them, likeliest first."""
    classes = heard.engine.heads[HEAD].card.classes
    return order(dict(zip(classes, heard.own(HEAD).tolist(), strict=True)), catalogue, scores, district)


def order(margins: Mapping[str, float], catalogue: Catalogue, scores: Sequence[Score], district: str | None) -> list[Weighed]:
    """The categories, likeliest first: those of the likeliest field go before all others, for kindred matters support one another."""
    leads: dict[str, Score] = {}
    for one in sorted(scores, key=lambda one: (-one.points, one.rule.id)):
        leads.setdefault(one.rule.category, one)
    shares = _shares(margins, leads)
    fields: defaultdict[str, float] = defaultdict(float)
    for category, share in shares.items():
        fields[_field(category)] += share
    first = max(fields, key=lambda field: (fields[field], field))
    ordered = sorted(shares, key=lambda category: (_field(category) != first, -shares[category], category))
    return [Weighed(lead, shares[one]) for one in ordered if (lead := leads.get(one) or _silent(catalogue, one, shares[one], district))]


def _shares(margins: Mapping[str, float], leads: Mapping[str, Score]) -> dict[str, float]:
    weights = {one: margins.get(one, UNKNOWN) + WORDS * sqrt(leads[one].points if one in leads else 0) for one in {*margins, *leads}}
    most = max(weights.values())
    grown = {one: exp(SHARP * (weight - most)) for one, weight in sorted(weights.items())}
    total = sum(grown.values())
    return {one: part / total for one, part in grown.items()}


def _field(category: str) -> str:
    return category.partition(".")[0]


def _silent(catalogue: Catalogue, category: str, share: float, district: str | None) -> Score | None:
    """The rule that stands for a likely category of which no word was heard, when it needs no object to be named."""
    if share < LEAST_ALONE:
        return None
    fitting: Iterable[Rule] = (rule for rule in catalogue.rules if rule.category == category and not rule.objects)
    rule = next((rule for rule in fitting if not rule.districts or district in rule.districts), None)
    return Score(rule, named=True) if rule else None
