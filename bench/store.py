"""The embedded store and log by themselves: what gathering commits into groups gives, on an idle and on a busy event loop."""

import asyncio
import json
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import uvloop

from bench.table import Figure, share
from bench.texts import message
from shared.adapters.sqlite_log import SqliteLog
from shared.adapters.sqlite_store import SqliteStore
from shared.events import Actor, Record
from shared.events.intake import ComplaintSubmitted
from shared.ports import Change, Collection, Equal, Index, Order

SECONDS = 2.0
AT_ONCE = 64
KIND = Collection("thing", ("state", "due_at"), (Index(("state", "due_at")),))
BUSY = 0.003
DUE = "2026-03-02T01:00:00.000000Z"


def _material(number: int) -> tuple[str, Record]:
    """A body and an event of about the usual length."""
    at, text = datetime(2026, 3, 2, tzinfo=UTC), message(number)
    event = ComplaintSubmitted(channel="online", text=text, received_at=at)
    record = Record(id=f"{number:036x}", case=f"HY-{number}", at=at, by=Actor(kind="complainant"), event=event)
    return json.dumps({"number": number, "text": text}, ensure_ascii=False), record


POOL = [_material(number) for number in range(1000)]


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as name:
        return uvloop.run(_measure(Path(name)))


async def _measure(folder: Path) -> list[Figure]:
    store, numbers = SqliteStore(folder / "store.db", [KIND]), count()
    alone, hundreds = _as_sqlite_is(folder / "alone.db", 1, 1), _as_sqlite_is(folder / "hundreds.db", 100, 0)
    single, _ = await _rate(lambda: store.commit([change_of(next(numbers))]), 1)
    grouped, waits = await _rate(lambda: store.commit([change_of(next(numbers))]), AT_ONCE)
    busy, busy_waits = await _rate(lambda: store.commit([change_of(next(numbers))]), AT_ONCE, busy=True)
    batches, _ = await _rate(lambda: store.commit([change_of(next(numbers), events=0) for _ in range(100)]), 4)
    last = next(numbers)
    key, _ = await _rate(lambda: store.get("thing", [f"{last // 2:012}"]), 1)
    page, _ = await _rate(lambda: store.find("thing", {"state": Equal("open")}, order=Order("due_at"), limit=50), 1)
    await store.close()
    together = batches * 100
    return [
        Figure("document and event, a commit each, SQLite alone", f"{alone:,.0f}/s"),
        Figure("… through the store, one after the other", f"{single:,.0f}/s", note=f"{single / alone:.2f} of SQLite alone"),
        Figure(
            f"… {AT_ONCE} at once", f"{grouped:,.0f}/s", "≥ 5,000/s", grouped >= 5_000, f"{grouped / alone:.1f} × alone; {_shares(waits)}"
        ),
        Figure("… and the event loop busy", f"{busy:,.0f}/s", note=f"four tasks of {BUSY * 1e3:.0f} ms in turns; {_shares(busy_waits)}"),
        Figure("documents, 100 in a commit, SQLite alone", f"{hundreds:,.0f}/s"),
        Figure(
            "… through the store",
            f"{together:,.0f}/s",
            "≥ 0.6 of alone",
            together >= 0.6 * hundreds,
            f"{together / hundreds:.2f} of SQLite alone",
        ),
        Figure("one document by its key", f"{1e6 / key:.0f} µs", note=f"of {last:,}"),
        Figure("a page of 50 in due order", f"{1e6 / page:.0f} µs", note=f"of {last:,}"),
        *await _measure_log(folder / "log.db"),
    ]


async def _measure_log(path: Path) -> list[Figure]:
    log, numbers = SqliteLog(path), count()
    append, _ = await _rate(lambda: log.append([record_of(next(numbers)) for _ in range(100)]), 2)
    reader, total = log.reader("readers"), next(numbers)
    started = time.perf_counter()
    fetched = 0
    while deliveries := await reader.fetch(500, 0):
        fetched += len(deliveries)
        await reader.ack(deliveries[-1])
    seconds = time.perf_counter() - started
    assert fetched == total
    wakes = [await _wake(log, number) for number in range(200)]
    await log.close()
    return [
        Figure("records appended, 100 at a time", f"{append * 100:,.0f}/s"),
        Figure("records fetched and acknowledged, 500 at a time", f"{fetched / seconds:,.0f}/s"),
        Figure("from append to a waiting reader", f"{share(wakes, 0.5) * 1e3:.2f} ms", note="with the durable write"),
    ]


async def _wake(log: SqliteLog, number: int) -> float:
    reader = log.reader("waiting")
    while await reader.fetch(500, 0):
        pass
    waiting = asyncio.create_task(reader.fetch(1, 1))
    await asyncio.sleep(0.001)
    started = time.perf_counter()
    await log.append([record_of(number)])
    [delivery] = await waiting
    seconds = time.perf_counter() - started
    await reader.ack(delivery)
    await reader.close()
    return seconds


async def _rate(act: Callable[[], Awaitable[object]], at_once: int, busy: bool = False) -> tuple[float, list[float]]:
    """How often `act` is done in a second by so many at once, and how long each took."""
    waits: list[float] = []
    end = time.perf_counter() + SECONDS

    async def go_on() -> None:
        while (started := time.perf_counter()) < end:
            await act()
            waits.append(time.perf_counter() - started)

    async def be_busy() -> None:
        while (started := time.perf_counter()) < end:
            while time.perf_counter() - started < BUSY:
                pass
            await asyncio.sleep(0)

    started = time.perf_counter()
    await asyncio.gather(*(go_on() for _ in range(at_once)), *(be_busy() for _ in range(4 if busy else 0)))
    return len(waits) / (time.perf_counter() - started), waits


def _as_sqlite_is(path: Path, together: int, events: int) -> float:
    """Documents in a second by the same statements without the adapter, so many in a transaction."""
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in (
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "CREATE TABLE thing (key TEXT UNIQUE, body, state, due_at)",
        "CREATE INDEX due ON thing (state, due_at, key)",
        "CREATE TABLE outbox (number INTEGER PRIMARY KEY AUTOINCREMENT, record)",
    ):
        connection.execute(statement)
    started, written = time.perf_counter(), 0
    while time.perf_counter() - started < SECONDS:
        connection.execute("BEGIN IMMEDIATE")
        for change in [change_of(written + number, events=events) for number in range(together)]:
            connection.execute("INSERT INTO thing VALUES (?, ?, ?, ?)", (change.key, change.body, *change.fields.values()))
            for record in change.events:
                connection.execute("INSERT INTO outbox (record) VALUES (?)", (record.raw,))
        connection.execute("COMMIT")
        written += together
    connection.close()
    return written / SECONDS


def change_of(number: int, expected: int = 0, events: int = 1) -> Change:
    """The change of a document of about the usual length, with events."""
    body, record = POOL[number % len(POOL)]
    return Change("thing", f"{number:012}", expected, body, {"state": "open", "due_at": DUE}, (record,) * events)


def record_of(number: int) -> Record:
    """An event of about the usual length."""
    return POOL[number % len(POOL)][1]


def _shares(waits: list[float]) -> str:
    return f"p50 {share(waits, 0.5) * 1e3:.1f}, p99 {share(waits, 0.99) * 1e3:.1f} ms"
