"""A store's SQLite file as something to move from, and to move to."""
# ruff: noqa: S608 - the names in these statements are those of tables there are, or declared ones; every value is bound

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from shared.adapters.sqlite_file import SqliteFile
from shared.adapters.sqlite_query import COLUMNS
from shared.adapters.sqlite_reading import SqliteReading
from shared.adapters.sqlite_store import Table, layout, read_row
from shared.adapters.sqlite_tables import MOVE, OUTBOX
from shared.ports import Change, Collection, Kept, Stored, Unsent, Unusable
from shared.ports.moving import Whole


class SqliteStoreSource:
    """See shared.ports.moving.StoreSource."""

    def __init__(self, path: Path) -> None:
        self._reading = SqliteReading(path, layout(()))

    async def kinds(self) -> set[str]:
        tables = {name for name in self._reading.tables() if not name.startswith(("_", "sqlite_"))}
        return {name for name in tables if self._reading.rows(f'SELECT 1 FROM "{name}" LIMIT 1')}

    async def count(self, kind: str) -> int:
        if not self._has(kind):
            return 0
        [(count,)] = self._reading.rows(f'SELECT count(*) FROM "{kind}"')
        return int(count)

    async def page(self, kind: str, after: str | None, limit: int) -> list[Stored]:
        if not self._has(kind):
            return []
        condition, values = ("", ()) if after is None else ("WHERE _key > ?", (after,))
        rows = self._reading.rows(f'SELECT {COLUMNS} FROM "{kind}" {condition} ORDER BY _key LIMIT ?', (*values, limit))
        return [read_row(kind, row) for row in rows]

    async def get(self, kind: str, keys: Sequence[str]) -> dict[str, Stored]:
        if not self._has(kind):
            return {}
        text = f'SELECT {COLUMNS} FROM "{kind}" WHERE _key IN (SELECT value FROM json_each(?))'
        return {row[0]: read_row(kind, row) for row in self._reading.rows(text, (json.dumps(list(keys)),))}

    async def unsent_after(self, mark: object, limit: int) -> list[Unsent]:
        text = f"SELECT number, case_key, record FROM {OUTBOX} WHERE number > ? ORDER BY number LIMIT ?"
        rows = self._reading.rows(text, (mark or 0, limit))
        return [Unsent(number, Kept(case, raw)) for number, case, raw in rows]

    async def move(self) -> str | None:
        if MOVE not in self._reading.tables():
            return None  # written before there was moving
        rows = self._reading.rows(f"SELECT move FROM {MOVE}")
        return rows[0][0] if rows else None

    async def close(self) -> None:
        self._reading.close()

    def _has(self, kind: str) -> bool:
        return kind in self._reading.tables()


class SqliteStoreTarget(SqliteStoreSource):
    """See shared.ports.moving.StoreTarget. Opening makes the file."""

    def __init__(self, path: Path, collections: Sequence[Collection]) -> None:
        self._file = SqliteFile(path, layout(collections))
        self._tables = {collection.name: Table.of(collection) for collection in collections}
        super().__init__(path)

    async def put(self, documents: Sequence[Whole]) -> None:
        keys = [(one.stored.kind, one.stored.key) for one in documents]
        rows = [self._tables[one.stored.kind].row(_change(one)) for one in documents]

        def write(connection: sqlite3.Connection) -> None:
            for kind, key in keys:
                connection.execute(f'DELETE FROM "{kind}" WHERE _key = ?', (key,))
            for row in rows:
                try:
                    connection.execute(row.table.insert, row.values)
                except sqlite3.IntegrityError as fault:
                    raise Unusable(f"{row.change.kind} {row.change.key}: {fault}; put the documents right where they come from") from fault

        await self._file.write(write, len(rows))

    async def keep_move(self, text: str) -> None:
        def write(connection: sqlite3.Connection) -> None:
            connection.execute(f"DELETE FROM {MOVE}")
            connection.execute(f"INSERT INTO {MOVE} (move) VALUES (?)", (text,))

        await self._file.write(write)

    async def close(self) -> None:
        await super().close()
        await self._file.close()


def _change(document: Whole) -> Change:
    """The write that the document was left by."""
    stored = document.stored
    return Change(stored.kind, stored.key, stored.version - 1, stored.body, document.fields, handled=stored.handled)
