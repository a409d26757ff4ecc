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

SURELY = 0.6
"""From which probability the critical head makes a U1: for those who ask for help in words that no rule knows. Of 35 lookalikes it had not
learned from it took none for critical beyond those the rules did, and of 1,300 ordinary messages none.
"""


def raise_level(judgement: Judgement, head_probability: float, critical: float = 0.0) -> Urgency:
    """The level once the heads have been heard; never a lower one. The urgency head raises a U4 to U3 at most, the critical head anything
    to U1; where a hazard is denied or over, whose words the heads have heard as well, nothing is raised.
    """
    raised, enough = RAISES.get(judgement.urgency, (judgement.urgency, 0.0))
    denied = any(verdict.why in DENIED for verdict in judgement.verdicts)
    if denied:
        return judgement.urgency
    if critical >= SURELY:
        return "U1"
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
