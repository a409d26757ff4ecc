"""Moving house: everything arrives, from files to servers and back; it goes on after kill -9; whatever differs is seen."""

import asyncio
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pymongo
import pytest

from services.house import PLANS
from shared.adapters.sqlite_store_moving import SqliteStoreSource
from tests.scenarios.city import TEXTS
from tests.scenarios.moved import living, look, moved, settle

ROOT = Path(__file__).parents[2]
SERVICES = [plan.name for plan in PLANS]

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def servers(kafka_brokers, mongo_url):
    """A database and a topic of the test's own, as the command names them."""
    name = f"test_{uuid4().hex[:12]}"
    hosts, _, options = mongo_url.partition("?")
    yield f"{hosts.rstrip('/')}/{name}{'?' if options else ''}{options},kafka://{kafka_brokers}/{name}"
    with pymongo.MongoClient(mongo_url) as client:
        for part in (*SERVICES, "files"):
            client.drop_database(f"{name}_{part}")


async def documents(folder: Path) -> dict[tuple[str, str, str], object]:
    """Every document of a folder by service, kind and key."""
    found: dict[tuple[str, str, str], object] = {}
    for service in SERVICES:
        store = SqliteStoreSource(folder / f"{service}.db")
        for kind in await store.kinds():
            found |= {(service, kind, one.key): one for one in await store.page(kind, None, 100_000)}
        await store.close()
    return found


def line(outcome, what: str):
    return next(line for line in outcome.lines if line.what == what)


async def test_there_and_back_again(played, servers, tmp_path):
    there = await moved(played, servers)
    assert there.same, [one for one in there.lines if not one.same]
    assert line(there, "intake: parked").source == 1
    assert line(there, "attachments").target > 0
    behind = {group: line(there, "events").target - line(there, f"read by {group}").target for group in SERVICES}
    assert behind == {"intake": 3, "sentiment": 2, "routing": 3, "tracking": 3}, "a complaint, what sentiment said of it, an unsent one"
    back = await moved(servers, tmp_path / "back")
    assert back.same
    assert [line(back, f"read by {group}").target for group in SERVICES] == [line(there, f"read by {group}").source for group in SERVICES]
    assert await documents(tmp_path / "back") == await documents(played)

    shutil.copytree(played, tmp_path / "before")
    shutil.copytree(played / "keys", tmp_path / "back" / "keys")
    async with living(tmp_path / "before") as city:
        before = await look(city)
    async with living(tmp_path / "back") as city:
        assert await look(city) == before
    async with living(tmp_path / "before", servers) as city:
        assert await look(city) == before
        receipt = await city.submit(TEXTS[2])
        assert receipt.number not in " ".join(before), "a new number"
        await settle(city)
        assert (await city.case(receipt.number)).state in ("dispatched", "waiting")
        assert len(await look(city)) == len(before) + 2 * 3, "and those two that were under way"


@pytest.mark.parametrize("where", ["files", "servers"])
async def test_it_goes_on_after_kill_9(where, played, tmp_path, request):
    to = f"sqlite:{tmp_path / 'new'}" if where == "files" else request.getfixturevalue("servers")
    deaths = ["intake: documents:4:0.003", "attachments:2:0.002", "event log:3:0.001", "event log:6:0.002"]
    deaths += ["comparison:5:0"] if where == "files" else []
    command = [sys.executable, "-m", "tests.scenarios.moving_child", f"sqlite:{played}", to, *deaths]
    done = await asyncio.to_thread(subprocess.run, command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == ["killed"] * len(deaths) + ["ended 0"], done.stderr
    again = await moved(played, to)
    assert (again.same, again.moved) == (True, False)


def change(statement: str, file: str) -> Callable[[Path], None]:
    def spoil(house: Path) -> None:
        with sqlite3.connect(house / file) as connection:
            assert connection.execute(statement).rowcount > 0
        connection.close()

    return spoil


def some_file(house: Path) -> Path:
    return next(path for path in sorted((house / "files").rglob("*")) if path.is_file())


def swap_two_records_of_a_case(house: Path) -> None:
    with sqlite3.connect(house / "log.db") as connection:
        rows = connection.execute(
            "SELECT position, raw FROM records WHERE case_key = (SELECT case_key FROM records LIMIT 1) ORDER BY position LIMIT 2"
        ).fetchall()
        for (position, _), (_, raw) in zip(rows, reversed(rows), strict=True):
            connection.execute("UPDATE records SET raw = ? WHERE position = ?", (raw, position))
    connection.close()


SPOILT = {
    "a body": (change("UPDATE complaint SET _body = replace(_body, '水', '火') WHERE _body LIKE '%水%'", "intake.db"), "intake: complaint"),
    "a version": (change('UPDATE "case" SET _version = _version + 1 WHERE rowid = 1', "tracking.db"), "tracking: case"),
    "handled ids": (change("UPDATE \"case\" SET _handled = '' WHERE rowid = 1", "tracking.db"), "tracking: case"),
    "a document gone": (change("DELETE FROM notice WHERE rowid = 3", "intake.db"), "intake: notice"),
    "a document more": (
        change("INSERT INTO counter (_key, _version, _body, _handled) VALUES ('x', 1, '{}', '')", "intake.db"),
        "intake: counter",
    ),
    "a parked event": (change("UPDATE parked SET _body = replace(_body, 'no record', 'a record')", "routing.db"), "routing: parked"),
    "an attachment gone": (lambda house: some_file(house).unlink(), "attachments"),
    "an attachment changed": (lambda house: some_file(house).write_bytes(b"another"), "attachments"),
    "records swapped": (swap_two_records_of_a_case, "histories of cases"),
    "a record gone": (change("DELETE FROM records WHERE position = 5", "log.db"), "histories of cases"),
    "a record twice": (
        change("INSERT INTO records (case_key, raw) SELECT case_key, raw FROM records WHERE position = 5", "log.db"),
        "histories of cases",
    ),
    "an unsent event": (
        change("INSERT INTO _outbox (case_key, record) VALUES ('stranger', x'00')", "tracking.db"),
        "histories of cases",
    ),
    "a position": (change("UPDATE positions SET position = position + 1 WHERE reader_group = 'routing'", "log.db"), "read by routing"),
}


@pytest.mark.parametrize("spoil", SPOILT)
async def test_whatever_differs_is_seen(spoil, played, arrived, tmp_path, monkeypatch):
    house = tmp_path / "house"
    shutil.copytree(arrived, house)
    monkeypatch.setattr("shared.runtime.wiring.place_of", lambda url: url.replace(str(house), str(arrived)))
    harm, where = SPOILT[spoil]
    harm(house)
    outcome = await moved(played, house)
    assert (outcome.same, outcome.moved) == (False, False)
    found = line(outcome, where)
    assert found.differing >= 1
    assert found.examples
    others = {one.what for one in outcome.lines if not one.same} - {where}
    assert others <= ({"events"} | {f"read by {group}" for group in SERVICES} if where == "histories of cases" else set())
