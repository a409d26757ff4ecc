"""Cases that may be the same matter: a relation that officers confirm or undo. Nothing is merged; each complainant keeps an own answer."""

from datetime import datetime
from typing import Any

from services.tracking.model import raising
from services.tracking.model.case import Case
from services.tracking.model.clocks import Rules
from services.tracking.model.life import Who
from services.tracking.model.parts import Relation
from services.tracking.model.steps import Relate
from shared.events import Actor
from shared.events.intake import ComplaintMatched
from shared.events.tracking import CaseEvent, CaseRelated
from shared.refusals import NotAllowed

REPEATS, PEOPLE = 3, 5
"""domain.md, U3: the same matter so often in 30 days by one person, or by so many people in 24 hours."""
MOST_RELATED = 20
"""Relations kept on a case; of those that nobody has ruled on, the older ones give way."""


def may_relate(case: Case, who: Who) -> bool:
    """Whether there is anything to confirm or undo."""
    return bool(case.related)


def relate(case: Case, given: Relate, now: datetime, who: Who, rules: Rules) -> list[CaseEvent]:
    """Says that a suspected case is the same matter, or that it is not; either may be said anew later."""
    known = relation(case, given.other)
    if known is None:
        raise NotAllowed("relate.unknown")
    if known.same == given.same:
        raise NotAllowed("relate.nothing_new")
    return [CaseRelated(other=given.other, same=given.same, words=given.words)]


def raised(before: Case, case: Case, now: datetime, rules: Rules) -> list[CaseEvent]:
    """What follows where a match has just made the case more urgent."""
    events = raising.raised(case, now, rules) if case.urgency < before.urgency else []
    return [event.model_copy(update={"repeated": True}) for event in events]


def told(case: Case, event: CaseRelated, other: str) -> CaseRelated | None:
    """What the case keeps of what was said on the other one; None when it says so already."""
    known = relation(case, other)
    if known is not None and known.same == event.same:
        return None
    return CaseRelated(other=other, same=event.same, words=event.words, told=True)


def suspected(case: Case, event: ComplaintMatched, at: datetime) -> dict[str, Any]:
    """What a match brings: relations to be confirmed. What an officer has said of a case stands."""
    new = tuple(
        Relation(case=one.case, score=one.score, same_person=one.same_person, strong=one.strong, at=at)
        for one in event.matches
        if relation(case, one.case) is None and one.case != case.number
    )
    often = event.repeats >= REPEATS or event.people >= PEOPLE
    return {"related": _bounded((*case.related, *new)), "repeated": case.repeated or often}


def related(case: Case, event: CaseRelated, at: datetime, by: Actor) -> dict[str, Any]:
    """What an officer said, kept on the relation; it is made where there was none."""
    known = relation(case, event.other) or Relation(case=event.other, at=at)
    ruled = known.model_copy(update={"same": event.same, "by": by, "at": at})
    others = tuple(one for one in case.related if one.case != event.other)
    return {"related": _bounded((*others, ruled))}


def relation(case: Case, other: str) -> Relation | None:
    """What is known of the two."""
    return next((one for one in case.related if one.case == other), None)


def _bounded(some: tuple[Relation, ...]) -> tuple[Relation, ...]:
    ruled = [one for one in some if one.same is not None][-MOST_RELATED:]
    open_ones = [one for one in some if one.same is None]
    kept = open_ones[max(len(open_ones) + len(ruled) - MOST_RELATED, 0) :]
    return tuple(one for one in some if one in ruled or one in kept)
