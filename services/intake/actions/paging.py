"""Pages of long lists, each behind the last row of the one before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel

from services.intake.door import Door
from shared.documents import Kind
from shared.ports import Cursor, Order, Where

ROWS = 30

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Page(Generic[M]):
    """Some rows of a list; `next` is what the page behind it is asked for with, empty on the last one."""

    rows: Sequence[M]
    next: str


async def list_page(door: Door, kind: Kind[M], where: Where, order: Order, after: str) -> Page[M]:
    """The page behind `after`; the first one where that is empty or none of ours. Raises Unavailable."""
    found = await door.store.find(kind.name, where, order=order, limit=ROWS + 1, after=_read_cursor(after))
    rows = [kind.parse(stored) for stored in found[:ROWS]]
    more = len(found) > ROWS
    return Page(rows, f"{kind.values(rows[-1])[order.field]}~{found[ROWS - 1].key}" if more else "")


def _read_cursor(text: str) -> Cursor | None:
    value, _, key = text.partition("~")
    return Cursor(value, key) if value and key and text.isascii() and text.isprintable() else None
