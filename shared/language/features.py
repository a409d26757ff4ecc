"""What the heads read of a text: how often each n-gram occurs, in the whole and in the title alone."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shared.language.ngrams import SLOTS, Slots, slots_in_order
from shared.language.normalise import Text

FEATURES = "hashed 1-2, title and whole, 2"
"""Names what is read here. A model trained on anything else is not used."""

INPUTS = 2 * SLOTS
"""The n-grams of the whole text, then those of the title once more."""

_DAMPED = (1 + np.log(np.arange(1, 65_536, dtype=np.float64))).astype(np.float32)
"""An n-gram that stands there n times weighs 1 + log n."""


class Features(NamedTuple):
    """The n-gram inputs of one text: `whole` in order as often as they occur (title included), `title` likewise, offset by SLOTS."""

    whole: Slots
    title: Slots


def extract(text: Text, title: int) -> Features:
    """The features of a text whose first `title` characters are its title."""
    whole = slots_in_order(text.codes)
    return Features(whole, slots_in_order(text.codes[:title]) + np.uint32(SLOTS) if title else whole[:0])


def count(rows: NDArray[np.uint16]) -> tuple[NDArray[np.uint16], NDArray[np.float32]]:
    """The different rows but 0, rising, with the damped number of times that each occurs."""
    ordered = np.sort(rows)
    ordered = ordered[np.searchsorted(ordered, 1) :]
    changes = np.flatnonzero(ordered[1:] != ordered[:-1]) + 1
    starts = np.concatenate(([0], changes)) if len(ordered) else changes
    times = np.diff(starts, append=len(ordered))
    return ordered[starts], _DAMPED[np.minimum(times, len(_DAMPED)) - 1]
