"""How a text feels, from upset to content, and the words that say so."""

from typing import NamedTuple, Protocol

from services.sentiment.model.pulls import Places, pulling_pairs, strongest
from shared.language.engine import Heard
from shared.language.normalise import Text

HEAD = "mood"


class Feeling(NamedTuple):
    """−1 upset … 1 content, the folded places of the words that made it most, and of those that other words outweighed."""

    value: float
    places: Places
    outweighed: Places = ()


class MoodEngine(Protocol):
    """Judges the mood of a text that holds Han characters. `name` goes with every judgement."""

    name: str
    slow: bool
    """It takes so long that it must not run on the event loop."""

    def judge(self, text: Text, heard: Heard) -> Feeling: ...


class HashedMood:
    """The linear head over hashed n-grams."""

    slow = False

    def __init__(self, name: str) -> None:
        self.name = name

    def judge(self, text: Text, heard: Heard) -> Feeling:
        """The head's value, and the pairs of characters whose weights pull hardest its way."""
        if not len(text.codes):
            return Feeling(0.0, ())
        value, pulls = heard.value(HEAD), pulling_pairs(text, heard, HEAD)
        if value <= 0:
            pulls = -pulls
        return Feeling(round(value, 4), tuple((place, place + 2) for place in strongest(pulls) if pulls[place] > 0))
