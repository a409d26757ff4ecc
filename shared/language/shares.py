"""How a choice is divided among its classes, as those who read on from it take it."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", np.float32, np.float64)

SHARP = 4.0
"""By how much the margins of a choice are multiplied before they become shares."""
GUIDING = 0.5
"""Length of the shares beside the n-grams of a text, which have the length 1. From 0.4 to 0.7 it makes no difference."""


def divide(margins: NDArray[Number], sharp: float = SHARP) -> NDArray[Number]:
    """The margins of classes as shares of 1, for one text or a row for each; the sharper, the less is left for those behind."""
    grown = np.exp((margins - margins.max(axis=-1, keepdims=True)) * sharp)
    shares: NDArray[Number] = grown / grown.sum(axis=-1, keepdims=True)
    return shares


def guiding(margins: NDArray[Number]) -> NDArray[Number]:
    """What a head that is guided by another reads of the other's margins: its shares, of the length GUIDING."""
    shares = divide(margins)
    found: NDArray[Number] = shares * (GUIDING / np.sqrt((shares * shares).sum(axis=-1, keepdims=True)))
    return found
