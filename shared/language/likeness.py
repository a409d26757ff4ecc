"""What is compared of a message: the pairs of neighbouring characters in its title and at the head of its text."""

import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.language.characters import folded
from shared.language.features import Part, count
from shared.language.ngrams import Slots

BITS = 20
SLOTS = 1 << BITS
"""Pairs that are told apart. A hundred thousand letters hold some three hundred thousand different ones."""
LONGEST_TITLE, LONGEST_TEXT = 60, 180
"""Characters that are compared: what a message is about stands at its beginning."""

_LEFT, _RIGHT, _MIX = (np.uint32(odd) for odd in (0x85EBCA6B, 0xC2B2AE35, 0x27D4EB2F))
_HALF, _SHIFT = np.uint32(15), np.uint32(32 - BITS)
_MASK_BITS = 63
_DISTRICT = re.compile(r"[a-z]\d+(?=[区县])")
"""Districts as masked files write them ("A7县"); where districts have names, whoever compares says them."""

Numbers = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Fingerprint:
    """A message's different pairs, rising, and how much its title and its text say of each (1 + ln of how often; 0: not at all).

    `districts` has one bit for each district it names; 0 when it names none.
    """

    slots: Slots
    title: Numbers
    text: Numbers
    districts: int


def fingerprint(title: str, text: str, districts: Iterable[str] = ()) -> Fingerprint:
    """Reads a message for comparing. Takes any strings; its time does not grow with their length. `districts`: codes, where known."""
    heading = folded(title.strip()[:LONGEST_TITLE])
    in_title = count(_pairs(heading.folded, heading.codes))
    body = folded(text.strip()[:LONGEST_TEXT])
    in_text = count(_pairs(body.folded, body.codes))
    slots = count(np.concatenate([in_title.inputs, in_text.inputs])).inputs
    named = {*districts, *_DISTRICT.findall(heading.folded)}
    return Fingerprint(slots, _spread(slots, in_title), _spread(slots, in_text), _mask(named))


def _pairs(said: str, codes: NDArray[np.uint32]) -> Slots:
    """The slots of neighbouring letters or digits; no pair reaches across a blank or a sign."""
    letters = np.fromiter(map(str.isalnum, said), dtype=np.bool_, count=len(said))
    pairs = (codes[:-1] * _LEFT) ^ (codes[1:] * _RIGHT)
    pairs = (pairs ^ (pairs >> _HALF)) * _MIX
    slots: Slots = pairs[letters[:-1] & letters[1:]] >> _SHIFT
    return slots


def _spread(slots: Slots, some: Part) -> Numbers:
    said = np.zeros(len(slots), dtype=np.float32)
    said[slots.searchsorted(some.inputs)] = some.times
    return said


def _mask(names: Iterable[str]) -> int:
    """Two districts that share a bit are taken for one: a difference is overlooked, none is made up."""
    mask = 0
    for name in names:
        mask |= 1 << zlib.crc32(name.encode("utf-8", "replace")) % _MASK_BITS
    return mask
