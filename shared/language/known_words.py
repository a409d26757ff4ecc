"""Where the words of a fixed set stand in a text: the longest that begins at each place, however the text is made."""

from collections.abc import Iterable, Sequence

from ahocorasick_rs import AhoCorasick, Implementation

from shared.language.compiled import CompiledWords, load_library

Standing = Sequence[int]
"""Where a word begins, where it ends (left out), and its number in the set."""

MOST, LAST = 1_000, 300
"""Standing words of one text that are told apart, the last of them at its end; of 11,000 letters none had 600. What a text of nothing but
such words says between is left to the heads, which read all of it: it must not hold up the others.
"""


class KnownWords:
    """A set of folded words without doubles, `words`, numbered in their order. Raises ValueError for an empty word."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = tuple(words)
        functions = load_library()
        self._finder = CompiledWords(self.words, functions) if functions else Automaton(self.words)

    def longest(self, folded: str) -> Sequence[Standing]:
        """The longest word that begins at each place of a folded text, from left to right; they may overlap, and lie inside one another.
        Where more than MOST stand, those between the first and the LAST are left out.
        """
        found = self._finder.longest(folded)
        return found if len(found) <= MOST else [*found[: MOST - LAST], *found[-LAST:]]


class Automaton:
    """The same by a library (Aho–Corasick), where there is no compiled code."""

    def __init__(self, words: Sequence[str]) -> None:
        self._automaton = AhoCorasick(words, implementation=Implementation.ContiguousNFA, store_patterns=False)

    def longest(self, text: str) -> Sequence[Standing]:
        found = self._automaton.find_matches_as_indexes(text, overlapping=True)
        by_start = {start: (start, end, word) for word, start, end in found}  # they come by their ends: the last one is the longest
        return [by_start[start] for start in sorted(by_start)]
