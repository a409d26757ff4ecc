"""What the heads read of a text: how often each n-gram occurs, in the whole and in the title alone."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shared.language.characters import folded
from shared.language.ngrams import SLOTS, Slots, slots_in_order
from shared.language.normalise import Codes, Text, join

FEATURES = "hashed 1-2, title and whole, 4"
"""Names what is read here. A model trained on anything else is not used."""

PAUSES = ",;、 \n"
"""Signs that the heads do not read, as they are folded."""
INPUTS = 2 * SLOTS
"""The n-grams of the whole text, then those of the title once more."""

DAMPED = (1 + np.log(np.maximum(np.arange(65_536), 1))).astype(np.float32)
"""An n-gram that stands there n times weighs 1 + log n."""
_LAST = 0x3100
READ = np.array([chr(code) not in PAUSES + "\0" for code in range(_LAST + 1)])
_OFFSET, _BEYOND = np.uint32(SLOTS), np.uint32(0xFFFFFFFF)


class Part(NamedTuple):
    """The different inputs of a title or of a whole text, rising, and the damped number of times that each occurs."""

    inputs: Slots
    times: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Features:
    """What heads read of one text, whose folded characters are `codes`, the first `title_end` of them its title."""

    codes: Codes
    title_end: int

    @cached_property
    def whole(self) -> Part:
        return count(slots_in_order(words_of(self.codes)))

    @cached_property
    def title(self) -> Part | None:
        return count(slots_in_order(words_of(self.codes[: self.title_end])) + _OFFSET) if self.title_end else None

    @property
    def slots(self) -> Slots:
        """The text's n-grams in order, title and pauses included, for whoever looks for places."""
        return slots_in_order(self.codes)


def extract(text: Text, title: int) -> Features:
    """The features of a text whose first `title` characters are its title."""
    return Features(text.codes, title)


def features_of(title: str, text: str) -> Features:
    """The features of a message."""
    return extract(folded(join(title, text)), len(title))


def words_of(codes: Codes) -> Codes:
    """Without the signs of a pause: whoever speaks, or types in a hurry, sets none, and nothing should hang on them."""
    kept: Codes = codes[is_read(codes)]
    return kept


def is_read(codes: Codes) -> NDArray[np.bool_]:
    """Which folded characters count: neither passed over nor a pause."""
    return READ.take(codes, mode="clip")


def count(inputs: Slots) -> Part:
    """Each input once."""
    ordered = np.empty(len(inputs) + 1, dtype=np.uint32)
    ordered[:-1], ordered[-1] = inputs, _BEYOND
    ordered.sort()
    last = (ordered[1:] != ordered[:-1]).nonzero()[0]
    times = last.copy()
    times[1:] -= last[:-1]
    times[:1] += 1
    return Part(ordered.take(last), DAMPED.take(times, mode="clip"))
