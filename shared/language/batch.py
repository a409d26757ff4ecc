"""Many texts at once: folded, cut and looked up together, so that the cost of each step is shared."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shared.language.characters import characters
from shared.language.engine import Engine
from shared.language.features import DAMPED, is_read
from shared.language.heads import Model, Steps
from shared.language.ngrams import BITS, SLOTS, Slots, slots_in_order
from shared.language.normalise import Codes, bound, written_codes

Table = NDArray[np.float32]
Owners = NDArray[np.uint32]

TOGETHER = 1 << (32 - BITS)
"""Of so many texts the number has room beside a slot in 32 bits."""

FETCHED = 8
"""Texts whose weights are fetched at once: few enough that they stay near the processor until they are added up."""


class Counted(NamedTuple):
    """The different inputs of some texts one after the other, how often each occurs, damped, and where each text begins and ends."""

    inputs: Slots
    times: Table
    ends: list[int]


def read_many(texts: Sequence[str], engine: Engine, names: Sequence[str]) -> dict[str, Table]:
    """The margins of some heads for texts without titles: by name, texts × classes. The same as one by one, but for rounding."""
    heads = {name: engine.heads[name] for name in names}
    pieces = [_count(texts[start : start + TOGETHER]) for start in range(0, max(len(texts), 1), TOGETHER)]
    tables: dict[int, Table] = {}
    return {name: _table(head.model, pieces, tables)[:, head.first : head.last] for name, head in heads.items()}


def _table(model: Model, pieces: Sequence[Counted], tables: dict[int, Table]) -> Table:
    """The margins of a model, texts × columns, made once however many heads and guided models ask."""
    if id(model) not in tables:
        tables[id(model)] = np.concatenate([_margins(model, piece) for piece in pieces])
        if model.guide:
            tables[id(model)] += model.guide.pull(_table(model.guide.head.model, pieces, tables))
    return tables[id(model)]


def _count(texts: Sequence[str]) -> Counted:
    keys = _keys(*_codes(texts))
    for start, end in pairwise(_ends(keys, len(texts))):
        keys[start:end].sort()  # text by text, as a short row is sorted in a tenth of the time
    first = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1]))) if len(keys) else np.zeros(0, np.intp)
    kept = keys[first]
    times = DAMPED.take(np.diff(first, append=len(keys)), mode="clip")
    return Counted(kept & np.uint32(SLOTS - 1), times, _ends(kept, len(texts)))


def _ends(keys: Slots, texts: int) -> list[int]:
    """Where each text begins among keys that stand in the order of the texts, and where the last one ends."""
    begins: list[int] = np.searchsorted(keys >> np.uint32(BITS), np.arange(texts, dtype=np.uint32)).tolist()
    return [*begins, len(keys)]


def _codes(texts: Sequence[str]) -> tuple[Codes, Owners]:
    """The characters that are read of all texts, and the number of the text to which each belongs."""
    reads = [bound(text) for text in texts]
    owners = np.repeat(np.arange(len(reads), dtype=np.uint32), [len(read) for read in reads])
    codes = characters()[written_codes("".join(reads))]
    kept = is_read(codes)
    return codes[kept], owners[kept]


def _keys(codes: Codes, owners: Owners) -> Slots:
    """Each n-gram as its text's number and its slot, text after text; a pair is one only within a text."""
    slots, numbers = slots_in_order(codes), owners << np.uint32(BITS)
    keys, within = np.empty(2 * len(codes), dtype=np.uint32), np.ones(2 * len(codes), dtype=np.bool_)
    keys[::2] = numbers | slots[: len(codes)]
    keys[1:-1:2] = numbers[1:] | slots[len(codes) :]
    within[1:-1:2] = owners[1:] == owners[:-1]
    within[-1:] = False
    return keys[within]


def _margins(model: Model, counted: Counted) -> Table:
    rows = model.index.take(counted.inputs)
    values = counted.times * model.rarity.take(rows)
    squares = np.zeros(len(values) + 1)
    np.cumsum(values * values, out=squares[1:])
    lengths = np.sqrt(np.diff(squares[counted.ends]))
    lengths[lengths == 0] = 1
    strong = (rows < len(model.choices)).nonzero()[0]
    found, chosen = np.empty((len(lengths), len(model.scales)), dtype=np.float32), model.choices.shape[1]
    _add_up(found[:, :chosen], model.choices, rows[strong], values[strong], np.searchsorted(strong, counted.ends).tolist())
    _add_up(found[:, chosen:], model.others, rows, values, counted.ends)
    found /= lengths[:, None].astype(np.float32)
    found += model.always
    found *= model.scales
    return found


def _add_up(found: Table, steps: Steps, rows: Slots, values: Table, ends: Sequence[int]) -> None:
    """Puts the weighed steps of each text's rows into its row of `found`."""
    if not steps.shape[1]:
        return
    for first in range(0, len(found), FETCHED):
        some = ends[first : first + FETCHED + 1]
        weights = steps.take(rows[some[0] : some[-1]], 0).astype(np.float32)
        for own, (start, end) in zip(found[first : first + FETCHED], pairwise(some), strict=True):
            np.dot(values[start:end], weights[start - some[0] : end - some[0]], out=own)
