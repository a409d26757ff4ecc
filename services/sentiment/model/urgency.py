"""One number for how urgent a message is, from the rules' level and the trained head, which may only raise."""

from services.sentiment.model.levels import Judgement
from services.sentiment.model.pulls import Places, pulling_pairs, strongest
from shared.events import Urgency
from shared.language.engine import Heard
from shared.language.normalise import Text

HEAD, FLAG = "urgency", "urgent"
CRITICAL = "critical"
"""Head and flag that alone may make a U1."""

LADDER: tuple[Urgency, ...] = ("U4", "U3", "U2", "U1")
BAND = 1 / len(LADDER)
"""Each level has a quarter of the numbers from 0 to 1."""

DENIED = frozenset(("negated", "over"))
"""What makes of a hazard that there is none."""

INSIDE = 0.999
"""So that the top of one quarter stays below the next."""

RAISES: dict[Urgency, tuple[Urgency, float]] = {"U4": ("U3", 0.8), "U3": ("U2", 0.9)}
"""From which probability the head alone raises a level, by one step. Above what held-back messages that are
not urgent were given, but for one in a hundred.
"""

SURELY = 0.17
"""From which chance of a danger to life a message is U1, whatever the rules alone make of it: the highest at which 98 of 100 held-back
critical messages are heard, which takes some 11 of 100 lookalikes made hard on purpose with them (docs/judgement.md).
"""


def raise_level(judgement: Judgement, head_probability: float, critical: float = 0.0) -> Urgency:
    """The level once the heads have been heard; never a lower one. A likely danger to life (`critical`, as weighed with the hazards) makes
    anything U1; else the urgency head raises by one step at most, not where a hazard is denied or over, whose words it has heard as well.
    """
    if critical >= SURELY:
        return "U1"
    raised, enough = RAISES.get(judgement.urgency, (judgement.urgency, 0.0))
    if any(verdict.why in DENIED for verdict in judgement.verdicts):
        return judgement.urgency
    return raised if head_probability >= enough else judgement.urgency


def urgency_score(level: Urgency, head_probability: float) -> float:
    """0 … 1, higher more urgent: the level's quarter, and within it what the head says. It never falls when either of them rises."""
    return round((LADDER.index(level) + min(max(head_probability, 0.0), 1.0) * INSIDE) * BAND, 4)


def likely_urgent(heard: Heard) -> float:
    """What the head gives for a message that has to be looked at the same day."""
    return heard.flags(HEAD)[FLAG]


def likely_critical(heard: Heard) -> float:
    """What the head gives for a message about somebody who may die."""
    return heard.flags(CRITICAL)[CRITICAL]


def raising_places(text: Text, heard: Heard, name: str = HEAD) -> Places:
    """The folded places of the pairs of characters that pull hardest toward what the head hears. The text has two characters at least."""
    return tuple((place, place + 2) for place in strongest(pulling_pairs(text, heard, name)))
