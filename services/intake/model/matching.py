"""Which earlier complaints a new one may repeat, and how often the matter was brought."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.intake.model.alike import Spot, nearness
from shared.events.intake import ComplaintMatch, ComplaintMatched

WEAK, STRONG = 0.4, 0.6
"""Likeness from which a person is asked; from which it is all but certain. What one person says twice is certain from the first on."""
SAME_PLACE = 0.75
"""Nearness from which it can be one matter in a group."""
MOST_MATCHES = 5
REPEATED_WITHIN, BROUGHT_WITHIN = timedelta(days=30), timedelta(hours=24)
"""domain.md, U3: the same matter three times in 30 days by one person, or by five people in 24 hours."""


NOWHERE = Spot(frozenset(), frozenset())


@dataclass(frozen=True, slots=True)
class Known:
    """A complaint that new ones are compared with. `person` is the keyed hash, `spot` where it is about."""

    number: str
    person: str | None
    at: datetime
    spot: Spot = NOWHERE


def matched(own: Known, found: Iterable[tuple[Known, float]], group: Sequence[Known]) -> ComplaintMatched | None:
    """What is said of a complaint; None where it is like no other. `found` are the likest with their likeness, `group` the others that are
    taken for the same matter. What is about another place is another matter, however like its words.
    """
    group = [one for one in group if _near(own, one) >= SAME_PLACE]
    same_matter = {one.number for one in group}
    placed = [(other, score * _near(own, other)) for other, score in found]
    matches = [_match(own, other, score) for other, score in placed if score >= WEAK or other.number in same_matter]
    if not matches:
        return None
    likest = sorted(matches, key=lambda one: (not one.strong, -one.score, one.case))[:MOST_MATCHES]
    return ComplaintMatched(matches=tuple(likest), repeats=_repeats(own, likest, group), people=_people(own, group))


def people_of(complaints: Iterable[Known]) -> int:
    """How many people brought these; who is not known is somebody else each time."""
    persons = [one.person for one in complaints]
    return len({person for person in persons if person}) + persons.count(None)


def _near(own: Known, other: Known) -> float:
    near = nearness(own.spot, other.spot)
    return 1.0 if near is None else near


def _match(own: Known, other: Known, score: float) -> ComplaintMatch:
    same = own.person is not None and own.person == other.person
    return ComplaintMatch(case=other.number, score=round(score, 3), same_person=same, strong=score >= (WEAK if same else STRONG))


def _repeats(own: Known, matches: Sequence[ComplaintMatch], group: Sequence[Known]) -> int:
    """Counts only where one of this person's earlier ones is all but certainly the same."""
    if not any(one.strong and one.same_person for one in matches):
        return 1
    return 1 + sum(one.person == own.person and abs(own.at - one.at) <= REPEATED_WITHIN for one in group)


def _people(own: Known, group: Sequence[Known]) -> int:
    """Only those who are known to be different people."""
    return len({one.person for one in (own, *group) if one.person and abs(own.at - one.at) <= BROUGHT_WITHIN}) or 1
