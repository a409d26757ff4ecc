"""A member of a consumer group: every call of its client on one thread, which polls in short slices."""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Collection, Sequence
from functools import partial
from typing import Any

from kafka import ConsumerRebalanceListener, errors

from shared.adapters.kafka_clients import ANSWER, Consumer, Record, close_consumer, open_consumer, part, place
from shared.adapters.kafka_cluster import Cluster, waited_for
from shared.adapters.kafka_positions import Fetched, Position, Positions
from shared.adapters.kafka_worker import Worker
from shared.ports import Delivery

SLICE = 0.2
"""Seconds that one poll may keep the thread: acknowledgements and the end wait no longer."""
MOST_AT_ONCE = 500

log = logging.getLogger(__name__)


class KafkaReader:
    """See shared.ports.Reader."""

    def __init__(self, cluster: Cluster, group: str, gate: Callable[[], Awaitable[None]], count: Callable[[str], Awaitable[int]]) -> None:
        self._cluster, self._group, self._gate, self._count = cluster, group, gate, count
        self._worker = Worker(f"kafka read {group}")
        self._consumer: Consumer | None = None
        self._closed = False
        self._owed = 0
        """The last turn that was acknowledged, while the brokers have not taken it yet."""
        self._positions = Positions()
        self._lock = threading.Lock()  # around the positions: a fetch that was cancelled leaves its poll running

    async def fetch(self, limit: int, wait: float) -> list[Delivery]:
        await self._gate()
        loop = asyncio.get_running_loop()
        until = loop.time() + wait
        while True:
            with self._lock:
                if taken := self._positions.take(limit):
                    return taken
            left = until - loop.time()
            await self._worker.run(partial(self._poll, min(limit, MOST_AT_ONCE), max(0.0, min(left, SLICE))))
            if left <= 0:
                with self._lock:
                    return self._positions.take(limit)

    async def ack(self, upto: Delivery) -> None:
        if not isinstance(upto.position, Position):
            raise TypeError("a delivery of another log")
        await self._worker.run(partial(self._acknowledge, upto.position.turn))

    async def rewind(self) -> None:
        await self._worker.run(self._rewind)

    async def lag(self) -> int:
        return await self._count(self._group)

    async def close(self) -> None:
        """Leaves the group at once, so that others take over without waiting for a sign of life."""
        self._closed = True
        await self._worker.end(self._drop)

    def _poll(self, limit: int, seconds: float) -> None:
        if self._closed:
            return
        try:
            with waited_for(self._cluster):
                consumer = self._consumer = self._consumer or open_consumer(self._cluster, self._group, _Listener(self._lose))
                for where, records in consumer.poll(timeout_ms=int(seconds * 1000), max_records=limit).items():
                    with self._lock:
                        self._positions.put(_fetched(where.partition, records))
                if self._owed:
                    self._commit(consumer)
        except Exception:
            self._drop()
            raise

    def _acknowledge(self, turn: int) -> None:
        self._owed = max(self._owed, turn)
        if self._consumer is not None:
            with waited_for(self._cluster):
                self._commit(self._consumer)

    def _commit(self, consumer: Consumer) -> None:
        """Tells the brokers what is done. While the group is being divided anew they take nothing: then the next poll tries again.

        What of it has become another member's meanwhile is read again by that one.
        """
        with self._lock:
            done = self._positions.next_after(self._owed)
        if done:
            try:
                consumer.commit({part(self._cluster.topic, number): place(offset) for number, offset in done.items()}, int(ANSWER * 1000))
            except (errors.CommitFailedError, errors.RebalanceInProgressError, errors.IllegalGenerationError, errors.UnknownMemberIdError):
                log.info("group %s is being divided anew; what was acknowledged is told to the brokers after that", self._group)
                return
        with self._lock:
            self._positions.forget(self._owed)
        self._owed = 0

    def _rewind(self) -> None:
        with self._lock:
            back = self._positions.put_back()
        self._owed = 0
        if self._consumer is not None:
            for number, offset in back.items():
                self._consumer.seek(part(self._cluster.topic, number), offset)

    def _lose(self, partitions: Collection[int]) -> None:
        with self._lock:
            self._positions.lose(partitions)

    def _drop(self) -> None:
        """Gives up the client: the next poll joins with another, which begins at what the brokers know to be done."""
        consumer, self._consumer = self._consumer, None
        self._owed = 0
        with self._lock:
            self._positions.put_back()
        if consumer is not None:
            close_consumer(consumer)


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]
    """Hears which parts the group has taken from us."""

    def __init__(self, lose: Callable[[Collection[int]], None]) -> None:
        self._lose = lose

    def on_partitions_revoked(self, revoked: Collection[Any]) -> None:
        self._lose({one.partition for one in revoked})

    def on_partitions_lost(self, lost: Collection[Any]) -> None:
        self._lose({one.partition for one in lost})

    def on_partitions_assigned(self, assigned: Collection[Any]) -> None:
        """They begin at what the group has acknowledged: nothing to do."""


def _fetched(partition: int, records: Sequence[Record]) -> list[Fetched]:
    return [Fetched(partition, one.offset, (one.key or b"").decode("utf-8", "replace"), one.value or b"") for one in records]
