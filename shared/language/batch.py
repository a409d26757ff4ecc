"""Many texts at once: folded together, and read in one call where compiled code does it, so that the cost of each step is shared."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from shared.language.characters import characters
from shared.language.engine import Engine
from shared.language.features import Features
from shared.language.heads import Model
from shared.language.normalise import Codes, bound, written_codes

Table = NDArray[np.float32]
Ends = NDArray[np.uint32]


def read_many(texts: Sequence[str], engine: Engine, names: Sequence[str]) -> dict[str, Table]:
    """The margins of some heads for texts without titles: by name, texts × classes. The same as one by one, but for rounding."""
    reads = [bound(text) for text in texts]
    codes = characters().take(written_codes("".join(reads)))
    ends = np.cumsum([len(read) for read in reads], dtype=np.uint32)
    heads, tables = {name: engine.heads[name] for name in names}, dict[int, Table]()
    return {name: _table(head.model, codes, ends, tables)[:, head.columns] for name, head in heads.items()}


def _table(model: Model, codes: Codes, ends: Ends, tables: dict[int, Table]) -> Table:
    """The margins of a model, texts × columns, made once however many heads and guided models ask."""
    if id(model) not in tables:
        tables[id(model)] = _sums(model, codes, ends)
        if model.guide:
            tables[id(model)] += model.guide.pull(_table(model.guide.head.model, codes, ends, tables))
    return tables[id(model)]


def _sums(model: Model, codes: Codes, ends: Ends) -> Table:
    if model.compiled:
        return model.compiled.many(codes, ends)
    each = [model.sums(Features(own, 0)) for own in np.split(codes, ends[:-1])] if len(ends) else []
    return np.array(each, np.float32).reshape(len(each), len(model.scales))
