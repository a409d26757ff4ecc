"""Many texts at once: folded, cut and looked up together, so that the cost of each step is shared."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from shared.language.characters import characters
from shared.language.engine import Engine
from shared.language.features import DAMPED, words_of
from shared.language.heads import Model
from shared.language.ngrams import slots_in_order
from shared.language.normalise import fold

Table = NDArray[np.float32]


def read_many(texts: Sequence[str], engine: Engine, names: Sequence[str]) -> dict[str, Table]:
    """The margins of some heads for texts without titles: by name, texts × classes. The same as one by one, but for rounding."""
    codes = [fold(text, characters()).codes for text in texts]
    inputs, times, ends = _count([slots_in_order(words_of(one)) for one in codes])
    margins: dict[int, Table] = {}
    found: dict[str, Table] = {}
    for name in names:
        head = engine.heads[name]
        if id(head.model) not in margins:
            margins[id(head.model)] = _margins(head.model, inputs, times, ends)
        found[name] = margins[id(head.model)][:, head.first : head.last]
    return found


def _count(slots: Sequence[NDArray[np.uint32]]) -> tuple[NDArray[np.uint32], Table, list[int]]:
    """The different inputs of each text one after the other, how often each occurs, damped, and where each text ends."""
    lengths = [len(one) for one in slots]
    text = np.repeat(np.arange(len(slots), dtype=np.uint64), lengths)
    ordered = np.sort((text << np.uint64(32)) | np.concatenate([*slots, np.zeros(0, np.uint32)]))
    first = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1]))) if len(ordered) else np.zeros(0, np.intp)
    times = np.diff(first, append=len(ordered))
    kept = ordered[first]
    ends = np.searchsorted(kept >> np.uint64(32), np.arange(len(slots) + 1, dtype=np.uint64)).tolist()
    return kept.astype(np.uint32), DAMPED[np.minimum(times, len(DAMPED) - 1)], ends


def _margins(model: Model, inputs: NDArray[np.uint32], times: Table, ends: Sequence[int]) -> Table:
    rows = model.index[inputs]
    values = times * model.rarity[rows]
    found = np.empty((len(ends) - 1, model.weights.shape[1]), dtype=np.float32)
    for number, (start, end) in enumerate(pairwise(ends)):
        own = values[start:end]
        length = float(own @ own)
        found[number] = own @ model.weights.take(rows[start:end], 0)
        found[number] /= np.float32(length**0.5 or 1.0)
    found += model.weights[0]
    return found
