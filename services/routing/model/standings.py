"""Orders the departments that the rules speak for, and says how sure that order is."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from services.routing.model.leaning import Weighed
from services.routing.model.rules import DISTRICT, Rule
from services.routing.model.scores import Score
from shared.places import Places

BESIDE = 0.3
"""Share that a department's further rules add to its best one: mostly there is one matter, but they agree on who answers."""

BY_CATALOGUE, BY_HEAD, MOST_SURE = 0.7, 0.15, 0.999
"""The parts of the catalogue alone and of the head alone in a confidence, beside that of both together; measured in
docs/decisions/dispatch-catalogue.md. Nothing is certain.
"""
LEAST_AGREED = 0.75
"""What the catalogue says at least where it heard words at all: of those that it would have put elsewhere seven in ten are right."""

LEAST_DOUBT, MOST_DOUBT, FULL_LENGTH = 1.0, 3.0, 100
"""Points that always speak for somebody else, so that little evidence is never much confidence: least in a short text, which leaves
nothing unsaid, most (one strong word) from FULL_LENGTH characters on."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A department with all its points and the rule that speaks most for it."""

    department: str
    points: float
    lead: Score


def rank(places: Places, scores: Sequence[Score], district: str | None) -> list[Standing]:
    """The departments, best first; equal points are ordered by code, so that the answer is always the same."""
    office = _office(places, district)
    by_department: defaultdict[str, list[Score]] = defaultdict(list)
    for one in scores:
        by_department[_resolve(one.rule, office)].append(one)
    standings = [_standing(department, some) for department, some in by_department.items()]
    return sorted(standings, key=lambda standing: (-standing.points, standing.department))


def divide(places: Places, weighed: Sequence[Weighed], district: str | None) -> list[Standing]:
    """The departments of weighed categories, that of the likeliest first, the others by their shares; points are shares of 1."""
    office = _office(places, district)
    leads: dict[str, Score] = {}
    shares: defaultdict[str, float] = defaultdict(float)
    for lead, share in weighed:
        department = _resolve(lead.rule, office)
        leads.setdefault(department, lead)
        shares[department] += share
    first = next(iter(leads), None)
    ordered = sorted(leads, key=lambda department: (department != first, -shares[department], department))
    return [Standing(department, shares[department], leads[department]) for department in ordered]


def catalogue_confidences(standings: Sequence[Standing], length: int) -> list[float]:
    """How sure the catalogue alone is of the best and of the next, in a text of `length` characters."""
    if not standings:
        return []
    best, *others = [standing.points for standing in standings]
    sureness = confidence(best, others[0] if others else 0.0, length)
    return [sureness, runner_up_confidence(sureness, others, length)] if others else [sureness]


def joint_confidences(
    standings: Sequence[Standing], alone: Sequence[Standing], sureness: Sequence[float], by_head: float
) -> list[float]:
    """How sure the first two departments are where head and catalogue have both been heard; `alone` is where the catalogue by itself puts
    them and `sureness` how sure it is, `by_head` what the head by itself gives to the first. They have to agree before anything is sure.
    """
    if not standings:
        return []
    best, *others = standings
    agreed = _agreed(best, alone, sureness)
    rest = sum(standing.points for standing in others)
    together = (1 - BY_CATALOGUE - BY_HEAD) * best.points / (best.points + rest)
    first = min(BY_CATALOGUE * agreed + BY_HEAD * by_head + together, MOST_SURE)
    return [first, min(first, (1 - first) * others[0].points / rest)] if others else [first]


def _agreed(best: Standing, alone: Sequence[Standing], sureness: Sequence[float]) -> float:
    """What the catalogue by itself says of the best; nothing where it heard no word at all."""
    if not alone:
        return 0.0
    return max(sureness[0], LEAST_AGREED) if alone[0].department == best.department else LEAST_AGREED


def _standing(department: str, scores: list[Score]) -> Standing:
    if len(scores) == 1:
        return Standing(department, scores[0].points, scores[0])
    first, *others = sorted(scores, key=lambda one: (-one.points, one.rule.id))
    return Standing(department, first.points + BESIDE * sum(one.points for one in others), first)


def _office(places: Places, district: str | None) -> str | None:
    return places.office(district).code if district else None


def _resolve(rule: Rule, office: str | None) -> str:
    """The department of a rule; a matter of the districts goes to the complaint's own office, or to `otherwise` when none is known."""
    if rule.department != DISTRICT:
        return rule.department
    return office or str(rule.otherwise)


def doubt(length: int) -> float:
    """The points that speak for somebody else in a text of `length` characters."""
    return LEAST_DOUBT + (MOST_DOUBT - LEAST_DOUBT) * min(1.0, length / FULL_LENGTH)


def confidence(best: float, second: float, length: int) -> float:
    """How likely the best is right, 0 … 1, from its points, the next one's and the characters that were read.

    It rises with the best's share of all that was heard, doubt included; squaring what is missing is the curve that fits what was
    measured (docs/decisions/dispatch-catalogue.md).
    """
    missing = 1 - best / (best + second + doubt(length))
    return 1 - missing * missing


def runner_up_confidence(best_confidence: float, others: Sequence[float], length: int) -> float:
    """The second department's share, among all but the best, of what the best leaves open; `others` are their points, highest first."""
    return (1 - best_confidence) * others[0] / (sum(others) + doubt(length))
