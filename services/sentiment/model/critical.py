"""How likely it is that somebody may die: what the rules and the heads heard, weighed together."""

from collections.abc import Mapping
from math import exp, log

from services.sentiment.model.levels import Judgement
from shared.language.heads import FURTHEST

MOST = 3
"""Hazards of a kind that are counted."""
BRIEF = 24
"""A text of so few characters says nothing beside its hazard that could be weighed against it."""
LEAST = 1e-6
"""A chance is taken for no smaller than this, and for no closer to 1."""
SHORTEST, USUAL = 8, 60
"""Characters: no text counts as shorter, and from so many on, the length of a short message, more words tell no more."""

Weights = Mapping[str, float]
"""By the name of a sign."""


def weigh_critical(judgement: Judgement, critical: float, urgent: float, length: int, weights: Weights) -> float:
    """The chance that a message of `length` characters speaks of a danger to life, 0 to 1, given those of the critical and the urgency
    head. A hazard to life that is meant makes it certain in a text of a few words.
    """
    if length <= BRIEF and any(verdict.why is None and verdict.hit.hazard.life for verdict in judgement.verdicts):
        return 1.0
    total = sum(weights[name] * value for name, value in signs_of(judgement, critical, urgent, length).items())
    return 1 / (1 + exp(-min(max(total, -FURTHEST), FURTHEST)))


def signs_of(judgement: Judgement, critical: float, urgent: float, length: int) -> dict[str, float]:
    """What is weighed, by name: the heads' odds, and how many hazards of each kind are meant or set aside. `always` is 1. Where no hazard
    to life is named, the head has only words that stand near one, and in a few words it errs more: there that, its odds and the text's
    length are weighed once more.
    """
    meant = [verdict for verdict in judgement.verdicts if verdict.why is None]
    life = sum(verdict.hit.hazard.life for verdict in meant)
    today = sum(verdict.urgency == "U2" for verdict in meant) - life
    at_once = sum(verdict.urgency == "U1" for verdict in meant)
    unnamed = float(life + at_once == 0)
    return {
        "always": 1.0,
        "critical": odds(critical),
        "urgent": odds(urgent),
        "at once": min(at_once, MOST),
        "life": min(life, MOST),
        "today": min(max(today, 0), MOST),
        "set aside": min(len(judgement.verdicts) - len(meant), MOST),
        "unnamed": unnamed,
        "critical, unnamed": unnamed * odds(critical),
        "length, unnamed": unnamed * log(min(max(length, SHORTEST), USUAL) / USUAL),
    }


def odds(chance: float) -> float:
    """A chance as the logarithm of its odds."""
    held = min(max(chance, LEAST), 1 - LEAST)
    return log(held / (1 - held))
