"""Kinds of document: the model, the fields that can be asked for, and how documents of older versions are read today."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from shared.ports import Collection, Cursor, Index, Order, Scalar, Store, Stored, Where, stamp

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Kind(Generic[M]):
    """A kind of document of one service. `fields` are attributes or properties of the model; `upgrades` turn an older
    document's plain dict (by its `v`) into the next version's.
    """

    name: str
    model: type[M]
    fields: tuple[str, ...] = ()
    indexes: tuple[Index, ...] = ()
    upgrades: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = field(default_factory=dict)

    @property
    def collection(self) -> Collection:
        return Collection(self.name, self.fields, self.indexes)

    def body(self, document: M) -> str:
        """The document as JSON text."""
        return document.model_dump_json()

    def values(self, document: M) -> dict[str, Scalar]:
        """The values of the declared fields, moments as sortable text."""
        return {name: _scalar(getattr(document, name)) for name in self.fields}

    def parse(self, stored: Stored) -> M:
        """The document, whatever version wrote it. Raises pydantic's ValidationError when it cannot be read."""
        if not self.upgrades:
            return self.model.model_validate_json(stored.body)
        plain = json.loads(stored.body)
        while (old := plain.get("v", 1)) in self.upgrades:
            plain = {**self.upgrades[old](plain), "v": old + 1}
        return self.model.model_validate(plain)

    async def read(self, store: Store, key: str) -> M | None:
        """The document with this key, or None."""
        stored = (await store.get(self.name, [key])).get(key)
        return self.parse(stored) if stored else None

    async def find(self, store: Store, where: Where, *, order: Order, limit: int, after: Cursor | None = None) -> list[M]:
        """The documents as `Store.find` gives them."""
        return [self.parse(stored) for stored in await store.find(self.name, where, order=order, limit=limit, after=after)]


SCALARS = (str, int, float, bool, type(None))  # a tuple: a union written with | would be made anew for each value


def _scalar(value: object) -> Scalar:
    if isinstance(value, SCALARS):
        return value
    if isinstance(value, datetime):
        return stamp(value)
    raise TypeError(f"{value!r} cannot be a field of a document")
