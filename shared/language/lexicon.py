"""The words the rules know, and where they stand in a text: one pass, the longest word at each place."""

import re
from bisect import insort
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shared.language.ngrams import SLOTS, Slots, slots_in_order
from shared.language.normalise import Codes

DATE = "date"
DATES = re.compile(r"\d{1,4}(?:年前|年(?:\d{1,2}月)?(?:\d{1,2}[日号])?|月(?:\d{1,2}[日号])?)")
"""A year or a month, with a day or without; so many years ago."""
DATED = re.compile(r"[年月](?<=\d[年月])")
"""Found in every text that holds a date, and much faster than the date."""

MOST_LOOKS, LAST_LOOKS = 1_400, 400
"""Places looked at in one text, the last of them at its end; a letter of 8,000 characters seldom has more. What another says between
is left to the heads, which read all of it: a text that consists of nothing but beginnings must not hold up the others.
"""
MOST_WORDS, LAST_WORDS = 700, 200
"""Words given of one text, the last of them at its end, for the same reason; of letters as long as are read none has had 500."""

LONG = 8
"""Words of so many characters and more are told by one bit."""

Tags = tuple[str, ...]


class Token(NamedTuple):
    """A known word at folded places `start` to `end` (left out). A word that only looks like another has no tags."""

    start: int
    end: int
    tags: Tags


new_token = tuple.__new__
"""As Token(…), in half the time: a reading makes some twenty."""


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Every known word with its tags, and by the n-gram slot of its first two characters (or the only one) how long the words are that
    begin so: a bit for each length, the last for all beyond (see `lengths`), so that most places of a text are passed over without a look.
    """

    words: Mapping[str, Tags]
    opens: NDArray[np.uint8]
    lengths: tuple[tuple[int, ...], ...]
    """What such bits stand for, the longest first."""

    def find(self, folded: str, slots: Slots) -> list[Token]:
        """The known words and the dates from left to right, in bounds: MOST_LOOKS, MOST_WORDS. `slots` are the text's n-grams in order.

        No word lies inside another. One that begins inside a word and ends behind it is found too ("要杀" and "杀我全家"), unless the
        first only looks like another ("看着火").
        """
        words, lengths = self.words, self.lengths
        starts, opened = self._looks(slots, len(folded))
        found: list[Token] = []
        reached = barred = 0
        for start in starts:
            if start < barred:
                continue
            for length in lengths[opened[start]]:
                word = folded[start : start + length]
                if (tags := words.get(word)) is not None:
                    end = start + len(word)  # at the end of the text the word may be a shorter one
                    if end > reached:
                        reached = end
                        barred = barred if tags else end
                        found.append(new_token(Token, (start, end, tags)))
                    break
        if len(found) > MOST_WORDS:
            found = found[: MOST_WORDS - LAST_WORDS] + found[-LAST_WORDS:]
        if DATED.search(folded):
            for date in DATES.finditer(folded):
                insort(found, Token(*date.span(), (DATE,)))
        return found

    def _looks(self, slots: Slots, length: int) -> tuple[list[int], bytes]:
        """The places looked at, all or the first and the last of very many; and for each place of the text what may begin there."""
        opened = self.opens.take(slots[:length])
        opened[:-1] |= self.opens.take(slots[length:])
        starts = opened.nonzero()[0]
        if len(starts) > MOST_LOOKS:
            starts = np.concatenate([starts[: MOST_LOOKS - LAST_LOOKS], starts[-LAST_LOOKS:]])
        looks: list[int] = starts.tolist()
        return looks, opened.tobytes()


def compile_lexicon(words: Iterable[tuple[str, str | None]]) -> Lexicon:
    """A lexicon of (word, tag); without a tag a word is there only to be told apart from shorter ones inside it."""
    tags: dict[str, Tags] = {}
    for word, tag in words:
        known = tags.setdefault(word, ())
        if tag is not None and tag not in known:
            tags[word] = (*known, tag)
    longest = max(map(len, tags), default=0)
    return Lexicon(tags, _openings(tags), tuple(_lengths(bits, longest) for bits in range(1 << LONG)))


def _openings(words: Collection[str]) -> NDArray[np.uint8]:
    """By n-gram slot, a bit for each length of the words that begin so."""
    single, longer = [word for word in words if len(word) == 1], [word for word in words if len(word) > 1]
    pairs = _codes(word[:2] for word in longer)
    slots = np.concatenate([slots_in_order(_codes(single))[: len(single)], slots_in_order(pairs)[len(pairs) :: 2]])
    opens = np.zeros(SLOTS, dtype=np.uint8)
    np.bitwise_or.at(opens, slots, np.array([1 << min(len(word), LONG) - 1 for word in (*single, *longer)], dtype=np.uint8))
    return opens


def _codes(words: Iterable[str]) -> Codes:
    return np.array([ord(character) for word in words for character in word], dtype=np.uint32)


def _lengths(bits: int, longest: int) -> tuple[int, ...]:
    return tuple(length for length in range(longest, 0, -1) if bits >> min(length, LONG) - 1 & 1)
