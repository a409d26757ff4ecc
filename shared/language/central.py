"""Which of several titles says best what they are all about."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from math import sqrt

from shared.language.characters import folded


def most_central(titles: Sequence[str]) -> int:
    """The place of the title that has most in common with all others for its length; the first of equals. Raises ValueError for none."""
    pairs = [frozenset(pairwise(said)) for said in (folded(title).folded for title in titles)]
    having = Counter(pair for some in pairs for pair in some)
    centrality = [sum(having[pair] for pair in some) / sqrt(len(some) or 1) for some in pairs]
    return max(range(len(titles)), key=lambda place: (centrality[place], -place))
