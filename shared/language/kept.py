"""The messages that new ones are compared with: their pairs in arrays, how many have each pair, and in which ones a pair stands."""

from array import array
from bisect import bisect_left
from typing import NamedTuple, TypeVar

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

HALVES = np.arange(1 << 16, dtype=np.uint16).view(np.float16).astype(np.float32)
"""Every number of half precision by its bits: looked up four times as fast as it is converted."""

Serials = NDArray[np.int64]
Places = NDArray[np.intp]
Row = TypeVar("Row", bound=np.generic)


class Asked(NamedTuple):
    """A message as a unit vector: its pairs and how much each weighs."""

    slots: Places
    weights: Numbers


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
        # Room to reckon in, all zero between two calls: by pair and by row.
        self._vector, self._met = np.zeros(SLOTS, dtype=np.float32), np.zeros(room)

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

    def ask(self, message: Fingerprint) -> Asked:
        """A message to be held against kept ones; its own pairs have to be counted already."""
        slots = message.slots.astype(np.intp)
        weights = self._weights(slots)[None]
        return Asked(slots, _unit(weights * message.title, weights * message.text)[0])

    def likeness(self, asked: Asked, serials: Serials) -> Numbers:
        """The cosine of each of these messages with what is asked, 0 to 1."""
        self._vector[asked.slots] = asked.weights
        cosines: Numbers = np.clip(self._products(serials), 0.0, 1.0)
        self._vector[asked.slots] = 0
        return cosines

    def mean_likeness(self, some: Serials, others: Serials) -> float:
        """The mean cosine between one of these and one of the others."""
        slots, title, text = self._weighed(some)
        np.add.at(self._vector, slots.ravel(), _unit(title, text).ravel())
        products = self._products(others)
        self._vector[slots] = 0
        return float(products.sum()) / (len(some) * len(others))

    def districts(self, serials: Serials) -> NDArray[np.int64]:
        return self._districts[serials - self._base]

    def candidates(self, asked: Asked, most: int, look: int = LONGEST_LOOK) -> Serials:
        """At most so many messages that share the most weight with what is asked, found by its rarest pairs first; `look` are those met."""
        met: array[int] = array("I")
        counts: list[int] = []
        shares: list[float] = []
        rarest = self._counts[asked.slots].argsort(kind="stable")
        slots, weights = asked.slots[rarest], asked.weights[rarest]
        for slot, weight in zip(slots.tolist(), (weights * self._weights(slots)).tolist(), strict=True):
            listed = self._lists.get(slot)
            if listed is None:
                continue
            there = listed if listed[0] >= self.first else listed[bisect_left(listed, self.first) :]
            met.extend(there)
            counts.append(len(there))
            shares.append(weight)
            if len(met) >= look:
                break
        return self._heaviest(np.frombuffer(met, dtype=np.uint32).astype(np.int64), np.repeat(shares, counts), most)

    def _heaviest(self, met: Serials, weights: NDArray[np.float64], most: int) -> Serials:
        """Of messages met with these weights, repeatedly, the `most` heaviest in all, rising; of equals the oldest. Nothing is sorted but
        what is chosen, and time does not grow with what is kept.
        """
        rows, numbers = met - self._base, np.arange(len(met))
        np.add.at(self._met, rows, weights)
        total = self._met[rows]
        self._met[rows] = numbers
        last = self._met[rows] == numbers
        self._met[rows] = 0
        serials, total = met[last], total[last]
        if len(serials) > most:
            least = np.partition(total, len(total) - most)[len(total) - most]
            heavier = serials[total > least]
            serials = np.concatenate([heavier, np.sort(serials[total == least])[: most - len(heavier)]])
        return np.sort(serials)

    def _products(self, serials: Serials) -> Numbers:
        """The scalar product of each of these messages' unit vectors with what stands in `_vector`."""
        slots, title, text = self._weighed(serials)
        asked = self._vector.take(slots)
        of_title, of_text = _inverse(_product(title, title)), _inverse(_product(text, text))
        length = (of_title > 0) * 1.0 + (of_text > 0) + 2 * _product(title, text) * of_title * of_text
        products: Numbers = (_product(title, asked) * of_title + _product(text, asked) * of_text) * _inverse(length)
        return products

    def _weighed(self, serials: Serials) -> tuple[Places, Numbers, Numbers]:
        """The pairs of messages, a row for each, and how much they weigh in its title and in its text."""
        rows = serials - self._base
        slots = self._slots.take(rows, 0).astype(np.intp)
        weights = self._weights(slots)
        title, text = (HALVES.take(table.take(rows, 0).view(np.uint16)) for table in (self._title, self._text))
        return slots, np.multiply(title, weights, out=title), np.multiply(text, weights, out=text)

    def _weights(self, slots: Places) -> Numbers:
        weights: Numbers = self._by_count.take(self._counts.take(slots))
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
        self._met = np.zeros(room)
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


def _unit(title: Numbers, text: Numbers) -> Numbers:
    """Rows of length one in which title and text have equal say, however long they are."""
    both = title * _inverse(_product(title, title))[:, None] + text * _inverse(_product(text, text))[:, None]
    unit: Numbers = both * _inverse(_product(both, both))[:, None]
    return unit


def _product(rows: Numbers, others: Numbers) -> Numbers:
    """The scalar product of each row with the other in its place."""
    products: Numbers = np.einsum("ij,ij->i", rows, others)
    return products


def _inverse(squares: Numbers) -> Numbers:
    """1 / length for each square of a length; 0 for nothing."""
    inverse: Numbers = np.where(squares > 0, 1 / np.sqrt(np.where(squares > 0, squares, 1)), 0).astype(np.float32)
    return inverse
