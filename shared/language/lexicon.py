"""The words the rules know, and where they stand in a text: one pass, the longest word at each place."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shared.language.ngrams import SLOTS, Slots, slots_in_order

DATE = "date"
DATES = re.compile(r"\d{1,4}(?:年前|年(?:\d{1,2}月)?(?:\d{1,2}[日号])?|月(?:\d{1,2}[日号])?)")
"""A year or a month, with a day or without; so many years ago."""

MOST_LOOKS, LAST_LOOKS = 1_400, 400
"""Places looked at in one text, the last of them at its end; a letter of 8,000 characters seldom has more. What another says between
is left to the heads, which read all of it: a text that consists of nothing but beginnings must not hold up the others.
"""

Tags = tuple[str, ...]


class Token(NamedTuple):
    """A known word at folded places `start` to `end` (left out). A word that only looks like another has no tags."""

    start: int
    end: int
    tags: Tags


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Every known word with its tags, and by the first two characters (or the only one) how long the words are that begin so.

    The longest length comes first; a length of one stands for the word that the first character is alone.

    `opens` marks the n-gram slots of those beginnings, so that most places of a text are passed over without a look.
    """

    words: Mapping[str, Tags]
    lengths: Mapping[str, tuple[int, ...]]
    opens: NDArray[np.bool_]

    def find(self, folded: str, slots: Slots) -> list[Token]:
        """The known words and the dates from left to right. Time is bounded, see MOST_LOOKS. `slots` are the text's n-grams in order.

        No word lies inside another. One that begins inside a word and ends behind it is found too ("要杀" and "杀我全家"), unless the
        first only looks like another ("看着火").
        """
        marks = self.opens[slots[: len(folded)]]
        marks[:-1] |= self.opens[slots[len(folded) :]]
        found: list[Token] = []
        reached = barred = 0
        for start in _looks(np.flatnonzero(marks)):
            if start < barred:
                continue
            for length in self.lengths.get(folded[start : start + 2]) or self.lengths.get(folded[start], ()):
                end = start + length
                if end <= len(folded) and (tags := self.words.get(folded[start:end])) is not None:
                    if end > reached:
                        reached = end
                        barred = barred if tags else end
                        found.append(Token(start, end, tags))
                    break
        dates = [Token(*date.span(), (DATE,)) for date in DATES.finditer(folded)]
        return sorted(found + dates) if dates else found


def _looks(starts: NDArray[np.intp]) -> list[int]:
    """The places that are looked at: all, or the first and the last of very many."""
    if len(starts) > MOST_LOOKS:
        starts = np.concatenate([starts[: MOST_LOOKS - LAST_LOOKS], starts[-LAST_LOOKS:]])
    looks: list[int] = starts.tolist()
    return looks


def compile_lexicon(words: Iterable[tuple[str, str | None]]) -> Lexicon:
    """A lexicon of (word, tag); without a tag a word is there only to be told apart from shorter ones inside it."""
    tags: dict[str, Tags] = {}
    for word, tag in words:
        known = tags.setdefault(word, ())
        if tag is not None and tag not in known:
            tags[word] = (*known, tag)
    lengths: defaultdict[str, set[int]] = defaultdict(set)
    for word in tags:
        lengths[word[:2]].add(len(word))
        if word[:1] in tags:
            lengths[word[:2]].add(1)
    opens = np.zeros(SLOTS, dtype=np.bool_)
    for head in lengths:
        opens[slots_in_order(np.array([ord(character) for character in head], dtype=np.uint32))[-1]] = True
    return Lexicon(tags, {head: tuple(sorted(some, reverse=True)) for head, some in lengths.items()}, opens)
