"""One SQLite file: how it is opened, how writes are gathered into groups and made durable, and how it is read.

Why statements run on the event loop and only COMMIT and scans in threads: docs/decisions/group-commit.md.
"""

import asyncio
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar

from shared.adapters.threads import in_thread
from shared.ports import Unavailable, Unusable

LOCK_WAIT = 5.0  # seconds that a group waits for another process that is writing
LOCK_POLL = 0.001  # seconds between two tries meanwhile
GROUP_SIZE = 500  # rows in one transaction, about 10 ms of work
MOST_WAITING = 10_000  # writes in the queue before the next ones are refused
SCANNERS = 2

_UNAVAILABLE = {
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_PERM, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_READONLY,
}  # fmt: skip
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}

T = TypeVar("T")


@dataclass(frozen=True)
class Layout:
    """What a file holds: its mark in the header, the number of its format, and how its tables are made or brought up to date."""

    name: str
    mark: int
    format: int
    prepare: Callable[[sqlite3.Connection], None]


@dataclass(eq=False)
class _Write:
    work: Callable[[sqlite3.Connection], Any]
    size: int
    done: asyncio.Future[Any]  # done already when its caller was cancelled

    def finish(self, result: object) -> None:
        if not self.done.done():
            self.done.set_result(result)

    def fail(self, fault: Exception) -> None:
        if not self.done.done():
            self.done.set_exception(fault)


