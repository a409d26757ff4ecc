"""Traffic on a log as the services make it: a relay that repeats what was not confirmed, and readers that go on by themselves."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from shared.events import Record, read
from shared.ports import Delivery, EventLog, Reader, Unavailable
from tests.contracts.examples import record

CASES = tuple(f"case-{number}" for number in range(12))
AT_ONCE = 3  # events of a case in one append: the brokers may lose the first and take the others
PAUSE = 0.2


class Traffic:
    """Counts what was confirmed to the relay and what the readers have got."""

    def __init__(self) -> None:
        self.appended = 0
        self.deliveries: list[Delivery] = []
        self.unconfirmed: list[str] = []
        """Why an append could not be confirmed, each time."""

    @asynccontextmanager
    async def running(self, log: EventLog, *readers: Reader) -> AsyncIterator[None]:
        """Appends and reads until the block ends, then closes the readers."""
        tasks = [asyncio.create_task(self._append_on(log)), *(asyncio.create_task(self._read_on(reader)) for reader in readers)]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            ends = await asyncio.gather(*tasks, return_exceptions=True)
            for reader in readers:
                await reader.close()
        assert all(isinstance(end, asyncio.CancelledError) for end in ends), ends

    async def until(self, come: Callable[[], bool], patience: float = 60.0) -> None:
        """Waits for it."""
        async with asyncio.timeout(patience):
            while not come():  # noqa: ASYNC110 - what comes is watched from outside
                await asyncio.sleep(0.05)

    async def rounds(self, number: int) -> None:
        """Waits until so many more appends have been confirmed and the readers have got as many more deliveries of each case."""
        appended, read_ = self.appended + number, len(self.deliveries) + number * AT_ONCE * len(CASES)
        await self.until(lambda: self.appended >= appended and len(self.deliveries) >= read_)

    async def _append_on(self, log: EventLog) -> None:
        while True:
            batch = _batch(self.appended)
            try:
                await log.append(batch)
                self.appended += 1
            except Unavailable as outage:
                self.unconfirmed.append(str(outage))
                await asyncio.sleep(PAUSE)
            await asyncio.sleep(0.05)

    async def _read_on(self, reader: Reader) -> None:
        while True:
            try:
                if some := await reader.fetch(100, 0.5):
                    self.deliveries += some
                    await reader.ack(some[-1])
            except Unavailable:
                await asyncio.sleep(PAUSE)
                await reader.rewind()

    def expected(self) -> dict[str, list[int]]:
        """What was confirmed, by case."""
        return {case: list(range(self.appended * AT_ONCE)) for case in CASES}

    def first_of(self, deliveries: Sequence[Delivery]) -> dict[str, list[int]]:
        """By case the numbers of the events that were confirmed, in the order in which each came first; repetitions do not count."""
        numbers: dict[str, dict[int, None]] = {case: {} for case in CASES}
        for one in deliveries:
            numbers[one.case][_number(one)] = None
        return {case: [number for number in mine if number < self.appended * AT_ONCE] for case, mine in numbers.items()}


def _batch(turn: int) -> list[Record]:
    return [record(case, turn * AT_ONCE + step) for step in range(AT_ONCE) for case in CASES]


def _number(delivery: Delivery) -> int:
    return int(read(delivery.raw).event.model_dump()["words"].strip("第次催办"))


async def drained(reader: Reader) -> list[Delivery]:
    """Everything that the group has not acknowledged."""
    taken: list[Delivery] = []
    while await reader.lag():
        if some := await reader.fetch(500, 1.0):
            taken += some
            await reader.ack(some[-1])
    return taken
