"""The cases that may be the same matter, as the page of a case shows them."""

from dataclasses import dataclass
from typing import Literal

from fastapi import Request

from services.tracking.model.case import Case
from services.tracking.model.life import Who
from services.tracking.model.parts import Relation
from services.tracking.pages.asking import desk_of
from shared.web.speaking import Speaker

MOST_SHOWN = 10

RelationStanding = Literal["same", "other", "strong", "weak"]


@dataclass(frozen=True)
class Related:
    """Another case; `standing` says whether an officer called it the same or another matter, or how strong the suspicion is."""

    case: Case
    standing: RelationStanding
    reason: str


async def related_of(request: Request, speaker: Speaker, who: Who, case: Case) -> list[Related]:
    """The newest relations to cases that this officer may see."""
    found = []
    for relation in reversed(case.related[-MOST_SHOWN:]):
        other = await desk_of(request).cases.look(relation.case, who)
        if other:
            found.append(Related(other[0], _standing(relation), _reason(speaker, relation)))
    return found


def _standing(relation: Relation) -> RelationStanding:
    if relation.same is None:
        return "strong" if relation.strong else "weak"
    return "same" if relation.same else "other"


def _reason(speaker: Speaker, relation: Relation) -> str:
    reasons = []
    if relation.score is not None:
        reasons.append(speaker.say("desk.related.alike", percent=round(relation.score * 100)))
    if relation.same_person:
        reasons.append(speaker.say("desk.related.same_person"))
    return " · ".join(reasons)
