"""Proposes a department for a complaint: the best, the runner-up, how sure, and the words that led there."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from services.routing.model import learned
from services.routing.model.districts import Where, find_where
from services.routing.model.leaning import share_alone, weigh
from services.routing.model.places_named import Named, PlaceNames
from services.routing.model.precedents import contradicted, follow
from services.routing.model.rules import DISTRICT, Catalogue
from services.routing.model.scores import Score, hear, score
from services.routing.model.standings import Standing, catalogue_confidences, divide, joint_confidences, rank
from services.routing.model.words import Found
from shared.events.base import Evidence
from shared.events.intake import Place
from shared.events.routing import DepartmentProposed, PlaceNamed, Proposal, SimilarCase
from shared.language.characters import folded
from shared.language.engine import Engine
from shared.language.features import Features, extract
from shared.language.normalise import Text, join
from shared.places import Places

READ = 4_000
"""Characters read at most; what a complaint is about is said long before."""

NUMBER = re.compile(r"\+?\d(?:[ -]?\d){6,}")
"""Of a telephone, an identity card, an account: whoever leaves one has said no more about the matter."""

UNCLEAR = "other.unclear"
DISTRICT_ALONE = 0.2
"""Confidence in a district that was named while nothing says which department: a place to begin, never sure."""
DISTRICT_BASIS = "承办单位不明而区域明确的，先由所在区县承接"

COMPANY_ALONE = 0.3
"""Confidence in the department of a company or place that was named while nothing says what the matter is."""
COMPANY_BASIS = "事项不明而点名了企业或场所的，由其主管单位先行核实"

SHOWN_PLACES, LONGEST_WORDS = 8, 80
"""Places told at most, and characters of each: invisible characters between its own can make a name long."""
SHOWN_BEST, SHOWN_RUNNER_UP, SHOWN_ASIDE = 8, 4, 4
"""Words shown at most: for the best, for the runner-up, and heard but set aside."""


@dataclass(frozen=True)
class Knowledge:
    """What a proposal rests on: the city, the names of its places, the catalogue, from what confidence on it is `sure`, and the heads
    that tell categories, if there are any.
    """

    places: Places
    names: PlaceNames
    catalogue: Catalogue
    sure: float
    engine: Engine | None = None


def propose(known: Knowledge, title: str, text: str, place: Place, similar: Sequence[SimilarCase] = ()) -> DepartmentProposed:
    """The proposal for one complaint. Takes any text and never raises; evidence counts characters in title, line break and text."""
    read = folded(join(title, text)[:READ])
    title_end = len(read.folded.partition("\n")[0]) if title else 0
    features = extract(read, title_end)
    where = find_where(known.places, known.names, place, read.folded)
    code = where.district
    heard, aside = hear(known.catalogue, read.folded, title_end)
    scores = score(known.catalogue, heard, code)
    standings, sureness = follow(*_stand(known, read, features, scores, code), similar)
    best, runner_up = _proposals(known.places, standings, sureness, where)
    return DepartmentProposed(
        best=best,
        runner_up=runner_up,
        sure=bool(standings) and best is not None and best.confidence >= known.sure and _may_be_sure(known, standings[0], code)
        and not contradicted(known.places, best.department, similar),
        district=code,
        evidence=(*_for(standings, read), *_set_aside(aside, read), *_where(where, read)),
        catalogue=known.catalogue.version,
        similar=tuple(similar),
        street=where.street,
        places=tuple(_place_named(one, read) for one in where.named[:SHOWN_PLACES]),
    )


def _stand(
    known: Knowledge, read: Text, features: Features, scores: Sequence[Score], district: str | None
) -> tuple[Sequence[Standing], Sequence[float]]:
    """The departments, best first, and how sure the first two are."""
    alone = rank(known.places, scores, district)
    sureness = catalogue_confidences(alone, len(NUMBER.sub("", read.folded)))
    if known.engine is None:
        return alone, sureness
    heard = known.engine.read(features)
    standings = divide(known.places, weigh(heard, known.catalogue, scores, district), district)
    if learned.HEAD in known.engine.heads:
        standings = learned.prefer(standings, heard.shares(learned.HEAD))
    own = share_alone(heard, standings[0].lead.rule.category) if standings else 0.0
    return standings, joint_confidences(standings, alone, sureness, own)


def _proposals(
    places: Places, standings: Sequence[Standing], sureness: Sequence[float], where: Where
) -> tuple[Proposal | None, Proposal | None]:
    """Best and runner-up. Who is responsible for a company or place that was named comes behind the catalogue; without any word it stands
    in, or the district if that is known: department unknown, district known, the district.
    """
    found = [_proposal(standing, sure) for standing, sure in zip(standings[:2], sureness, strict=False)]
    company = where.company.meaning.department if where.company else None
    if company and len(found) < 2 and company not in [one.department for one in found]:
        left = min(COMPANY_ALONE, found[0].confidence, 1 - found[0].confidence) if found else COMPANY_ALONE
        found.append(Proposal(department=company, category=UNCLEAR, confidence=round(left, 3), basis=COMPANY_BASIS))
    if not found and where.district:
        office = places.office(where.district).code
        found.append(Proposal(department=office, category=UNCLEAR, confidence=DISTRICT_ALONE, basis=DISTRICT_BASIS))
    return found[0] if found else None, found[1] if len(found) > 1 else None


def _proposal(standing: Standing, sureness: float) -> Proposal:
    rule = standing.lead.rule
    return Proposal(department=standing.department, category=rule.category, confidence=round(sureness, 3), basis=rule.basis)


def _may_be_sure(known: Knowledge, best: Standing, district: str | None) -> bool:
    """A weak word alone names no matter, a matter of the districts needs to know which, and one whose duty is shared needs to have
    learned from the city whose it is.
    """
    rule = best.lead.rule
    settled = not rule.shared or (known.engine is not None and learned.HEAD in known.engine.heads)
    return best.lead.named and settled and (rule.department != DISTRICT or district is not None)


def _for(standings: Sequence[Standing], read: Text) -> list[Evidence]:
    return [
        _evidence(found, read, standing.department, standing.lead.rule.id)
        for standing, most in zip(standings, (SHOWN_BEST, SHOWN_RUNNER_UP), strict=False)
        for found in standing.lead.loudest(most)
    ]


def _set_aside(aside: Sequence[Found], read: Text) -> list[Evidence]:
    return [_unused(found, read, "landmark", "landmark") for found in aside[:SHOWN_ASIDE]]


def _where(where: Where, read: Text) -> list[Evidence]:
    """The words that told the district, those that name a company or place with a department of its own, and names that nobody knows."""
    found = []
    if where.told_by and where.district:
        found.append(_evidence(where.told_by.found, read, where.district, "district"))
    if where.company:
        found.append(_evidence(where.company.found, read, str(where.company.meaning.department), f"place.{where.company.meaning.kind}"))
    return [*found, *(_unused(one, read, "place.unknown", "unknown_place") for one in where.unknown)]


def _place_named(one: Named, read: Text) -> PlaceNamed:
    words, start, end = read.written(one.found.start, one.found.end)
    meaning = one.meaning
    district = next(iter(meaning.districts)) if len(meaning.districts) == 1 else None
    return PlaceNamed(
        words=words[:LONGEST_WORDS], kind=meaning.kind, role=one.role, district=district, street=meaning.street, start=start, end=end
    )


def _evidence(found: Found, read: Text, value: str, rule: str) -> Evidence:
    words, start, end = read.written(found.start, found.end)
    return Evidence(about="department", value=value, words=words, start=start, end=end, rule=rule)


def _unused(found: Found, read: Text, rule: str, why: str) -> Evidence:
    words, start, end = read.written(found.start, found.end)
    return Evidence(about="department", value="", words=words, start=start, end=end, rule=rule, effect="set_aside", why=why)
