"""What the trained head says of the category, weighed beside the words of the catalogue."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.routing.model.rules import Catalogue, Rule
from services.routing.model.scores import Score
from shared.language.engine import Heard

HEAD = "category"

POINTS = 14.0
"""What a head that is certain adds to a category: as much as a strong word in the title and two in the text."""
LEAST, LEAST_ALONE = 0.02, 0.5
"""A smaller share is noise; a smaller one names no matter of which the catalogue has heard no word."""


@dataclass(frozen=True)
class Leaning:
    """The share that the head gives to each category, the likely ones only."""

    shares: Mapping[str, float]


NONE = Leaning({})


def lean(heard: Heard) -> Leaning:
    """What the head of categories says of a text."""
    return Leaning({category: share for category, share in heard.shares(HEAD).items() if share >= LEAST})


def add(leaning: Leaning, catalogue: Catalogue, scores: Sequence[Score], district: str | None) -> list[Score]:
    """The scores with the head's points: on the best rule of each category that the head names, heard or not."""
    best: dict[str, Score] = {}
    for one in sorted(scores, key=lambda one: (-one.points, one.rule.id)):
        best.setdefault(one.rule.category, one)
    unheard = list[Score]()
    for category, share in leaning.shares.items():
        found = best.get(category)
        if found is None and share >= LEAST_ALONE and (rule := _rule(catalogue.rules, category, district)):
            found = Score(rule)
            unheard.append(found)
        if found:
            found.points += POINTS * share
            found.named = found.named or share >= LEAST_ALONE
    return [*scores, *unheard]


def _rule(rules: Iterable[Rule], category: str, district: str | None) -> Rule | None:
    """The rule of a category that needs no object to be named; it stands for the duty."""
    fitting = (rule for rule in rules if rule.category == category and not rule.objects)
    return next((rule for rule in fitting if not rule.districts or district in rule.districts), None)
