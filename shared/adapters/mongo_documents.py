"""How a document, its fields and its unsent events are written down for a server of MongoDB's protocol."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import bson

from shared.adapters.declared import check_change, check_number
from shared.ports import Change, Collection, Index, Scalar, Stored

WHOLE = {"_version": 1, "_body": 1, "_handled": 1}
"""What is read of a stored document."""

OURS = "huiying:"
"""Begins the name of every index of ours; others are left alone."""

MOST_BYTES = 16_000_000  # the server's own bound is 16 MiB for a document with all that hangs on it
_EVENTS = 24  # bits for the place of an event among those of its version


@dataclass(frozen=True, eq=False)
class Row:
    """A change made ready: what is inserted, or the update."""

    change: Change
    written: dict[str, Any]


def row(collection: Collection, change: Change, shape: str) -> Row:
    """Raises ValueError for fields other than the declared ones, for values that cannot be kept, and for a document that is too large."""
    check_change(collection, change)
    version = change.expected + 1
    values: dict[str, Any] = {"_version": version, "_body": change.body, "_handled": list(change.handled), "_shape": shape}
    values |= {name: scalar(change.fields[name]) for name in collection.fields}
    taken = unique_values(collection, change.fields)
    values |= {name: text for name, text in taken.items() if text is not None}
    events = [{"number": version << _EVENTS | place, "case": record.case, "raw": record.raw} for place, record in enumerate(change.events)]
    now = time.time_ns() // 1_000_000
    if change.expected:
        written = _update(values, [name for name, text in taken.items() if text is None], events, now)
    else:
        written = {"_id": change.key, **values, **({"_outbox": events, "_unsent": now} if events else {})}
    # what cannot be written, such as half a character, must not first be found among its neighbours in the bulk
    size = len(bson.encode({"_id": change.key, "written": written}))
    if size > MOST_BYTES:
        raise ValueError(f"{change.kind} {change.key} is too large for this store: {size} bytes, at most {MOST_BYTES}")
    return Row(change, written)


def _update(values: dict[str, Any], freed: list[str], events: list[dict[str, Any]], now: int) -> dict[str, Any]:
    update: dict[str, Any] = {"$set": values}
    if freed:
        update["$unset"] = dict.fromkeys(freed, "")
    if events:
        update |= {"$push": {"_outbox": {"$each": events}}, "$min": {"_unsent": now}}
    return update


def stored(kind: str, document: Mapping[str, Any]) -> Stored:
    return Stored(kind, document["_id"], document["_version"], document["_body"], tuple(document["_handled"]))


def is_text(key: str) -> bool:
    """Whether a document can have this key: half a character cannot be written."""
    try:
        key.encode()
    except UnicodeEncodeError:
        return False
    return True


def scalar(value: Scalar) -> Scalar:
    """A value as the server compares it: yes and no are 1 and 0, as in SQLite. Raises ValueError for a number beyond 64 bits."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return int(value)
    return None if value != value else check_number(value)  # what is no number is no value


def index_name(index: Index) -> str:
    return f"{OURS}{'unique ' if index.unique else ''}{'.'.join(index.fields)}"


def unique_field(index: Index) -> str:
    """The field that carries the values of a unique index. Sparse and alone, it needs no partial index to pass over None."""
    return "_unique_" + "_".join(index.fields)


def unique_values(collection: Collection, given: Mapping[str, Any]) -> dict[str, str | None]:
    """The text of each unique index's values; None where one of them is None."""
    return {unique_field(index): unique_text([given.get(name) for name in index.fields]) for index in collection.indexes if index.unique}


def unique_text(values: Sequence[Scalar]) -> str | None:
    """The same for values that are equal: 1 and 1.0 are one. None where one of them is None."""
    kept = [scalar(value) for value in values]
    if None in kept:
        return None
    return json.dumps([int(value) if isinstance(value, float) and value.is_integer() else value for value in kept], ensure_ascii=False)
