"""Finds a fixed set of words in a text, in time linear in the text, with offsets that hold in the text as written."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shared.language.characters import folded
from shared.language.ngrams import SLOTS, Slots, slots_in_order

SHORTEST = 2
"""Words are found by their first two characters, so a shorter one cannot be."""


class Found(NamedTuple):
    """A word at `text[start:end]`, as the vocabulary spells it."""

    word: str
    start: int
    end: int


def fold(text: str) -> str:
    """The text as it is read, without a way back."""
    return folded(text).folded


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """Words, and by their first two characters how long the words are that begin so, longest first.

    `opens` marks the n-gram slots of those beginnings, so that most places of a text are passed over without a look.
    """

    words: frozenset[str]
    lengths: Mapping[str, tuple[int, ...]]
    opens: NDArray[np.bool_]

    def find(self, folded: str, slots: Slots) -> list[Found]:
        """The words in a folded text from left to right; `slots` are its n-grams in order. A word inside a longer one found is not meant
        and left out.
        """
        found: list[Found] = []
        reached = 0
        for start in self.opens[slots[len(folded) :]].nonzero()[0].tolist():
            for length in self.lengths.get(folded[start : start + SHORTEST], ()):
                word = folded[start : start + length]
                if word in self.words:
                    end = start + len(word)
                    if end > reached:
                        found.append(Found(word, start, end))
                        reached = end
                    break
        return found


def build_vocabulary(words: Iterable[str]) -> Vocabulary:
    """A vocabulary of words of two characters or more, folded. Raises ValueError for a shorter one."""
    folded_words = frozenset(map(fold, words))
    lengths: defaultdict[str, set[int]] = defaultdict(set)
    for word in folded_words:
        if len(word) < SHORTEST:
            raise ValueError(f"{word!r} is too short to be found")
        lengths[word[:SHORTEST]].add(len(word))
    opens = np.zeros(SLOTS, dtype=np.bool_)
    for head in lengths:
        opens[slots_in_order(folded(head).codes)[-1]] = True
    return Vocabulary(folded_words, {head: tuple(sorted(some, reverse=True)) for head, some in lengths.items()}, opens)
