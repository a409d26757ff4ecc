"""How a text feels, from upset to content, and the words that say so."""

from typing import NamedTuple, Protocol

import numpy as np

from services.sentiment.model.heads import Head
from shared.language.ngrams import Slots, features
from shared.language.normalise import Text

SHOWN = 3
"""Pairs of characters shown as the words that made a mood."""


class Feeling(NamedTuple):
    """−1 upset … 1 content, the folded places of the words that made it most, and of those that other words outweighed."""

    value: float
    places: tuple[tuple[int, int], ...]
    outweighed: tuple[tuple[int, int], ...] = ()


class MoodEngine(Protocol):
    """Judges the mood of a text that holds Han characters, given its n-gram slots in order. `name` goes with every judgement."""

    name: str
    slow: bool
    """It takes so long that it must not run on the event loop."""

    def judge(self, text: Text, slots: Slots) -> Feeling: ...


class HashedMood:
    """The linear head over hashed n-grams."""

    slow = False

    def __init__(self, head: Head) -> None:
        self.head = head
        self.name = f"hashed {head.card.version}"

    def judge(self, text: Text, slots: Slots) -> Feeling:
        """The head's value, and the pairs of characters whose weights pull hardest its way."""
        value = self.head.value(features(slots))
        pulls = self.head.weights[slots[len(text.codes) :]] * (1 if value > 0 else -1)
        strongest = sorted(np.argsort(-pulls, kind="stable")[:SHOWN].tolist())
        return Feeling(round(value, 4), tuple((place, place + 2) for place in strongest if pulls[place] > 0))
