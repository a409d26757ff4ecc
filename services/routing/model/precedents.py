"""What happened to the last cases like this one: it settles what is close, stops what contradicts it, and makes nothing sure."""

from collections import defaultdict
from collections.abc import Sequence

from services.routing.model.standings import Standing
from shared.events.routing import SimilarCase
from shared.places import Places

ALIKE = 0.4
"""Likeness from which on a closed case is the same kind of matter; the index of duplicates draws the line at the same place."""
CLOSE = 0.2
"""The share of all that was said by which the best may be ahead of a runner-up that goes before it."""
AGAINST = 2
"""Closed cases that went elsewhere, and none that went here, from which on a person decides."""


def follow(
    standings: Sequence[Standing], sureness: Sequence[float], similar: Sequence[SimilarCase]
) -> tuple[Sequence[Standing], Sequence[float]]:
    """The runner-up first where cases like this one went there and the best is hardly ahead; then neither is likelier than the other."""
    if len(standings) < 2 or standings[0].points - standings[1].points > CLOSE:
        return standings, sureness
    best, second, *others = standings
    pull = _pull(similar)
    if pull[second.department] <= pull[best.department]:
        return standings, sureness
    even = (sureness[0] + sureness[1]) / 2
    return [second, best, *others], [even, even]


def contradicted(places: Places, department: str, similar: Sequence[SimilarCase]) -> bool:
    """Whether cases like this one went elsewhere and none here. Where districts answer, the place decides and not the last case."""
    if places.departments[department].kind == "district":
        return False
    went = [one.department for one in similar if one.score >= ALIKE and one.department in places.departments]
    elsewhere = [one for one in went if one != department and places.departments[one].kind != "district"]
    return department not in went and len(elsewhere) >= AGAINST


def _pull(similar: Sequence[SimilarCase]) -> defaultdict[str, float]:
    pull: defaultdict[str, float] = defaultdict(float)
    for one in similar:
        if one.score >= ALIKE:
            pull[one.department] += one.score
    return pull
