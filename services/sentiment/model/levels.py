"""How urgent and how sensitive a text is, from the hazards in it."""

from collections.abc import Iterable
from typing import NamedTuple

from services.sentiment.model.hazards import Hit
from services.sentiment.model.rules import Why
from services.sentiment.model.types import TypeFound
from shared.events import Sensitivity, Urgency


class Verdict(NamedTuple):
    """A hazard with the levels it is left with; None for a level that was set aside or that it never had."""

    hit: Hit
    why: Why | None
    urgency: Urgency | None
    sensitivity: Sensitivity | None


class Judgement(NamedTuple):
    """The levels of a text, U1 the most urgent and S3 the most restricted, and the verdicts behind them."""

    urgency: Urgency
    sensitivity: Sensitivity
    verdicts: tuple[Verdict, ...]


def judge(hits: Iterable[Hit], kind: TypeFound) -> Judgement:
    """The strongest level that any hazard is left with. Source: the glossary's urgency and sensitivity; mood has no part in it."""
    verdicts = tuple([_verdict(hit, kind) for hit in hits])
    urgency: Urgency = min([verdict.urgency for verdict in verdicts if verdict.urgency], default="U4")
    sensitivity: Sensitivity = max([verdict.sensitivity for verdict in verdicts if verdict.sensitivity], default="S0")
    return Judgement(urgency, sensitivity, verdicts)


def _verdict(hit: Hit, kind: TypeFound) -> Verdict:
    hazard = hit.hazard
    match hit.why:
        case None:
            urgency, sensitivity = hazard.urgency, hazard.sensitivity
        case "risk":
            urgency, sensitivity = hazard.risk, None
        case "past":
            urgency, sensitivity = hazard.past, None
        case "often":
            urgency, sensitivity = hazard.often or hazard.urgency, hazard.sensitivity
        case _:
            urgency, sensitivity = None, None
    if urgency == "U3" and kind.only_asks:
        return Verdict(hit, "suggested", None, sensitivity)
    return Verdict(hit, hit.why, urgency, sensitivity)
