"""What the contract suites store and log: one kind of document, and events of invented complaints."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import NAMESPACE_OID, uuid5

from shared.events import Actor, Record
from shared.events.intake import ComplaintUrged
from shared.ports import Between, Change, Collection, Cursor, Equal, Index, OneOf, Order, Scalar, Where

MATTER = Collection(
    "matter",
    ("state", "office", "due_at", "rank", "urgent", "ticket"),
    (
        Index(("office", "state", "due_at")),
        Index(("due_at",)),
        Index(("rank",)),
        Index(("office", "ticket"), unique=True),
    ),
)
NOTE = Collection("note")
COLLECTIONS = (MATTER, NOTE)


def record(case: str, number: int, words: str = "") -> Record:
    """The event `number` of a case: always the same for the same arguments."""
    return Record(
        id=str(uuid5(NAMESPACE_OID, f"{case}/{number}")),
        case=case,
        at=datetime(2026, 3, 2, 1, 0, number % 60, tzinfo=UTC),
        by=Actor(kind="complainant"),
        event=ComplaintUrged(words=words or f"第{number}次催办"),
    )


def matter(
    key: str,
    expected: int = 0,
    body: object = None,
    events: Sequence[Record] = (),
    handled: Sequence[str] = (),
    **fields: Scalar,
) -> Change:
    """A change of a matter; fields that are not given are None."""
    return Change("matter", key, expected, json.dumps(body), matter_fields(fields), tuple(events), tuple(handled))


def matter_fields(given: Mapping[str, Scalar]) -> dict[str, Scalar]:
    return dict.fromkeys(MATTER.fields) | dict(given)


def matches(fields: Mapping[str, Scalar], where: Where) -> bool:
    """What a store must find, said a second time in plain Python."""
    return all(_passes(fields[name], test) for name, test in where.items())


def _passes(value: Scalar, test: Equal | OneOf | Between) -> bool:
    match test:
        case Equal(wanted):
            return value == wanted
        case OneOf(values):
            return value in values
        case Between(low, high):
            return value is not None and (low is None or value >= low) and (high is None or value < high)  # type: ignore[operator]


def page(
    stored: Mapping[str, Mapping[str, Scalar]], where: Where, order: Order, limit: int = 1000, after: Cursor | None = None
) -> list[str]:
    """The keys that a page must show, of documents given as key and fields."""
    rows = [(fields[order.field], key) for key, fields in stored.items() if matches(fields, where) and fields[order.field] is not None]
    rows.sort(reverse=order.descending)
    if after is not None:
        last = (after.value, after.key)
        rows = [row for row in rows if (row < last if order.descending else row > last)]
    return [key for _, key in rows[:limit]]
