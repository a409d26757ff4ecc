"""The words the rules know, and where they stand in a text: one pass, the longest word at each place."""

import re
from bisect import insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from shared.language.known_words import KnownWords

DATE = "date"
DATES = re.compile(r"\d{1,4}(?:年前|年(?:\d{1,2}月)?(?:\d{1,2}[日号])?|月(?:\d{1,2}[日号])?)")
"""A year or a month, with a day or without; so many years ago."""
DATED = re.compile(r"[年月](?<=\d[年月])")
"""Found in every text that holds a date, and much faster than the date."""

MOST_WORDS, LAST_WORDS = 600, 150
"""Words given of one text, the last of them at its end: one that consists of nothing else must not hold up the others. Of 10,000 letters
none had 500.
"""

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
    """Every known word, and its tags by its number."""

    known: KnownWords
    tags: Sequence[Tags]

    def find(self, folded: str) -> list[Token]:
        """The known words and the dates from left to right, MOST_WORDS at most.

        No word lies inside another. One that begins inside a word and ends behind it is found too ("要杀" and "杀我全家"), unless the
        first only looks like another ("看着火").
        """
        known_tags = self.tags
        found: list[Token] = []
        reached = barred = 0
        for start, end, word in self.known.longest(folded):
            if start >= barred and end > reached:
                reached, tags = end, known_tags[word]
                barred = barred if tags else end
                found.append(new_token(Token, (start, end, tags)))
        if len(found) > MOST_WORDS:
            found = found[: MOST_WORDS - LAST_WORDS] + found[-LAST_WORDS:]
        if DATED.search(folded):
            for date in DATES.finditer(folded):
                insort(found, Token(*date.span(), (DATE,)))
        return found


def compile_lexicon(words: Iterable[tuple[str, str | None]]) -> Lexicon:
    """A lexicon of (word, tag); without a tag a word is there only to be told apart from shorter ones inside it."""
    tags: dict[str, Tags] = {}
    for word, tag in words:
        known = tags.setdefault(word, ())
        if tag is not None and tag not in known:
            tags[word] = (*known, tag)
    return Lexicon(KnownWords(tags), tuple(tags.values()))
