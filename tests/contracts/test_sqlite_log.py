"""The event log in a SQLite file keeps the contract; what only this log does."""

import asyncio
import time
from pathlib import Path

import pytest

from shared.adapters.sqlite_log import SqliteLog
from shared.events import read
from shared.ports import Unavailable
from tests.contracts.children import line, started, tell
from tests.contracts.examples import record
from tests.contracts.log_contract import GroupContract, OpenLog, PositionContract, ReadingContract, by_case, expected, stories


class SqliteLogs:
    @pytest.fixture
    def open_log(self, tmp_path: Path) -> OpenLog:
        async def open_log() -> SqliteLog:
            return SqliteLog(tmp_path / "log.db")

        return open_log


class TestReading(SqliteLogs, ReadingContract):
    pass


class TestPositions(SqliteLogs, PositionContract):
    pass


class TestGroups(SqliteLogs, GroupContract):
    pass


async def test_what_another_process_appends_is_seen_soon(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "log.db")
    reader = log.reader("readers")
    async with started("append_when_told", tmp_path / "log.db") as child:
        assert await line(child) == "ready"
        delays = []
        for number in range(10):
            waiting = asyncio.create_task(reader.fetch(10, 10))
            await asyncio.sleep(0.02)  # the reader has begun to look less often
            tell(child)
            told = time.perf_counter()
            [delivery] = await waiting
            delays.append(time.perf_counter() - told)
            assert read(delivery.raw) == record("far", number)
    await log.close()
    assert sorted(delays)[5] < 0.5, "seconds; the wait is ten"


async def test_a_standby_takes_over_from_a_process_that_was_killed(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "log.db")
    await log.append(stories(("a",), 5))
    standby = log.reader("readers")
    async with started("hold_the_group", tmp_path / "log.db") as child:
        assert await line(child) == "5"
        assert await standby.fetch(10, 0.05) == []
        child.kill()
        assert by_case(await standby.fetch(10, 10)) == {"a": [record("a", number) for number in range(1, 5)]}
    await log.close()


async def test_members_may_be_made_to_overlap(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "log.db")
    await log.append(stories(("a", "b"), 2))
    members = [log.reader("readers", exclusive=False) for _ in range(2)]
    assert [by_case(await member.fetch(10, 0)) for member in members] == [expected(stories(("a", "b"), 2))] * 2
    await log.close()


async def test_a_waiting_reader_costs_next_to_nothing(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "log.db")
    reader = log.reader("readers")
    before = time.process_time()
    assert await reader.fetch(10, 0.5) == []
    assert time.process_time() - before < 0.05, "seconds of processor time in half a second of waiting"
    await log.close()


@pytest.mark.parametrize("group", ["", "a/b", "../a", "A", "照"])
async def test_a_group_must_have_a_plain_name(tmp_path: Path, group: str) -> None:
    log = SqliteLog(tmp_path / "log.db")
    with pytest.raises(ValueError, match="group"):
        log.reader(group)
    await log.close()


async def test_a_lock_file_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "log.db")
    (tmp_path / "log.db.readers.lock").mkdir()
    with pytest.raises(Unavailable, match=r"readers\.lock"):
        await log.reader("readers").fetch(1, 0)
    await log.close()
