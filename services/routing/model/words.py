"""Finds a fixed set of words in a text, in time linear in the text, with offsets that hold in the text as written."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from shared.language.characters import folded

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


Head = tuple[str, str]


@dataclass(frozen=True)
class Vocabulary:
    """Words by their first two characters, longest first."""

    by_head: Mapping[Head, tuple[str, ...]]

    def find(self, folded: str) -> list[Found]:
        """The words in a folded text from left to right. A word inside a longer one found is not meant and left out."""
        by_head = self.by_head
        heads = [(start, head) for start, head in enumerate(pairwise(folded)) if head in by_head]
        found: list[Found] = []
        reached = 0
        for start, head in heads:
            for word in by_head[head]:
                if folded.startswith(word, start):
                    end = start + len(word)
                    if end > reached:
                        found.append(Found(word, start, end))
                        reached = end
                    break
        return found


def build_vocabulary(words: Iterable[str]) -> Vocabulary:
    """A vocabulary of words of two characters or more, folded. Raises ValueError for a shorter one."""
    by_head: defaultdict[Head, set[str]] = defaultdict(set)
    for word in map(fold, words):
        if len(word) < SHORTEST:
            raise ValueError(f"{word!r} is too short to be found")
        by_head[word[0], word[1]].add(word)
    return Vocabulary({head: tuple(sorted(some, key=lambda word: (-len(word), word))) for head, some in by_head.items()})
