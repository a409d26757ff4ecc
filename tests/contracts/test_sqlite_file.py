"""What stores and logs in SQLite files do when the file, the disk or another process will not, and when declarations change."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.adapters import sqlite_file, sqlite_query
from shared.adapters.sqlite_log import SqliteLog
from shared.adapters.sqlite_store import SqliteStore
from shared.ports import Between, Change, Collection, Cursor, Equal, Index, OneOf, Order, Unavailable, Unusable, Where
from tests.contracts.children import line, lines, started
from tests.contracts.examples import COLLECTIONS, MATTER, matter, record

OPENERS: dict[str, Callable[[Path], SqliteStore | SqliteLog]] = {
    "store": lambda path: SqliteStore(path, COLLECTIONS),
    "log": lambda path: SqliteLog(path),
}
each_kind = pytest.mark.parametrize("kind", OPENERS)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "made" / "file.db"


def content(path: Path) -> bytes:
    return path.read_bytes()


def damage(path: Path, behind: int) -> None:
    path.write_bytes((path.read_bytes()[:behind]).ljust(path.stat().st_size, b"\xff"))


@each_kind
async def test_a_file_of_a_newer_version_is_left_alone(path: Path, kind: str) -> None:
    await OPENERS[kind](path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 2")
    before = content(path)
    with pytest.raises(Unusable, match=r"format is 2, this version knows 1\): start that newer version"):
        OPENERS[kind](path)
    assert content(path) == before


@each_kind
async def test_a_file_of_another_kind_is_left_alone(path: Path, kind: str) -> None:
    other = "log" if kind == "store" else "store"
    await OPENERS[other](path).close()
    with pytest.raises(Unusable, match="name another file"):
        OPENERS[kind](path)
    foreign = path.with_name("foreign.db")
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE theirs (a)")
    with pytest.raises(Unusable, match="name another file"):
        OPENERS[kind](foreign)


@each_kind
async def test_a_damaged_file_is_told(path: Path, kind: str) -> None:
    await OPENERS[kind](path).close()
    damage(path, 0)
    with pytest.raises(Unusable, match="damaged"):
        OPENERS[kind](path)


async def test_damage_met_on_the_way_is_told(path: Path) -> None:
    store = SqliteStore(path, COLLECTIONS)
    await store.commit([matter(f"{n:04}", 0, "x" * 500) for n in range(200)])
    await store.close()
    damage(path, 4096)
    with pytest.raises(Unusable, match="put back a copy"):
        await SqliteStore(path, COLLECTIONS).get("matter", ["0001"])


@each_kind
def test_a_folder_that_cannot_be_made(tmp_path: Path, kind: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Unusable, match="name another one"):
        OPENERS[kind](tmp_path / "file" / "below.db")


@each_kind
def test_a_path_that_cannot_be_opened_is_unavailable(tmp_path: Path, kind: str) -> None:
    with pytest.raises(Unavailable):
        OPENERS[kind](tmp_path)


async def test_commits_are_synced_before_they_return(path: Path) -> None:
    store = SqliteStore(path, COLLECTIONS)
    pragmas = await store._file.write(
        lambda writer: [writer.execute(f"PRAGMA {name}").fetchone() for name in ("synchronous", "journal_mode")]
    )
    assert pragmas == [(2,), ("wal",)]
    await store.close()


async def test_while_another_process_writes_commits_wait_and_then_give_up(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = SqliteStore(path, COLLECTIONS)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(store.commit([matter("patient")]))
    await asyncio.sleep(0.02)
    other.execute("ROLLBACK")
    assert await waiting == []
    monkeypatch.setattr(sqlite_file, "LOCK_WAIT", 0.03)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="locked"):
        await store.commit([matter("given up")])
    with pytest.raises(Unavailable, match="locked"):
        await store.ping()
    other.execute("ROLLBACK")
    await store.ping()
    assert await store.commit([matter("again")]) == []
    assert set(await store.get("matter", ["patient", "given up", "again"])) == {"patient", "again"}
    other.close()
    await store.close()


async def test_a_bug_in_one_commit_does_not_touch_its_neighbours(path: Path) -> None:
    store = SqliteStore(path, COLLECTIONS)
    broken = Change("matter", "broken", 0, "\ud800", matter("broken").fields)  # no text that could be written
    results = await asyncio.gather(
        store.commit([matter("before", events=[record("before", 1)])]),
        store.commit([matter("beside"), broken]),
        store.commit([matter("after")]),
        return_exceptions=True,
    )
    assert (results[0], results[2]) == ([], [])
    assert isinstance(results[1], UnicodeEncodeError)
    assert set(await store.get("matter", ["before", "beside", "after"])) == {"before", "after"}
    assert len(await store.unsent(10)) == 1
    await store.close()


async def test_a_cancelled_commit_harms_nobody(path: Path) -> None:
    store = SqliteStore(path, COLLECTIONS)
    tasks = [asyncio.create_task(store.commit([matter(f"{n}")])) for n in range(50)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert results[1::2] == [[]] * 25
    assert set(await store.get("matter", [f"{n}" for n in range(1, 50, 2)])) == {f"{n}" for n in range(1, 50, 2)}
    await store.close()


async def test_closing_finishes_what_was_begun(path: Path) -> None:
    store = SqliteStore(path, COLLECTIONS)
    tasks = [asyncio.create_task(store.commit([matter(f"{n}")])) for n in range(50)]
    await asyncio.sleep(0)
    await store.close()
    assert await asyncio.gather(*tasks) == [[]] * 50


async def test_too_many_waiting_are_refused_and_the_others_served(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_file, "MOST_WAITING", 10)
    store = SqliteStore(path, COLLECTIONS)
    results = await asyncio.gather(*(store.commit([matter(f"{n}")]) for n in range(15)), return_exceptions=True)
    assert results[:10] == [[]] * 10
    assert [type(result) for result in results[10:]] == [Unavailable] * 5
    await store.close()


async def test_when_the_disk_is_full_nothing_acknowledged_is_lost_and_it_goes_on_later(path: Path) -> None:
    async with started("run_out_of_room", path) as child:
        said = await lines(child)
        assert await child.wait() == 0
    assert (said.count("full"), said.count("still")) == (1, 2)
    acknowledged = set(said) - {"full", "still"}
    assert "001009-c" in acknowledged
    store = SqliteStore(path, COLLECTIONS)
    kept = {one.record.case for one in await store.unsent(1000)}
    assert kept == acknowledged == set(await store.get("matter", list(acknowledged)))
    assert await store.count("matter", {}) == {None: len(acknowledged)}, "nothing half done"
    await store.close()


@pytest.mark.parametrize("after", [1, 200, 500])
async def test_what_was_acknowledged_survives_a_kill(path: Path, after: int) -> None:
    async with started("commit_for_ever", path) as child:
        said = [await line(child) for _ in range(after)]
        child.kill()
        said += [key for key in await lines(child) if len(key) == 6]  # the last line may be cut
    store = SqliteStore(path, COLLECTIONS)
    assert set(await store.get("matter", said)) == set(said)
    events = [one.record.case for one in await store.unsent(10_000)]
    assert len(events) == len(set(events))
    assert await store.count("matter", {}) == {None: len(events)}, "a document and its event are one write"
    assert await store.commit([matter("next")]) == []
    await store.close()


@each_kind
async def test_a_new_file_may_be_opened_by_many_at_once(tmp_path: Path, kind: str) -> None:
    for round_number in range(10):
        path = tmp_path / f"{round_number}.db"
        opened = await asyncio.gather(*(asyncio.to_thread(OPENERS[kind], path) for _ in range(6)))
        assert len(set(map(id, opened))) == 6
        for one in opened:
            await one.close()


FIRST = Collection("thing", ("colour", "seen_at"), (Index(("colour",)),))
BODIES = {
    "a": '{"colour": "red", "size": 2, "at": "2026-03-01T08:00:00+08:00"}',
    "b": '{"colour": "red", "size": 1, "at": null}',
    "c": "{}",
}


async def write_things(path: Path) -> None:
    store = SqliteStore(path, [FIRST])
    await store.commit([Change("thing", key, 0, body, {"colour": "red", "seen_at": None}) for key, body in BODIES.items()])
    await store.close()


async def test_a_field_declared_later_is_read_from_the_bodies(path: Path) -> None:
    await write_things(path)
    store = SqliteStore(path, [Collection("thing", ("colour", "size", "at"), (Index(("size",)), Index(("at",))))])
    assert [one.key for one in await store.find("thing", {"colour": Equal("red")}, order=Order("size"), limit=9)] == ["b", "a"]
    assert await store.count("thing", {}, by="at") == {"2026-03-01T00:00:00.000000Z": 1, None: 2}, "moments as stamps"
    await store.close()


async def test_a_field_that_was_left_out_for_a_while_is_not_trusted(path: Path) -> None:
    await write_things(path)
    without = SqliteStore(path, [Collection("thing")])
    await without.commit([Change("thing", "a", 1, '{"colour": "blue"}')])
    await without.close()
    store = SqliteStore(path, [FIRST])
    assert await store.count("thing", {}, by="colour") == {"blue": 1, "red": 1, None: 1}
    await store.close()


async def test_indexes_follow_the_declarations(path: Path) -> None:
    await write_things(path)
    with pytest.raises(Unusable, match="several stored documents have the same colour"):
        SqliteStore(path, [Collection("thing", FIRST.fields, (Index(("colour",), unique=True),))])
    unique = SqliteStore(path, [Collection("thing", FIRST.fields, (Index(("seen_at",), unique=True),))])
    change = Change("thing", "d", 0, "{}", {"colour": None, "seen_at": "now"})
    twin = Change("thing", "e", 0, "{}", {"colour": None, "seen_at": "now"})
    assert [conflict.unique for conflict in await unique.commit([change, twin])] == [("seen_at",)]
    await unique.close()
    free = SqliteStore(path, [FIRST])
    assert await free.commit([twin]) == []
    await free.close()


async def test_lists_are_served_by_their_indexes(path: Path) -> None:
    """Without sorting: a page must cost its own length, however long the list."""
    store = SqliteStore(path, COLLECTIONS)
    mine: Where = {"office": Equal("west"), "state": OneOf(("open", "waiting", None))}
    stretch: Where = {"due_at": Between("a", "b")}
    for where, descending, after in ((mine, False, None), (mine, True, Cursor("b", "k")), (stretch, False, Cursor("a", "k"))):
        (text, values), bounded = sqlite_query.find(MATTER, where, Order("due_at", descending), 50, after)
        plan = " ".join(row[3] for row in store._file.read(f"EXPLAIN QUERY PLAN {text}", values))
        assert bounded
        assert "TEMP B-TREE" not in plan
        assert "SCAN" not in plan
    await store.close()


@pytest.mark.parametrize("name", ["", "_own", "a b", 'a"b', "Größe", "案"])
def test_a_name_that_cannot_be_a_column_is_refused(path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        SqliteStore(path, [Collection("thing", (name,))])
    with pytest.raises(ValueError, match="name"):
        SqliteStore(path, [Collection(name)])
    with pytest.raises(ValueError, match="index"):
        SqliteStore(path, [Collection("thing", (), (Index(("colour",)),))])
    assert not path.exists()
