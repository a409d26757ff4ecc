"""How a text feels, from upset to content, and the words that say so."""

from typing import NamedTuple, Protocol

import numpy as np

from shared.language.engine import Heard
from shared.language.normalise import Text

SHOWN = 3
"""Pairs of characters shown as the words that made a mood."""
HEAD = "mood"


class Feeling(NamedTuple):
    """−1 upset … 1 content, the folded places of the words that made it most, and of those that other words outweighed."""

    value: float
    places: tuple[tuple[int, int], ...]
    outweighed: tuple[tuple[int, int], ...] = ()


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
        head, value = heard.engine.heads[HEAD], heard.value(HEAD)
        pairs = heard.features.slots[len(text.codes) :]
        pulls = head.model.pulls(pairs, head.first) * (1 if value > 0 else -1)
        strongest = sorted(np.argsort(-pulls, kind="stable")[:SHOWN].tolist())
        return Feeling(round(value, 4), tuple((place, place + 2) for place in strongest if pulls[place] > 0))
