"""The store in one SQLite file: a table for each collection, and one for the events that are not yet on the log."""
# ruff: noqa: S608 - the names in these statements are declared ones (see declared.check_names); every value is bound

import asyncio
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

from shared.adapters import sqlite_query, sqlite_tables
from shared.adapters.declared import check_change, check_names
from shared.adapters.sqlite_file import Layout, SqliteFile
from shared.adapters.sqlite_tables import MOVE, OUTBOX
from shared.ports import Change, Collection, Conflict, Cursor, Kept, Order, Scalar, Stored, Unsent, Where
from shared.ports.moving import refuse_half_moved

MARK, FORMAT = 0x48595331, 1  # "HYS1" in the file's header
ROWS_AT_ONCE = 200  # about half a millisecond of the event loop


def layout(collections: Sequence[Collection]) -> Layout:
    """What the file of a store with these collections holds."""
    return Layout("store", MARK, FORMAT, partial(sqlite_tables.prepare, collections=collections))


class SqliteStore:
    """See shared.ports.Store. Opening makes or upgrades the file; raises Unusable when it must not be used, ValueError for bad names."""

    def __init__(self, path: Path, collections: Sequence[Collection]) -> None:
        check_names(collections)
        self._tables = {collection.name: Table.of(collection) for collection in collections}
        self._file = SqliteFile(path, layout(collections))

    async def get(self, kind: str, keys: Sequence[str]) -> dict[str, Stored]:
        table, found = self._table(kind), {}
        for start in range(0, len(keys), ROWS_AT_ONCE):
            if start:
                await asyncio.sleep(0)
            rows = self._file.read(table.select, (json.dumps(keys[start : start + ROWS_AT_ONCE]),))
            found.update({row[0]: read_row(kind, row) for row in rows})
        return found

    async def find(self, kind: str, where: Where, *, order: Order, limit: int, after: Cursor | None = None) -> list[Stored]:
        query, bounded = sqlite_query.find(self._table(kind).collection, where, order, limit, after)
        rows = self._file.read(*query) if bounded and limit <= ROWS_AT_ONCE else await self._file.scan(*query)
        return [read_row(kind, row[:4]) for row in rows]

    async def count(self, kind: str, where: Where, *, by: str | None = None) -> dict[Scalar, int]:
        rows = await self._file.scan(*sqlite_query.count(self._table(kind).collection, where, by))
        return dict(rows)

    async def commit(self, changes: Sequence[Change]) -> list[Conflict]:
        rows = [self._table(change.kind).row(change) for change in changes]
        if len({(change.kind, change.key) for change in changes}) < len(changes):
            raise ValueError("two changes of one document in one commit")
        if not rows:
            return []
        return await self._file.write(lambda connection: [refused for row in rows if (refused := row.write(connection))], len(rows))

    async def unsent(self, limit: int) -> list[Unsent]:
        rows = self._file.read(f"SELECT number, case_key, record FROM {OUTBOX} ORDER BY number LIMIT ?", (limit,))
        return [Unsent(number, Kept(case, raw)) for number, case, raw in rows]

    async def sent(self, marks: Sequence[object]) -> None:
        if marks:
            await self._file.write(lambda connection: connection.execute(_FORGET, (json.dumps(list(marks)),)), len(marks))

    async def prepare(self) -> None:
        """Nothing is left to do: opening has made what was missing."""

    async def check(self) -> None:
        """Opening has refused what must not be used, but for a store that a move has filled by half."""
        for (move,) in self._file.read(f"SELECT move FROM {MOVE}"):
            refuse_half_moved(move, str(self._file.path))

    async def ping(self) -> None:
        await self._file.ping()

    async def close(self) -> None:
        await self._file.close()

    def _table(self, kind: str) -> "Table":
        if kind not in self._tables:
            raise ValueError(f"no collection {kind!r}")
        return self._tables[kind]


_FORGET = f"DELETE FROM {OUTBOX} WHERE number IN (SELECT value FROM json_each(?))"
_EMIT = f"INSERT INTO {OUTBOX} (case_key, record) VALUES (?, ?)"


def read_row(kind: str, row: tuple[str, int, str, str]) -> Stored:
    """A document from the columns that sqlite_query.COLUMNS names."""
    key, version, body, handled = row
    return Stored(kind, key, version, body, tuple(json.loads(handled)) if handled else ())


@dataclass(frozen=True)
class Table:
    """A collection and the statements that touch one document of it."""

    collection: Collection
    select: str
    insert: str
    update: str

    @classmethod
    def of(cls, collection: Collection) -> "Table":
        name, fields = f'"{collection.name}"', [f'"{field}"' for field in collection.fields]
        columns = ", ".join(["_version", "_body", "_handled", *fields, "_key"])
        settings = ", ".join(["_version = ?", "_body = ?", "_handled = ?", *(f"{field} = ?" for field in fields)])
        return cls(
            collection,
            select=f"SELECT {sqlite_query.COLUMNS} FROM {name} WHERE _key IN (SELECT value FROM json_each(?))",
            insert=f"INSERT INTO {name} ({columns}) VALUES ({', '.join('?' * (len(fields) + 4))})",
            update=f"UPDATE {name} SET {settings} WHERE _key = ? AND _version = ?",
        )

    def row(self, change: Change) -> "_Row":
        """Everything that can be made ready before the transaction. Raises ValueError for other fields and for numbers beyond 64 bits."""
        check_change(self.collection, change)
        handled = json.dumps(change.handled) if change.handled else ""
        values = (change.expected + 1, change.body, handled, *[change.fields[field] for field in self.collection.fields], change.key)
        return _Row(self, change, values, [(record.case, record.raw) for record in change.events])


class _Row(NamedTuple):
    """A change as its table takes it."""

    table: Table
    change: Change
    values: tuple[Scalar, ...]
    records: list[tuple[str, bytes]]

    def write(self, connection: sqlite3.Connection) -> Conflict | None:
        """The document and its events, or neither and the reason."""
        change = self.change
        try:
            if change.expected:
                written = connection.execute(self.table.update, (*self.values, change.expected)).rowcount
            else:
                written = connection.execute(self.table.insert, self.values).rowcount
        except sqlite3.IntegrityError as fault:
            if fault.sqlite_errorcode != sqlite3.SQLITE_CONSTRAINT_UNIQUE:
                raise
            return Conflict(change.kind, change.key, self._taken(connection, fault))
        if not written:
            return Conflict(change.kind, change.key)
        for record in self.records:
            connection.execute(_EMIT, record)
        return None

    def _taken(self, connection: sqlite3.Connection, fault: sqlite3.IntegrityError) -> tuple[str, ...]:
        """The unique fields that refused; none when an insert found its key, whatever else it found."""
        if not self.change.expected and connection.execute(self.table.select, (json.dumps([self.change.key]),)).fetchone():
            return ()
        # "UNIQUE constraint failed: kind.field, kind.field"
        return tuple(column.split(".")[1] for column in str(fault).partition(": ")[2].split(", "))
