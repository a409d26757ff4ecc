"""The event log in one SQLite file: records in the order of their commits, and how far each group has read."""

import asyncio
import fcntl
import os
import re
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from shared.adapters.sqlite_file import Layout, SqliteFile
from shared.ports import Delivery, Unavailable, Written

MARK, FORMAT = 0x48594C31, 1  # "HYL1" in the file's header
SHORTEST_POLL, LONGEST_POLL = 0.005, 0.025  # seconds; other processes' appends are looked for, our own wake at once
MOST_AT_ONCE = 500  # records of one fetch: about a millisecond of the event loop

_GROUP = re.compile(r"[a-z0-9][a-z0-9._-]*")
APPEND = "INSERT INTO records (case_key, raw) VALUES (?, ?)"
_COPY_PARKED = "INSERT INTO parked (reader_group, case_key, raw) VALUES (?, ?, ?)"
_FETCH = "SELECT position, case_key, raw FROM records WHERE position > ? ORDER BY position LIMIT ?"
_ACKED = "SELECT coalesce((SELECT position FROM positions WHERE reader_group = ?), 0)"
_ACK = (
    "INSERT INTO positions (reader_group, position) VALUES (?, ?) "
    "ON CONFLICT (reader_group) DO UPDATE SET position = max(position, excluded.position)"
)


def _prepare(connection: sqlite3.Connection) -> None:
    # AUTOINCREMENT: a position must never come back, or a group would pass over the record that has it
    connection.execute(
        "CREATE TABLE IF NOT EXISTS records (position INTEGER PRIMARY KEY AUTOINCREMENT, case_key TEXT NOT NULL, raw BLOB NOT NULL)"
    )
    connection.execute(
        "CREATE TABLE IF NOT EXISTS parked "
        "(position INTEGER PRIMARY KEY, reader_group TEXT NOT NULL, case_key TEXT NOT NULL, raw BLOB NOT NULL)"
    )
    connection.execute("CREATE TABLE IF NOT EXISTS positions (reader_group TEXT UNIQUE NOT NULL, position INTEGER NOT NULL)")


def lock_of(path: Path, group: str) -> Path:
    """The file that the member of this group holds who gets the records."""
    return Path(f"{path}.{group}.lock")


LAYOUT = Layout("event log", MARK, FORMAT, _prepare)


class SqliteLog:
    """See shared.ports.EventLog. Opening makes the file; raises Unusable when it must not be used."""

    def __init__(self, path: Path) -> None:
        self._file = SqliteFile(path, LAYOUT)
        self._readers: set[SqliteReader] = set()

    async def append(self, records: Sequence[Written]) -> None:
        rows = [(record.case, record.raw) for record in records]
        if not rows:
            return
        await self._file.write(lambda connection: connection.executemany(APPEND, rows), len(rows))
        for reader in self._readers:
            reader.news.set()

    def reader(self, group: str, *, exclusive: bool = True) -> "SqliteReader":
        """A new member. One member at a time gets the records, the others stand by; `exclusive=False` lets members overlap, for tests."""
        if not _GROUP.fullmatch(group):
            raise ValueError(f"{group!r}: a group's name is small letters, digits, dots and hyphens")
        lock = lock_of(self._file.path, group) if exclusive else None
        reader = SqliteReader(self._file, group, lock, self._readers)
        self._readers.add(reader)
        return reader

    async def copy_parked(self, group: str, records: Sequence[Written]) -> None:
        rows = [(group, record.case, record.raw) for record in records]
        await self._file.write(lambda connection: connection.executemany(_COPY_PARKED, rows), len(rows))

    async def check(self) -> None:
        """Nothing is left to look at: opening has made or refused the file."""

    async def ping(self) -> None:
        await self._file.ping()

    async def close(self) -> None:
        for reader in list(self._readers):
            await reader.close()
        await self._file.close()


class SqliteReader:
    """A member of a group. The group's lock file says who gets the records; the operating system frees it when its holder dies."""

    def __init__(self, file: SqliteFile, group: str, lock: Path | None, members: set["SqliteReader"]) -> None:
        self.news = asyncio.Event()
        self._file, self._group, self._lock, self._members = file, group, lock, members
        self._held: int | None = None
        self._position: int | None = None  # the last one fetched; None: to be read from the last ack

    async def fetch(self, limit: int, wait: float) -> list[Delivery]:
        loop = asyncio.get_running_loop()
        deadline, pause = loop.time() + wait, SHORTEST_POLL
        while True:
            self.news.clear()
            if deliveries := self._next(min(limit, MOST_AT_ONCE)):
                return deliveries
            if (left := deadline - loop.time()) <= 0:
                return []
            await self._pause(min(pause, left))
            pause = min(pause * 1.5, LONGEST_POLL)

    async def ack(self, upto: Delivery) -> None:
        await self._file.write(lambda connection: connection.execute(_ACK, (self._group, upto.position)))

    async def rewind(self) -> None:
        self._position = None

    async def lag(self) -> int:
        [(last,)] = self._file.read("SELECT coalesce(max(position), 0) FROM records")
        return max(0, int(last) - self._acked())

    async def close(self) -> None:
        self._members.discard(self)
        if self._held is not None:
            os.close(self._held)
            self._held = None

    def _next(self, limit: int) -> list[Delivery]:
        if self._lock is not None and self._held is None and not self._take(self._lock):
            return []
        if self._position is None:
            self._position = self._acked()
        rows = self._file.read(_FETCH, (self._position, limit))
        if rows:
            self._position = rows[-1][0]
        return [Delivery(*row) for row in rows]

    def _acked(self) -> int:
        [(position,)] = self._file.read(_ACKED, (self._group,))
        return int(position)

    def _take(self, lock: Path) -> bool:
        self._held = take_lock(lock, os.O_RDWR | os.O_CREAT)
        return self._held is not None

    async def _pause(self, seconds: float) -> None:
        """Until something is appended here, at most so long."""
        try:
            async with asyncio.timeout(seconds):
                await self.news.wait()
        except TimeoutError:
            return


def take_lock(lock: Path, flags: int) -> int | None:
    """The open descriptor that holds the lock file until it is closed; None when somebody else holds it. Raises Unavailable."""
    try:
        descriptor = os.open(lock, flags | os.O_CLOEXEC, 0o644)
    except OSError as fault:
        raise Unavailable(f"{lock}: {fault.strerror}") from fault
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor
