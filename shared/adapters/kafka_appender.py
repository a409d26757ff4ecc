"""Appends to the topics: concurrent appends go out as one round, and no record of a case can overtake an earlier one of it."""

import asyncio
import threading
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from kafka import errors

from shared.adapters.kafka_clients import LARGEST, PATIENCE, ROUND, Producer, give_up_producer, open_producer
from shared.adapters.kafka_cluster import Cluster, waited_for
from shared.adapters.kafka_worker import Worker
from shared.ports import Kept, Unavailable, Written

MOST_WAITING = 64_000_000  # bytes of records that may wait for their round
LAST_ROUND = 2.0  # seconds for what is on its way when the log is closed
LAST_WORDS = 1.0  # seconds for a producer to close in order


@dataclass(frozen=True)
class Append:
    """What one caller wants to be appended, and where the outcome is told."""

    topic: str
    records: Sequence[Kept]
    size: int
    done: asyncio.Future[None]


class KafkaAppender:
    """Every record is on enough brokers when `append` returns.

    The order of a case holds through every failure: all records of a round for one part of the topic are one batch of the producer, which
    the brokers write whole or not at all; the next round begins when each batch of the last has been written; and when one cannot be, the
    producer is given up with all it holds. Whoever appended then does so again from the first record that was not confirmed: what is
    written twice has the same id, and what stands first keeps the order.
    """

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._worker = Worker("kafka append")
        self._producer: Producer | None = None
        self._waiting: deque[Append] = deque()
        self._waiting_bytes = 0
        self._sending: asyncio.Task[None] | None = None
        self._closed = False

    async def append(self, topic: str, records: Sequence[Written]) -> None:
        """Raises Unavailable when the brokers have not confirmed in time, ValueError for a record larger than any of ours can be."""
        kept = [Kept(record.case, record.raw) for record in records]  # a record is written down each time that it is asked for its bytes
        size = sum(_size(record) for record in kept)
        for record in kept:
            if _size(record) > LARGEST:
                raise ValueError(f"case {record.case}: an event of {_size(record)} bytes; the log takes {LARGEST}")
        if self._closed:
            raise Unavailable(f"{self._cluster}: this log was closed")
        if self._waiting_bytes + size > MOST_WAITING:
            raise Unavailable(f"{self._cluster}: {self._waiting_bytes} bytes are waiting to be appended already")
        loop = asyncio.get_running_loop()
        append = Append(topic, kept, size, loop.create_future())
        self._waiting.append(append)
        self._waiting_bytes += size
        if self._sending is None or self._sending.done():
            self._sending = loop.create_task(self._send_waiting())
        await append.done

    async def close(self) -> None:
        """Finishes what is on its way, where that takes no time; whoever waits for the rest is told that it may not be on the log."""
        self._closed = True
        if self._sending is not None and not (await asyncio.wait({self._sending}, timeout=LAST_ROUND))[0]:
            self._give_up()  # the round under way fails at once, unless it still looks for a broker
            await asyncio.wait({self._sending}, timeout=LAST_WORDS)
            self._sending.cancel()
            await asyncio.wait({self._sending})
        await self._worker.end(self._end)

    async def _send_waiting(self) -> None:
        while self._waiting:
            group = self._next_group()
            try:
                for round_ in _rounds(group):
                    await self._worker.run(partial(self._send, round_))
            except Unavailable as outage:
                self._fail((*group, *self._waiting), outage)  # the others would wait as long for the same
                self._waiting.clear()
                self._waiting_bytes = 0
            except asyncio.CancelledError:
                self._fail((*group, *self._waiting), Unavailable(f"{self._cluster}: closed before the brokers answered"))
                raise
            except Exception as fault:
                self._fail(group, fault)
            else:
                for append in group:
                    if not append.done.done():
                        append.done.set_result(None)
            await asyncio.sleep(0)  # lets those just served put in their next records, so that they are not a round late

    def _fail(self, appends: Iterable[Append], fault: Exception) -> None:
        for append in appends:
            if not append.done.done():
                append.done.set_exception(fault)

    def _next_group(self) -> list[Append]:
        group: list[Append] = []
        size = 0
        while self._waiting and (not group or size + self._waiting[0].size <= ROUND):
            append = self._waiting.popleft()
            self._waiting_bytes -= append.size
            if not append.done.done():
                group.append(append)
                size += append.size
        return group

    def _send(self, round_: Sequence[tuple[str, Kept]]) -> None:
        with waited_for(self._cluster):
            try:
                self._producer = self._producer or open_producer(self._cluster)
                sent = [self._producer.send(topic, value=record.raw, key=record.case.encode()) for topic, record in round_]
                self._producer.flush(PATIENCE)
                for one in sent:
                    one.get(0)
            except BaseException:
                self._give_up()
                raise

    def _give_up(self) -> None:
        """Goes on without the producer, which makes no further try for what it holds."""
        producer, self._producer = self._producer, None
        if producer is not None:
            threading.Thread(target=give_up_producer, args=(producer,), name="kafka given up", daemon=True).start()

    def _end(self) -> None:
        if self._producer is not None:
            try:
                self._producer.close(LAST_WORDS)
            except errors.KafkaTimeoutError:  # it holds what it cannot send
                self._give_up()


def _size(record: Kept) -> int:
    """Bytes on the log, and a little more."""
    return len(record.raw) + 4 * len(record.case) + 64


def _rounds(group: Iterable[Append]) -> Iterable[list[tuple[str, Kept]]]:
    """The records in order, in rounds that are small enough to be one batch each."""
    round_: list[tuple[str, Kept]] = []
    size = 0
    for append in group:
        for record in append.records:
            if round_ and size + _size(record) > ROUND:
                yield round_
                round_, size = [], 0
            round_.append((append.topic, record))
            size += _size(record)
    if round_:
        yield round_
