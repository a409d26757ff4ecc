"""Hashed character 1–2-grams: the features that every linear head reads, made once for a text."""

import numpy as np
from numpy.typing import NDArray

from shared.language.normalise import Codes

BITS = 18
SLOTS = 1 << BITS
"""Weights of a head. The corpora hold some 300 thousand different 1–2-grams; a quarter million slots keep most of them apart."""

_SHIFT = np.uint32(32 - BITS)
_SINGLE, _LEFT, _RIGHT, _MIX = (np.uint32(odd) for odd in (0x9E3779B1, 0x85EBCA6B, 0xC2B2AE35, 0x27D4EB2F))
_HALF = np.uint32(15)

Slots = NDArray[np.uint32]


def slots_in_order(codes: Codes) -> Slots:
    """The slot of each character, then the slot of each pair of neighbours: 2n − 1 slots for n characters."""
    slots = np.empty(max(2 * len(codes) - 1, 0), dtype=np.uint32)
    np.multiply(codes, _SINGLE, out=slots[: len(codes)])
    pairs = slots[len(codes) :]
    np.bitwise_xor(codes[:-1] * _LEFT, codes[1:] * _RIGHT, out=pairs)
    pairs ^= pairs >> _HALF
    pairs *= _MIX
    slots >>= _SHIFT
    return slots
