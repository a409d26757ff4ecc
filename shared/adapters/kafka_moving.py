"""The event log on a Kafka cluster as something to move from, and to move to."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from kafka import KafkaAdminClient, errors
from kafka.admin import OffsetSpec
from kafka.partitioner.default import murmur2

from shared.adapters.kafka_appender import KafkaAppender
from shared.adapters.kafka_clients import PATIENCE, open_admin, open_looker, part, place
from shared.adapters.kafka_cluster import Cluster, group_id, translated
from shared.adapters.kafka_worker import Worker
from shared.ports import Kept, Unavailable, Unusable, Written
from shared.ports.moving import Entry

SLICE = 0.5
"""Seconds of one poll."""
NOT_YET = (errors.CoordinatorNotAvailableError, errors.CoordinatorLoadInProgressError, errors.NotCoordinatorError)
ASK_AGAIN = 0.1

T = TypeVar("T")


class KafkaLogSource:
    """See shared.ports.moving.LogSource. It connects at its first use; every call of a client is on one thread."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._worker = Worker("kafka moving")
        self._admin: KafkaAdminClient | None = None
        self._looker: Any = None
        self._stands = (-1, -1)
        """The part that the looker is put to, and the offset that it reads next."""

    async def parts(self) -> dict[int, int]:
        return {number: last - first for number, (first, last) in (await self._run(self._spans)).items()}

    async def read(self, part: int, after: int | None, limit: int) -> list[Entry]:
        return await self._run(lambda: self._read(part, after, limit))

    async def acknowledged(self, group: str) -> dict[int, int]:
        name = group_id(self._cluster.topic, group)
        places = await self._run(lambda: self._asked().list_group_offsets({name: None}).get(name, {}))
        ours = {where.partition: at.offset - 1 for where, at in places.items() if where.topic == self._cluster.topic}
        return {number: position for number, position in ours.items() if position >= 0}

    async def read_by(self, groups: Sequence[str]) -> list[str]:
        names = {group_id(self._cluster.topic, group): group for group in groups}
        return await self._run(lambda: [names[name] for name in names if self._has_members(name)])

    async def close(self) -> None:
        await self._worker.end(self._drop)

    async def _run(self, call: Callable[[], T]) -> T:
        return await self._worker.run(lambda: self._insist(call))

    def _insist(self, call: Callable[[], T]) -> T:
        """A new cluster names nobody to ask about groups until it was asked for the first time, and a moment more."""
        until = time.monotonic() + PATIENCE
        with translated(self._cluster):
            while True:
                try:
                    return call()
                except NOT_YET:
                    if time.monotonic() > until:
                        raise
                time.sleep(ASK_AGAIN)

    def _asked(self) -> KafkaAdminClient:
        self._admin = self._admin or open_admin(self._cluster)
        return self._admin

    def _has_members(self, name: str) -> bool:
        found = self._asked().describe_groups([name])[name]
        if found["error"] and errors.GroupIdNotFoundError.__name__ not in found["error"]:
            raise errors.CoordinatorNotAvailableError(found["error"])
        return bool(found["members"])

    def _spans(self) -> dict[int, tuple[int, int]]:
        """The first offset of each part, and the one behind the last. Raises Unusable when the topic is not there."""
        [topic] = self._asked().describe_topics([self._cluster.topic])
        if errors.for_code(topic["error_code"]) is errors.UnknownTopicOrPartitionError:
            raise Unusable(f"{self._cluster}: there is no topic {self._cluster.topic}")
        parts = [part(self._cluster.topic, one["partition_index"]) for one in topic["partitions"]]
        first = self._asked().list_partition_offsets(dict.fromkeys(parts, OffsetSpec.EARLIEST))
        last = self._asked().list_partition_offsets(dict.fromkeys(parts, OffsetSpec.LATEST))
        return {one.partition: (first[one].offset, last[one].offset) for one in parts}

    def _read(self, number: int, after: int | None, limit: int) -> list[Entry]:
        """Raises Unavailable when what is there does not come."""
        where, looker = part(self._cluster.topic, number), self._opened()
        first, last = looker.beginning_offsets([where])[where], looker.end_offsets([where])[where]
        start = first if after is None else max(first, after + 1)
        if start >= last:
            return []
        if self._stands != (number, start):
            looker.assign([where])
            looker.seek(where, start)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            records = looker.poll(timeout_ms=int(SLICE * 1000), max_records=limit).get(where, [])
            if records:
                self._stands = (number, records[-1].offset + 1)
                return [Entry(one.offset, Kept((one.key or b"").decode(), one.value or b"")) for one in records]
        self._stands = (-1, -1)
        raise Unavailable(f"{self._cluster}: part {number} of {self._cluster.topic} is not handed out")

    def _opened(self) -> Any:
        self._looker = self._looker or open_looker(self._cluster)
        return self._looker

    def _drop(self) -> None:
        for client in (self._admin, self._looker):
            if client is not None:
                client.close()


class KafkaLogTarget(KafkaLogSource):
    """See shared.ports.moving.LogTarget. `KafkaLog.check` has made the topic before; nobody else writes to it."""

    def __init__(self, cluster: Cluster) -> None:
        super().__init__(cluster)
        self._appender = KafkaAppender(cluster)
        self._number = 0

    async def parts(self) -> dict[int, int]:
        found = await super().parts()
        self._number = len(found)
        return found

    def part_of(self, case: str) -> int:
        """As every client of Kafka chooses it by the key. `parts` has been asked for before."""
        return int(murmur2(case.encode()) & 0x7FFFFFFF) % self._number

    async def append(self, records: Sequence[Written]) -> None:
        await self._appender.append(self._cluster.topic, records)

    async def acknowledge(self, group: str, counts: Mapping[int, int]) -> None:
        await self._run(lambda: self._acknowledge(group_id(self._cluster.topic, group), counts))

    async def close(self) -> None:
        await self._appender.close()
        await super().close()

    def _acknowledge(self, name: str, counts: Mapping[int, int]) -> None:
        places = {part(self._cluster.topic, number): place(first + counts.get(number, 0)) for number, (first, _) in self._spans().items()}
        for fault in self._asked().alter_group_offsets(name, places).values():
            if fault is not errors.NoError:
                raise fault(name)
