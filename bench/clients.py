"""The two Kafka clients behind the same port: records of the usual length appended and read, and what each costs this process."""

import asyncio
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import uvloop

from bench.confluent_log import ConfluentLog
from bench.store import record_of
from bench.table import Figure
from shared.adapters.kafka_cluster import Topics, read_cluster
from shared.adapters.kafka_log import KafkaLog
from shared.ports import Delivery, Written
from tests.servers.kafka import Kafka

RECORDS, BATCH, FETCH = 60_000, 250, 500
ROUNDS = 3
EVENTS_OF_COMPLAINT, READERS = 6, 4
"""About how many events a complaint makes until it is assigned, and how many groups read each."""
GOAL_RATE = 700


class _Reading(Protocol):
    async def fetch(self, limit: int, wait: float) -> list[Delivery]: ...
    async def ack(self, upto: Delivery) -> None: ...
    async def close(self) -> None: ...


class _Log(Protocol):
    async def append(self, records: list[Written]) -> None: ...
    def reader(self, group: str) -> Any: ...
    async def close(self) -> None: ...


@dataclass
class _Cost:
    """Records in a second, and microseconds of this process's processor time for each."""

    rate: float
    each: float


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as name:
        kafka = Kafka(Path(name), memory="512m")
        try:
            kafka.wait_ready()
            return uvloop.run(_measure(kafka.addresses))
        finally:
            kafka.stop()


async def _measure(brokers: str) -> list[Figure]:
    numbers = count()

    async def ours() -> _Log:
        log = KafkaLog(read_cluster(f"kafka://{brokers}/ours{next(numbers)}", "PLAIN", None, None), Topics(4, 1, 1))
        await log.check()
        return log

    async def other() -> _Log:
        topic = f"theirs{next(numbers)}"
        made = KafkaLog(read_cluster(f"kafka://{brokers}/{topic}", "PLAIN", None, None), Topics(4, 1, 1))
        await made.check()
        await made.close()
        return ConfluentLog(brokers, topic)

    mine, theirs = [], []
    for _ in range(ROUNDS):
        mine.append(await _both_ways(ours))
        theirs.append(await _both_ways(other))
    return _figures(min(mine, key=_sum), min(theirs, key=_sum))


def _sum(costs: tuple[_Cost, _Cost]) -> float:
    return costs[0].each + costs[1].each


def _figures(mine: tuple[_Cost, _Cost], theirs: tuple[_Cost, _Cost]) -> list[Figure]:
    figures = [
        Figure(
            f"{what}, kafka-python", f"{a.rate:,.0f}/s", note=f"{a.each:.1f} µs each; confluent-kafka {b.rate:,.0f}/s, {b.each:.1f} µs each"
        )
        for what, a, b in zip(("records appended, 250 at a time", "records read and acknowledged"), mine, theirs, strict=True)
    ]
    share = GOAL_RATE * EVENTS_OF_COMPLAINT * (mine[0].each + READERS * mine[1].each) / 1e6
    saved = GOAL_RATE * EVENTS_OF_COMPLAINT * (theirs[0].each + READERS * theirs[1].each) / 1e6
    note = f"of one core, over all services; confluent-kafka {saved:.0%}"
    return [*figures, Figure(f"client's cost of {GOAL_RATE} complaints/s", f"{share:.0%}", note=note)]


async def _both_ways(opens: Callable[[], Any]) -> tuple[_Cost, _Cost]:
    log = await opens()
    appended = await _cost(_append(log))
    reader: _Reading = log.reader("readers")
    first = await reader.fetch(1, 30)  # joining the group is not what is measured
    assert first
    read = await _cost(_read(reader, RECORDS - len(first)))
    await reader.close()
    await log.close()
    return appended, read


async def _append(log: _Log) -> None:
    for start in range(0, RECORDS, BATCH):
        await log.append([record_of(start + number) for number in range(BATCH)])


async def _read(reader: _Reading, left: int) -> None:
    while left > 0:
        deliveries = await reader.fetch(FETCH, 5)
        assert deliveries
        await reader.ack(deliveries[-1])
        left -= len(deliveries)


async def _cost(work: Any) -> _Cost:
    wall, processor = time.perf_counter(), time.process_time()
    await asyncio.wait_for(work, 120)
    return _Cost(RECORDS / (time.perf_counter() - wall), (time.process_time() - processor) / RECORDS * 1e6)
