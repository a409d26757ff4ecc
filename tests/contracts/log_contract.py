"""What every event log must do. An adapter's test class inherits LogContract and says how a log is opened."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from itertools import chain

import pytest

from shared.events import Record, read
from shared.ports import Delivery, EventLog, Reader
from tests.contracts.examples import record

OpenLog = Callable[[], Awaitable[EventLog]]


def stories(cases: Iterable[str], length: int) -> list[Record]:
    """The events of several cases, taking turns."""
    return [record(case, number) for number in range(length) for case in cases]


def by_case(deliveries: Sequence[Delivery]) -> dict[str, list[Record]]:
    records: dict[str, list[Record]] = {}
    for one in deliveries:
        records.setdefault(one.case, []).append(read(one.raw))
    return records


def expected(records: Sequence[Record]) -> dict[str, list[Record]]:
    return {case: [one for one in records if one.case == case] for case in {one.case for one in records}}


class LogContract:
    patience = 10.0  # seconds after which what has not come will not come

    @pytest.fixture
    def open_log(self) -> OpenLog:
        """Opens the log of this test: empty the first time, a further instance on the same records after."""
        raise NotImplementedError

    @pytest.fixture
    async def log(self, open_log: OpenLog) -> AsyncIterator[EventLog]:
        log = await open_log()
        yield log
        await log.close()

    async def take(self, reader: Reader, number: int) -> list[Delivery]:
        """Exactly so many deliveries."""
        taken: list[Delivery] = []
        async with asyncio.timeout(self.patience):
            while len(taken) < number:
                taken += await reader.fetch(number - len(taken), self.patience)
        return taken


class ReadingContract(LogContract):
    async def test_a_record_comes_back_as_it_was_appended(self, log: EventLog) -> None:
        appended = record("回应-1", 1, "噪" * 9_999 + "\n\u0000😀")
        await log.append([appended])
        [delivery] = await self.take(log.reader("readers"), 1)
        assert (delivery.case, read(delivery.raw)) == ("回应-1", appended)

    async def test_each_case_keeps_its_order(self, log: EventLog) -> None:
        records = stories(("a", "b", "c"), 40)
        for start in range(0, len(records), 7):
            await log.append(records[start : start + 7])
        assert by_case(await self.take(log.reader("readers"), len(records))) == expected(records)

    async def test_concurrent_appends_are_all_there(self, log: EventLog) -> None:
        records = stories([f"case-{n}" for n in range(30)], 2)
        await asyncio.gather(*(log.append([first, second]) for first, second in zip(records[:30], records[30:], strict=True)))
        assert by_case(await self.take(log.reader("readers"), 60)) == expected(records)

    async def test_fetch_keeps_to_its_limit(self, log: EventLog) -> None:
        records = stories(("a",), 10)
        await log.append(records)
        reader = log.reader("readers")
        taken: list[Delivery] = []
        async with asyncio.timeout(self.patience):
            while len(taken) < 10:
                some = await reader.fetch(3, self.patience)
                assert 1 <= len(some) <= 3
                taken += some
        assert by_case(taken) == expected(records)
        positions = [one.position for one in taken]
        assert positions == sorted(positions)  # type: ignore[type-var]

    async def test_a_reader_without_news_returns_after_its_wait(self, log: EventLog) -> None:
        reader = log.reader("readers")
        await log.append([record("a", 1)])
        await self.take(reader, 1)
        started = asyncio.get_running_loop().time()
        assert await reader.fetch(10, 0.05) == []
        assert 0.04 <= asyncio.get_running_loop().time() - started < self.patience / 2

    async def test_a_waiting_reader_is_woken(self, log: EventLog) -> None:
        reader = log.reader("readers")
        await log.append([record("a", 1)])
        await self.take(reader, 1)
        waiting = asyncio.create_task(reader.fetch(10, 3 * self.patience))
        await asyncio.sleep(0)
        await log.append([record("a", 2)])
        async with asyncio.timeout(self.patience):
            [delivery] = await waiting
        assert read(delivery.raw) == record("a", 2)

    async def test_another_instance_sees_what_was_appended(self, log: EventLog, open_log: OpenLog) -> None:
        other = await open_log()
        try:
            waiting = asyncio.create_task(self.take(other.reader("readers"), 2))
            await log.append(stories(("a",), 2))
            assert by_case(await waiting) == expected(stories(("a",), 2))
        finally:
            await other.close()

    async def test_copies_of_parked_events_come_to_no_reader(self, log: EventLog) -> None:
        await log.copy_parked("readers", [record("a", 0, "噪" * 9_999), record("b", 0)])
        await log.append([record("a", 1)])
        reader = log.reader("readers")
        assert by_case(await self.take(reader, 1)) == {"a": [record("a", 1)]}
        assert await reader.lag() == 1

    async def test_a_look_at_the_log_changes_nothing(self, log: EventLog, open_log: OpenLog) -> None:
        await log.append([record("a", 1)])
        other = await open_log()
        try:
            await asyncio.gather(log.check(), other.check())
            assert by_case(await self.take(other.reader("readers"), 1)) == {"a": [record("a", 1)]}
        finally:
            await other.close()

    async def test_a_fetch_that_is_given_up_swallows_nothing(self, log: EventLog) -> None:
        reader = log.reader("readers")
        taken: list[Delivery] = []
        for number in range(20):
            waiting = asyncio.create_task(reader.fetch(10, 0.02))
            await log.append([record("a", number)])
            waiting.cancel()
            done, _ = await asyncio.wait({waiting})
            taken += [one for task in done if not task.cancelled() for one in task.result()]
        taken += await self.take(reader, 20 - len(taken))
        assert by_case(taken) == expected(stories(("a",), 20))

    async def test_nothing_to_do(self, log: EventLog) -> None:
        await log.append([])
        await log.copy_parked("readers", [])
        await log.ping()
        assert await log.reader("readers").fetch(10, 0) == []


class PositionContract(LogContract):
    async def test_what_was_not_acknowledged_comes_again(self, log: EventLog, open_log: OpenLog) -> None:
        records = stories(("a", "b"), 3)
        await log.append(records)
        first = log.reader("readers")
        await self.take(first, 6)
        await first.close()
        other = await open_log()
        try:
            assert by_case(await self.take(other.reader("readers"), 6)) == expected(records)
        finally:
            await other.close()

    async def test_the_next_member_goes_on_behind_the_acknowledged(self, log: EventLog, open_log: OpenLog) -> None:
        await log.append(stories(("a", "b", "c"), 4))
        first = log.reader("readers")
        taken = await self.take(first, 12)
        await first.ack(taken[4])
        await first.close()
        other = await open_log()
        try:
            rest = await self.take(other.reader("readers"), 7)
        finally:
            await other.close()
        assert by_case(rest) == by_case(taken[5:])

    async def test_rewind_reads_again_from_the_acknowledged(self, log: EventLog) -> None:
        await log.append(stories(("a", "b"), 5))
        reader = log.reader("readers")
        taken = await self.take(reader, 4)
        await reader.ack(taken[1])
        taken += await self.take(reader, 2)
        await reader.rewind()
        again = await self.take(reader, 8)
        whole = by_case(taken[:2] + again)
        assert whole == expected(stories(("a", "b"), 5))

    async def test_an_old_ack_takes_nothing_back(self, log: EventLog) -> None:
        await log.append(stories(("a",), 4))
        reader = log.reader("readers")
        taken = await self.take(reader, 3)
        await reader.ack(taken[2])
        await reader.ack(taken[0])
        await reader.rewind()
        assert by_case(await self.take(reader, 1)) == {"a": [record("a", 3)]}

    async def test_lag_counts_what_is_not_acknowledged(self, log: EventLog) -> None:
        reader = log.reader("readers")
        assert await reader.lag() == 0
        await log.append(stories(("a", "b"), 3))
        taken = await self.take(reader, 6)
        assert await reader.lag() == 6
        await reader.ack(taken[3])
        assert await reader.lag() == 2
        await reader.ack(taken[-1])
        assert await reader.lag() == 0


class GroupContract(LogContract):
    async def test_groups_read_by_themselves(self, log: EventLog) -> None:
        records = stories(("a", "b"), 3)
        await log.append(records)
        first, second = log.reader("first"), log.reader("second")
        taken = await self.take(first, 6)
        await first.ack(taken[-1])
        assert await second.lag() == 6
        assert by_case(await self.take(second, 6)) == expected(records)

    async def test_two_members_get_everything_between_them(self, log: EventLog, open_log: OpenLog) -> None:
        other = await open_log()
        records = stories([f"case-{n}" for n in range(20)], 5)
        members = [log.reader("readers"), other.reader("readers")]
        taken: tuple[list[Delivery], list[Delivery]] = ([], [])

        async def read_along(reader: Reader, mine: list[Delivery]) -> None:
            while len({one.raw for one in chain(*taken)}) < len(records):
                some = await reader.fetch(8, 0.05)
                mine.extend(some)
                if some:
                    await reader.ack(some[-1])

        try:
            async with asyncio.timeout(self.patience), asyncio.TaskGroup() as tasks:
                for reader, mine in zip(members, taken, strict=True):
                    tasks.create_task(read_along(reader, mine))
                for start in range(0, len(records), 20):
                    await log.append(records[start : start + 20])
        finally:
            await other.close()
        assert {one.id for one in records} == {read(one.raw).id for one in chain(*taken)}
        for mine in taken:
            assert all(in_order(story) for story in by_case(mine).values())

    async def test_a_standby_takes_over_where_the_first_acknowledged(self, log: EventLog, open_log: OpenLog) -> None:
        await log.append(stories(("a",), 3))
        first = log.reader("readers")
        taken = await self.take(first, 3)
        other = await open_log()
        try:
            standby = other.reader("readers")
            waiting = asyncio.create_task(self.take(standby, 3))
            await first.ack(taken[1])
            await first.close()
            await log.append([record("a", 3), record("a", 4)])
            assert by_case(await waiting) == {"a": [record("a", 2), record("a", 3), record("a", 4)]}
        finally:
            await other.close()


def in_order(story: Sequence[Record]) -> bool:
    """Whether the events of a case came in order, leaving aside those that came again."""
    numbers = [int(one.event.model_dump()["words"].strip("第次催办")) for one in story]
    return list(dict.fromkeys(numbers)) == sorted(set(numbers))
