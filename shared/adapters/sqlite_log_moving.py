"""The event log's SQLite file as something to move from, and to move to. It has one part."""

import os
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

from shared.adapters.sqlite_file import SqliteFile
from shared.adapters.sqlite_log import APPEND, LAYOUT, lock_of, take_lock
from shared.adapters.sqlite_reading import SqliteReading
from shared.ports import Kept, Written
from shared.ports.moving import Entry

ONLY = 0
"""The number of the one part."""
_PAGE = "SELECT position, case_key, raw FROM records WHERE position > ? ORDER BY position LIMIT ?"
_NTH = "SELECT position FROM records ORDER BY position LIMIT 1 OFFSET ?"


class SqliteLogSource:
    """See shared.ports.moving.LogSource. A group's lock that is free is held until `close`, so that nobody begins to read meanwhile."""

    def __init__(self, path: Path) -> None:
        self._reading = SqliteReading(path, LAYOUT)
        self._held: list[int] = []

    async def parts(self) -> dict[int, int]:
        [(count,)] = self._reading.rows("SELECT count(*) FROM records")
        return {ONLY: int(count)}

    async def read(self, part: int, after: int | None, limit: int) -> list[Entry]:
        rows = self._reading.rows(_PAGE, (-1 if after is None else after, limit))
        return [Entry(position, Kept(case, raw)) for position, case, raw in rows]

    async def acknowledged(self, group: str) -> dict[int, int]:
        rows = self._reading.rows("SELECT position FROM positions WHERE reader_group = ?", (group,))
        return {ONLY: rows[0][0]} if rows else {}

    async def read_by(self, groups: Sequence[str]) -> list[str]:
        return [group for group in groups if not self._hold(lock_of(self._reading.path, group))]

    async def close(self) -> None:
        for descriptor in self._held:
            os.close(descriptor)
        self._reading.close()

    def _hold(self, lock: Path) -> bool:
        """Whether nobody has it. A lock that was never taken is not made: that would be writing."""
        if not lock.exists():
            return True
        descriptor = take_lock(lock, os.O_RDONLY)
        if descriptor is None:
            return False
        self._held.append(descriptor)
        return True


class SqliteLogTarget(SqliteLogSource):
    """See shared.ports.moving.LogTarget. Opening makes the file."""

    def __init__(self, path: Path) -> None:
        self._file = SqliteFile(path, LAYOUT)
        super().__init__(path)

    def part_of(self, case: str) -> int:
        return ONLY

    async def append(self, records: Sequence[Written]) -> None:
        rows = [(record.case, record.raw) for record in records]
        await self._file.write(lambda connection: connection.executemany(APPEND, rows), len(rows))

    async def acknowledge(self, group: str, counts: Mapping[int, int]) -> None:
        count = counts.get(ONLY, 0)
        position = self._reading.rows(_NTH, (count - 1,))[0][0] if count else 0

        def write(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM positions WHERE reader_group = ?", (group,))
            connection.execute("INSERT INTO positions (reader_group, position) VALUES (?, ?)", (group, position))

        await self._file.write(write)

    async def close(self) -> None:
        await super().close()
        await self._file.close()
