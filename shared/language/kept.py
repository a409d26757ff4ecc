"""The messages that new ones are compared with: their pairs in arrays, how many have each pair, and in which ones a pair stands."""

from array import array
from bisect import bisect_left
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from shared.language.likeness import LONGEST_TEXT, LONGEST_TITLE, SLOTS, Fingerprint, Numbers
from shared.language.ngrams import Slots

WIDTH = LONGEST_TITLE + LONGEST_TEXT
"""Pairs that a message can have at most."""
RARITY = 0.8
"""Exponent on the logarithm of a pair's rarity."""
UNSHARED = 0.3
"""Factor on a pair that no other message has: it tells nothing, and would only make a message unlike all others."""
FEW = 200
"""Among so few messages, that a pair has not been seen says little about it: the factor is near 1."""
EXPECTED = 20
"""Messages added to those that are there, so that the first ones are compared with some sense."""
DRIFT = 1.02
"""By how much the number of messages may change before all weights are reckoned anew."""
LONGEST_LIST, LONGEST_LOOK = 4_000, 8_000
"""Messages that are remembered by one pair; messages that are met by all pairs of one question, with repetitions."""

Serials = NDArray[np.int64]
Row = TypeVar("Row", bound=np.generic)


class Kept:
    """Messages by serial number, the oldest dropped first. `first` is the oldest that is kept, `following` the number of the next."""

    def __init__(self, room: int = 1_024) -> None:
        self.first = self.following = 0
        self._base = 0
        self._slots = np.zeros((room, WIDTH), dtype=np.int32)
        self._title = np.zeros((room, WIDTH), dtype=np.float16)
        self._text = np.zeros((room, WIDTH), dtype=np.float16)
        self._districts = np.zeros(room, dtype=np.int64)
        self._counts = np.zeros(SLOTS, dtype=np.int32)
        self._by_count = np.zeros(1, dtype=np.float32)
        self._weighed_for = 0.0
        self._lists: dict[int, array[int]] = {}

    def __len__(self) -> int:
        return self.following - self.first

    def append(self, message: Fingerprint) -> int:
        """Keeps a message that was counted; its serial number."""
        if self.following - self._base == len(self._slots):
            self._make_room()
        row = self.following - self._base
        used = len(message.slots)
        for table, values in ((self._slots, message.slots), (self._title, message.title), (self._text, message.text)):
            table[row, :used], table[row, used:] = values, 0
        self._districts[row] = message.districts
        for slot in message.slots.tolist():
            self._remember(slot)
        self.following += 1
        return self.following - 1

    def count(self, slots: Slots, by: int = 1) -> None:
        """One message more (or less, by −1) has these pairs."""
        self._counts[slots] += by
        here = len(self) + EXPECTED
        if not here / DRIFT <= self._weighed_for <= here * DRIFT:
            self._weighed_for = float(here)
            self._by_count = _rarities(here, int(here * DRIFT) + 2)

    def drop(self) -> None:
        """Forgets the oldest message."""
        row = self.first - self._base
        said = (self._title[row] > 0) | (self._text[row] > 0)
        self.first += 1
        self.count(self._slots[row, said].astype(np.uint32), -1)

    def ask(self, message: Fingerprint) -> Numbers:
        """A message as a unit vector over all slots, to be held against kept ones; its own pairs have to be counted already."""
        vector = np.zeros(SLOTS, dtype=np.float32)
        vector[message.slots] = _unit(self._weights(message.slots)[None], message.title[None], message.text[None])[0]
        return vector

    def likeness(self, asked: Numbers, serials: Serials) -> Numbers:
        """The cosine of each of these messages with what is asked, 0 to 1."""
        slots, vectors = self._vectors(serials)
        cosines: Numbers = np.clip(np.einsum("ij,ij->i", vectors, asked[slots]), 0.0, 1.0)
        return cosines

    def sum_of(self, serials: Serials) -> Numbers:
        """The sum of these messages' unit vectors, over all slots."""
        slots, vectors = self._vectors(serials)
        return np.bincount(slots.ravel(), vectors.ravel(), minlength=SLOTS).astype(np.float32)

    def districts(self, serials: Serials) -> NDArray[np.int64]:
        return self._districts[serials - self._base]

    def candidates(self, asked: Numbers, slots: Slots, most: int, look: int = LONGEST_LOOK) -> Serials:
        """At most so many messages that share the most weight with what is asked, found by its rarest pairs first; `look` are those met."""
        found: list[NDArray[np.uint32]] = []
        shares: list[float] = []
        met = 0
        rarest = slots[np.argsort(self._counts[slots], kind="stable")]
        for slot, weight in zip(rarest.tolist(), (asked[rarest] * self._weights(rarest)).tolist(), strict=True):
            listed = self._lists.get(slot)
            if listed is None:
                continue
            there = np.array(listed, dtype=np.uint32)
            there = there[np.searchsorted(there, self.first) :]
            found.append(there)
            shares.append(weight)
            met += len(there)
            if met >= look:
                break
        if not met:
            return np.zeros(0, dtype=np.int64)
        serials, places = np.unique(np.concatenate(found), return_inverse=True)
        weights = np.bincount(places.ravel(), np.repeat(shares, [len(one) for one in found]))
        best = np.argsort(-weights, kind="stable")[:most]
        return np.sort(serials[best]).astype(np.int64)

    def _vectors(self, serials: Serials) -> tuple[NDArray[np.int32], Numbers]:
        rows = serials - self._base
        slots = self._slots[rows]
        return slots, _unit(self._weights(slots), self._title[rows], self._text[rows])

    def _weights(self, slots: NDArray[np.integer]) -> Numbers:
        weights: Numbers = self._by_count[self._counts[slots]]
        return weights

    def _remember(self, slot: int) -> None:
        listed = self._lists.setdefault(slot, array("I"))
        listed.append(self.following)
        if len(listed) > LONGEST_LIST:
            del listed[: LONGEST_LIST // 2]

    def _make_room(self) -> None:
        """Moves what is kept to the front, into twice the room when it fills more than half; forgets lists that lead nowhere."""
        here, kept = self.first - self._base, len(self)
        room = len(self._slots) * (2 if kept > len(self._slots) // 2 else 1)
        self._slots = _moved(self._slots, here, kept, room)
        self._title, self._text = _moved(self._title, here, kept, room), _moved(self._text, here, kept, room)
        self._districts = _moved(self._districts, here, kept, room)
        self._base = self.first
        for slot, listed in list(self._lists.items()):
            del listed[: bisect_left(listed, self.first)]
            if not listed:
                del self._lists[slot]


def _rarities(messages: int, longest: int) -> Numbers:
    """The weight of a pair that so many of the messages have, for each count below `longest`."""
    counts = np.arange(longest)
    rarity = np.log(np.maximum((messages + 1) / (counts + 0.5), 1.0)) ** RARITY
    unshared = UNSHARED + (1 - UNSHARED) * (FEW / (FEW + messages)) ** 2
    return np.where(counts < 2, rarity * unshared, rarity).astype(np.float32)


def _moved(table: NDArray[Row], start: int, count: int, room: int) -> NDArray[Row]:
    moved = np.zeros((room, *table.shape[1:]), dtype=table.dtype)
    moved[:count] = table[start : start + count]
    return moved


def _unit(weights: Numbers, title: NDArray[np.floating], text: NDArray[np.floating]) -> Numbers:
    """Rows of length one in which title and text have equal say, however long they are."""
    parts = [_scaled(weights * title), _scaled(weights * text)]
    return _scaled(parts[0] + parts[1])


def _scaled(rows: Numbers) -> Numbers:
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    scaled: Numbers = (rows / np.where(lengths > 0, lengths, 1)[:, None]).astype(np.float32)
    return scaled
