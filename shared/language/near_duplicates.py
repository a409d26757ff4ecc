"""Which texts were sent twice, or copied from one another: for holding texts back that no other text gives away."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import combinations

import numpy as np

SHINGLE = 12
"""Characters in a row that are compared; blanks are passed over."""
ONE_IN = 4
"""So many shingles are looked at, the same ones in every text."""
SHARED = 0.3
"""Share of the shorter text's shingles that makes two texts near-duplicates."""
COMMON = 30
"""A shingle in more texts than this is a phrase that everybody uses."""


def group_alike(texts: Sequence[str]) -> list[int]:
    """A number for each text; near-duplicates, and near-duplicates of those, have the same one: the place of the first of them."""
    shingles = [_shingles(text) for text in texts]
    having = defaultdict[int, list[int]](list)
    for number, some in enumerate(shingles):
        for shingle in some:
            having[shingle].append(number)
    together = Counter(pair for some in having.values() if len(some) <= COMMON for pair in combinations(some, 2))
    leads = list(range(len(texts)))
    for (one, other), count in together.items():
        if count > SHARED * min(len(shingles[one]), len(shingles[other])):
            first, second = sorted((_lead(leads, one), _lead(leads, other)))
            leads[second] = first
    return [_lead(leads, number) for number in range(len(texts))]


def _lead(leads: list[int], number: int) -> int:
    while leads[number] != number:
        leads[number] = leads[leads[number]]
        number = leads[number]
    return number


def _shingles(text: str) -> frozenset[int]:
    codes = np.frombuffer("".join(text.split()).encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint64)
    hashed = np.zeros(max(len(codes) - SHINGLE + 1, min(len(codes), 1)), dtype=np.uint64)
    for place in range(min(SHINGLE, len(codes))):
        hashed = (hashed ^ codes[place : place + len(hashed)]) * np.uint64(0x9E3779B97F4A7C15)
        hashed ^= hashed >> np.uint64(29)
    some = hashed[hashed % ONE_IN == 0]
    return frozenset((some if len(some) else hashed).tolist())
