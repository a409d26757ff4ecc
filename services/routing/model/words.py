"""Finds a fixed set of words in a text, with offsets that hold in the text as written."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from shared.language.characters import folded
from shared.language.known_words import KnownWords

SHORTEST = 2
"""A single character stands in too many words to say what a text is about."""


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
    """The words by which a catalogue knows its rules."""

    known: KnownWords

    def find(self, folded: str) -> list[Found]:
        """The words in a folded text from left to right. A word inside a longer one found is not meant and left out."""
        found: list[Found] = []
        reached = 0
        for start, end, word in self.known.longest(folded):
            if end > reached:
                found.append(Found(self.known.words[word], start, end))
                reached = end
        return found


def build_vocabulary(words: Iterable[str]) -> Vocabulary:
    """A vocabulary of words of two characters or more, folded. Raises ValueError for a shorter one."""
    folded_words = dict.fromkeys(map(fold, words))
    for word in folded_words:
        if len(word) < SHORTEST:
            raise ValueError(f"{word!r} is too short to be found")
    return Vocabulary(KnownWords(folded_words))
