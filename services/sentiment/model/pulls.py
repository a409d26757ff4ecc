"""The pairs of characters in a text that pull a head hardest its way: the words that are shown as what made it so."""

import numpy as np
from numpy.typing import NDArray

from shared.language.engine import Heard
from shared.language.normalise import Text

SHOWN = 3
"""Pairs shown for one head."""

Places = tuple[tuple[int, int], ...]


def pulling_pairs(text: Text, heard: Heard, name: str) -> NDArray[np.float32]:
    """How much each pair of neighbours pulls toward the head's first class."""
    head = heard.engine.heads[name]
    return head.model.pulls(heard.features.slots[len(text.codes) :], head.first)


def strongest(pulls: NDArray[np.float32], most: int = SHOWN) -> list[int]:
    """The places of the greatest, rising; of equal ones the first."""
    left = pulls.copy()
    found: list[int] = []
    for _ in range(min(most, len(left))):
        best = int(left.argmax())
        left[best] = -np.inf
        found.append(best)
    return sorted(found)
