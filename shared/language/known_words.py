"""Where the words of a fixed set stand in a text: the longest that begins at each place, in time linear in the text."""

from collections.abc import Iterable

from ahocorasick_rs import AhoCorasick, Implementation

Standing = tuple[int, int, int]
"""Where a word begins, where it ends (left out), and its number in the set."""

MOST, LAST = 1_000, 300
"""Standing words of one text that are told apart, the last of them at its end; of 11,000 letters none had 600. What a text of nothing but
such words says between is left to the heads, which read all of it: it must not hold up the others.
"""


class KnownWords:
    """A set of folded words without doubles, `words`, numbered in their order. Raises ValueError for an empty word."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = tuple(words)
        self._automaton = AhoCorasick(self.words, implementation=Implementation.ContiguousNFA, store_patterns=False)

    def longest(self, folded: str) -> list[Standing]:
        """The longest word that begins at each place of a folded text, from left to right; they may overlap, and lie inside one another.
        Where more than MOST stand, those between the first and the LAST are left out.
        """
        found = self._automaton.find_matches_as_indexes(folded, overlapping=True)
        if len(found) > MOST:
            found = found[: MOST - LAST] + found[-LAST:]
        by_start = {start: (start, end, word) for word, start, end in found}  # they come by their ends: the last one is the longest
        return [by_start[start] for start in sorted(by_start)]
