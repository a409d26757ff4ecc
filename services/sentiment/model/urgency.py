"""One number for how urgent a message is, from the rules' level and the trained head, which may only raise."""

import numpy as np

from services.sentiment.model.levels import Judgement
from shared.events import Urgency
from shared.language.engine import Heard
from shared.language.normalise import Text

HEAD, FLAG = "urgency", "urgent"
SHOWN = 3
"""Pairs of characters shown as the words that made the head raise a level."""

LADDER: tuple[Urgency, ...] = ("U4", "U3", "U2", "U1")
BAND = 1 / len(LADDER)
"""Each level has a quarter of the numbers from 0 to 1."""

DENIED = frozenset(("negated", "over"))
"""What makes of a hazard that there is none."""

INSIDE = 0.999
"""So that the top of one quarter stays below the next."""

RAISES: dict[Urgency, tuple[Urgency, float]] = {"U4": ("U3", 0.8), "U3": ("U2", 0.9)}
"""From which probability the head alone raises a level, by one step; only the rules make a U1. Above what held-back messages that are
not urgent were given, but for one in a hundred.
"""


def raise_level(judgement: Judgement, head_probability: float) -> Urgency:
    """The level once the head has been heard; never a lower one. A U4 is raised to U3 at most, and where a hazard is denied or over, whose
    words the head has heard as well, nothing is.
    """
    raised, enough = RAISES.get(judgement.urgency, (judgement.urgency, 0.0))
    denied = any(verdict.why in DENIED for verdict in judgement.verdicts)
    return raised if head_probability >= enough and not denied else judgement.urgency


def urgency_score(judgement: Judgement, head_probability: float) -> float:
    """0 … 1, higher more urgent: the level's quarter, and within it what the head says. It never falls when either of them rises."""
    level = raise_level(judgement, head_probability)
    return round((LADDER.index(level) + min(max(head_probability, 0.0), 1.0) * INSIDE) * BAND, 4)


def likely_urgent(heard: Heard) -> float:
    """What the head gives for a message that has to be looked at the same day."""
    return heard.flags(HEAD)[FLAG]


def raising_places(text: Text, heard: Heard) -> tuple[tuple[int, int], ...]:
    """The folded places of the pairs of characters that pull hardest toward urgent. The text has two characters at least."""
    head = heard.engine.heads[HEAD]
    pulls = head.model.pulls(heard.features.slots[len(text.codes) :], head.first)
    return tuple((place, place + 2) for place in sorted(np.argsort(-pulls, kind="stable")[:SHOWN].tolist()))
