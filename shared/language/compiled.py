"""What reads texts in compiled code, where the set-up found a C compiler; elsewhere the same is done without, at half the speed."""

import ctypes
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from shared.language.features import DAMPED, READ
from shared.language.normalise import Codes

if TYPE_CHECKING:
    from shared.language.heads import Model

LIBRARY = Path(__file__).with_name("_compiled.so")
"""Made by the set-up out of the C files beside it, on this machine and for it."""

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
def load_library(library: Path = LIBRARY) -> ctypes.PyDLL | None:
    """The compiled functions; None where there are none, or none for this machine. They hold the interpreter's lock: they take
    microseconds, and to let others in and wait for them would take longer.
    """
    try:
        functions = ctypes.PyDLL(str(library))
    except OSError:
        return None
    functions.margins_of.argtypes = (_Array, _Array, _Array, _Array, _Number, _Array)
    functions.plant_words.argtypes = (_Array, _Array, _Number, _Array, _Number, _Array)
    functions.longest_words.argtypes = (_Array, _Number, _Array, _Array, _Number, _Array)
    functions.plant_words.restype, functions.longest_words.restype = None, _Number
    return functions


class CompiledMargins:
    """A model's margins before its guide is asked."""

    def __init__(self, model: "Model", functions: ctypes.PyDLL) -> None:
        arrays = (model.index, model.rarity, model.choices, model.others, model.always, model.scales, DAMPED, READ)
        self._kept = [np.ascontiguousarray(array) for array in arrays]  # they must live as long as their addresses are in use
        sizes = len(model.choices), model.choices.shape[1], model.others.shape[1], len(DAMPED) - 1, len(READ)
        self._weights = _Weights(*[array.ctypes.data for array in self._kept], *sizes, model.card.title_weight)
        self._address, self._function, self._columns = ctypes.addressof(self._weights), functions.margins_of, len(model.scales)

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
        if texts and not self._function(self._address, codes, ends, titles, texts, _pointer(found)):
            raise MemoryError("there is no memory left to read a text")


class CompiledWords:
    """The words of a set, planted as a tree. Raises ValueError for an empty word."""

    def __init__(self, words: Sequence[str], functions: ctypes.PyDLL) -> None:
        if not all(words):
            raise ValueError("an empty word stands everywhere")
        letters, ends = _letters("".join(words)), np.cumsum([len(word) for word in words], dtype=np.uint32)
        self._mask = (1 << (2 * len(letters)).bit_length()) - 1
        self._edges = np.zeros((self._mask + 1, 3), np.uint32)
        self._word_at = np.zeros(len(letters) + 1, np.uint32)
        self._addresses = self._edges.ctypes.data, self._word_at.ctypes.data
        functions.plant_words(letters, ends.tobytes(), len(words), self._addresses[0], self._mask, self._addresses[1])
        self._longest = functions.longest_words

    def longest(self, text: str) -> list[list[int]]:
        """Begin, end and number of the longest word at each place where one begins."""
        if not text:
            return []
        found, (edges, word_at) = np.empty((len(text), 3), np.uint32), self._addresses
        count = self._longest(edges, self._mask, word_at, _letters(text), len(text), _pointer(found))
        standing: list[list[int]] = found[:count].tolist()
        return standing


def _letters(text: str) -> bytes:
    return text.encode("utf-32-le", "surrogatepass")


def _pointer(found: NDArray[np.generic]) -> object:
    """Where an array begins that is written to; a third of the time that numpy takes to say it."""
    return ctypes.byref(ctypes.c_char.from_buffer(found))  # type: ignore[arg-type]  # it is a buffer, which its types do not say