class SqliteFile:
    """A file in WAL mode, used from one event loop; several processes may have it open. Raises Unavailable and Unusable."""

    def __init__(self, path: Path, layout: Layout) -> None:
        self.path = path
        self._waiting: deque[_Write] = deque()
        self._writing: asyncio.Task[None] | None = None
        with translated(path):
            self._writer = _open_writer(path, layout)
            self._reader = _open_reader(path)
            scanners = [_open_reader(path) for _ in range(SCANNERS)]
        self._connections = [self._reader, *scanners, self._writer]
        self._idle: SimpleQueue[sqlite3.Connection] = SimpleQueue()
        for connection in scanners:
            self._idle.put(connection)
        self._committer = ThreadPoolExecutor(1, f"commit {path.name}")
        self._scanners = ThreadPoolExecutor(SCANNERS, f"scan {path.name}")

    def read(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        """Rows at once, on the caller's thread: only for what an index bounds to some hundreds of rows."""
        with translated(self.path):
            return self._reader.execute(statement, values).fetchall()

    async def scan(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        """Rows by a thread of its own: for what may take long."""
        return await in_thread(self._scanners, self._scan, statement, values)

    def _scan(self, statement: str, values: Sequence[object]) -> list[Any]:
        reader = self._idle.get()
        try:
            with translated(self.path):
                return reader.execute(statement, values).fetchall()
        finally:
            self._idle.put(reader)

    async def write(self, work: Callable[[sqlite3.Connection], T], size: int = 1) -> T:
        """Runs `work` in the next group's transaction; its result once that is durable. `size` is about how many rows it writes.

        When `work` or a neighbour raises, the group is undone and each of it tried again alone, so `work` may run twice.
        """
        if len(self._waiting) >= MOST_WAITING:
            raise Unavailable(f"{self.path}: {MOST_WAITING} writes are waiting already")
        loop = asyncio.get_running_loop()
        write = _Write(work, size, loop.create_future())
        self._waiting.append(write)
        if self._writing is None or self._writing.done():
            self._writing = loop.create_task(self._write_waiting())
        result: T = await write.done
        return result

    async def ping(self) -> None:
        """Writes one page for real: reading alone does not notice a full disk."""
        await self.write(_write_header_again)

    async def close(self) -> None:
        """Finishes what is being written, then lets go of the file."""
        if self._writing is not None:
            await asyncio.wait({self._writing})
        await in_thread(None, self._close)

    def _close(self) -> None:
        self._committer.shutdown()
        self._scanners.shutdown()
        for connection in self._connections:
            connection.close()

    async def _write_waiting(self) -> None:
        while self._waiting:
            await self._write_group(self._next_group())
            await asyncio.sleep(0)  # lets those just served put in their next writes, so that they are not a turn late

    def _next_group(self) -> list[_Write]:
        group, size = [], 0
        while self._waiting and size < GROUP_SIZE:
            write = self._waiting.popleft()
            if not write.done.done():
                group.append(write)
                size += write.size
        return group

    async def _write_group(self, group: list[_Write]) -> None:
        try:
            results = await self._commit(group)
        except (Unavailable, Unusable) as fault:
            for write in group:
                write.fail(type(fault)(*fault.args))
        except Exception as fault:
            if len(group) == 1:
                group[0].fail(fault)
            else:  # a bug in one of them: the others must not pay for it
                for write in group:
                    await self._write_group([write])
        else:
            for write, result in zip(group, results, strict=True):
                write.finish(result)

    async def _commit(self, group: list[_Write]) -> list[Any]:
        with translated(self.path):
            await self._begin()
            try:
                results = [write.work(self._writer) for write in group]
                await in_thread(self._committer, self._writer.execute, "COMMIT")
            except Exception:
                if self._writer.in_transaction:  # SQLite has undone it by itself after some faults
                    self._writer.execute("ROLLBACK")
                raise
        return results

    async def _begin(self) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + LOCK_WAIT
        while True:
            try:
                self._writer.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as fault:
                if _code(fault) != sqlite3.SQLITE_BUSY or loop.time() > deadline:
                    raise
            await asyncio.sleep(LOCK_POLL)


def _write_header_again(connection: sqlite3.Connection) -> None:
    [(number,)] = connection.execute("PRAGMA user_version")
    connection.execute(f"PRAGMA user_version = {number}")


def _open_writer(path: Path, layout: Layout) -> sqlite3.Connection:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise Unusable(f"{path.parent}: no folder can be made there ({fault.strerror}); name another one") from fault
    connection = sqlite3.connect(path, timeout=LOCK_WAIT, isolation_level=None, check_same_thread=False, cached_statements=256)
    try:
        _prepare(connection, path, layout)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path, layout: Layout) -> None:
    _switch_to_wal(connection)
    for setting in (
        "synchronous = FULL",
        "fullfsync = ON",  # without it macOS leaves the data in the drive's cache
        "cache_size = -32000",  # kB
        "journal_size_limit = 67108864",
    ):
        connection.execute(f"PRAGMA {setting}")
    connection.execute("BEGIN IMMEDIATE")
    _check_header(connection, path, layout)
    layout.prepare(connection)
    connection.execute("COMMIT")
    connection.execute("PRAGMA busy_timeout = 0")  # from here on the event loop waits, not SQLite


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """SQLite's own waiting for locks leaves this switch out, so that processes that open a new file at once would turn each other away."""
    deadline = time.monotonic() + LOCK_WAIT
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as fault:
            if _code(fault) != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
        time.sleep(LOCK_POLL)


def _check_header(connection: sqlite3.Connection, path: Path, layout: Layout) -> None:
    [(mark,)] = connection.execute("PRAGMA application_id")
    [(number,)] = connection.execute("PRAGMA user_version")
    [(tables,)] = connection.execute("SELECT count(*) FROM sqlite_master")
    if not tables and not mark:
        connection.execute(f"PRAGMA application_id = {layout.mark}")
        connection.execute(f"PRAGMA user_version = {layout.format}")
    else:
        refuse_stranger(path, layout, mark, number)


def refuse_stranger(path: Path, layout: Layout, mark: int, number: int) -> None:
    """Raises Unusable when the mark and the format in a file's header are not those of the layout, or are newer."""
    if mark != layout.mark:
        raise Unusable(f"{path} is not a {layout.name} of ours; name another file")
    if number > layout.format:
        raise Unusable(
            f"{path} was written by a newer version (its format is {number}, this version knows {layout.format}): "
            "start that newer version again, or put back a copy of the file from before the upgrade"
        )


def _open_reader(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=1.0, isolation_level=None, check_same_thread=False, cached_statements=256)
    connection.execute("PRAGMA query_only = ON")
    return connection


def _code(fault: sqlite3.Error) -> int:
    """The primary result code; extended ones keep it in their low byte. Faults of the Python module itself have none."""
    return getattr(fault, "sqlite_errorcode", 0) & 0xFF


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turns what SQLite says about the machine into the words of the ports; anything else is a bug and passes."""
    try:
        yield
    except sqlite3.Error as fault:
        if _code(fault) in _UNAVAILABLE:
            raise Unavailable(f"{path}: {fault}") from fault
        if _code(fault) in _DAMAGED:
            raise Unusable(f"{path} is damaged or no database ({fault}): put back a copy of it, or name another file") from fault
        raise
