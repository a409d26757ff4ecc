"""The event log on a Kafka cluster: one topic keyed by case, a consumer group for each service."""

import asyncio
import re
from collections.abc import Sequence

from shared.adapters.kafka_appender import KafkaAppender
from shared.adapters.kafka_cluster import Cluster, Topics
from shared.adapters.kafka_reader import KafkaReader
from shared.adapters.kafka_topics import KafkaTopics
from shared.ports import Unavailable, Unusable, Written

LOOK = 2.0
"""Seconds for the brokers to say that all is well."""

_GROUP = re.compile(r"[a-z0-9][a-z0-9._-]*")


class KafkaLog:
    """See shared.ports.EventLog. Opening reaches for nothing; nothing is read or written before the topics were once found in order."""

    def __init__(self, cluster: Cluster, topics: Topics) -> None:
        self._cluster = cluster
        self._topics = KafkaTopics(cluster, topics)
        self._appender = KafkaAppender(cluster)
        self._readers: list[KafkaReader] = []
        self._checked = False
        self._checking: asyncio.Task[None] | None = None

    async def append(self, records: Sequence[Written]) -> None:
        if records:
            await self._pass_gate()
            await self._appender.append(self._cluster.topic, records)

    def reader(self, group: str) -> KafkaReader:
        """A new member, which the group's work is shared with once it fetches."""
        if not _GROUP.fullmatch(group):
            raise ValueError(f"{group!r}: a group's name is small letters, digits, dots and hyphens")
        reader = KafkaReader(self._cluster, group, self._pass_gate, self._lag)
        self._readers.append(reader)
        return reader

    async def copy_parked(self, group: str, records: Sequence[Written]) -> None:
        if records:
            await self._pass_gate()
            await self._appender.append(self._cluster.parked, records)

    async def check(self) -> None:
        if self._checking is None or self._checking.done():
            self._checking = asyncio.create_task(self._check())  # one for all who wait for it
        await asyncio.shield(self._checking)

    async def _check(self) -> None:
        await self._topics.check()
        self._checked = True

    async def ping(self) -> None:
        try:
            async with asyncio.timeout(LOOK):
                await self._pass_gate()
                await self._topics.look()
        except TimeoutError as silence:
            raise Unavailable(f"{self._cluster}: no answer within {LOOK:g} seconds") from silence

    async def close(self) -> None:
        await asyncio.gather(*(reader.close() for reader in self._readers))
        await self._appender.close()
        await self._topics.close()

    async def _lag(self, group: str) -> int:
        await self._pass_gate()
        return await self._topics.lag(group)

    async def _pass_gate(self) -> None:
        """Looks at the topics first, until they have been in order once. What a person has to put right is waited for here."""
        if not self._checked:
            try:
                await self.check()
            except Unusable as fault:
                raise Unavailable(*fault.args) from fault
