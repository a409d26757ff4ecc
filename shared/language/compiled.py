"""Margins in compiled code, where the set-up found a C compiler; elsewhere numpy makes the same ones, in some four times the time."""

import ctypes
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from shared.language.features import DAMPED, READ
from shared.language.normalise import Codes

if TYPE_CHECKING:
    from shared.language.heads import Model

LIBRARY = Path(__file__).with_name("margins.so")
"""Made by the set-up out of margins.c, on this machine and for it."""

Table = NDArray[np.float32]
_Array, _Number = ctypes.c_void_p, ctypes.c_uint32
_One = _Number * 1


class _Weights(ctypes.Structure):
    """The struct Model of margins.c."""

    _fields_ = (
        ("index", _Array), ("rarity", _Array), ("choices", _Array), ("others", _Array), ("always", _Array), ("scales", _Array),
        ("damped", _Array), ("is_read", _Array),
        ("strong", _Number), ("chosen", _Number), ("rest", _Number), ("most_times", _Number), ("known", _Number),
        ("title_weight", ctypes.c_float),
    )  # fmt: skip


@cache
def load_function(library: Path = LIBRARY) -> Callable[..., int] | None:
    """The compiled function; None where there is none, or none for this machine. It holds the interpreter's lock: it takes
    microseconds, and to let others in and wait for them would take longer.
    """
    try:
        function = ctypes.PyDLL(str(library)).margins_of
    except OSError:
        return None
    function.argtypes, function.restype = (_Array, _Array, _Array, _Array, _Number, _Array), ctypes.c_int
    return function


class Compiled:
    """A model's margins before its guide is asked, by the compiled function."""

    def __init__(self, model: "Model", function: Callable[..., int]) -> None:
        arrays = (model.index, model.rarity, model.choices, model.others, model.always, model.scales, DAMPED, READ)
        self._kept = [np.ascontiguousarray(array) for array in arrays]  # they must live as long as their addresses are in use
        sizes = len(model.choices), model.choices.shape[1], model.others.shape[1], len(DAMPED) - 1, len(READ)
        self._weights = _Weights(*[array.ctypes.data for array in self._kept], *sizes, model.card.title_weight)
        self._address, self._function, self._columns = ctypes.addressof(self._weights), function, len(model.scales)

    def one(self, codes: Codes, title: int) -> Table:
        """The margins of a text of which so many characters are the title."""
        found = np.empty(self._columns, np.float32)
        self._call(codes.tobytes(), _One(len(codes)), _One(title), 1, found)  # bytes are handed over sooner than an array's address
        return found

    def many(self, codes: Codes, ends: NDArray[np.uint32]) -> Table:
        """The margins of texts without titles that stand one behind the other and end at `ends`, texts × columns."""
        found = np.empty((len(ends), self._columns), np.float32)
        self._call(codes.tobytes(), ends.tobytes(), bytes(ends.nbytes), len(ends), found)
        return found

    def _call(self, codes: bytes, ends: object, titles: object, texts: int, found: Table) -> None:
        if not self._function(self._address, codes, ends, titles, texts, found.ctypes.data):
            raise MemoryError("there is no memory left to read a text")
