"""A Kafka broker keeps the contract of moving."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from shared.adapters.kafka_cluster import Cluster, Topics
from shared.adapters.kafka_log import KafkaLog
from shared.adapters.kafka_moving import KafkaLogSource, KafkaLogTarget
from shared.ports import Unusable
from tests.contracts.moving_contract import LogMovingContract, OpenLog, OpenLogTarget

TOPICS = Topics(partitions=4, replicas=1, days=1)


@pytest.fixture
def cluster(kafka_brokers: str) -> Cluster:
    return Cluster(tuple(kafka_brokers.split(",")), f"test-{uuid4().hex}", {"security_protocol": "PLAINTEXT"})


class TestLog(LogMovingContract):
    patience = 30.0

    @pytest.fixture
    async def open_log(self, cluster: Cluster) -> AsyncIterator[OpenLog]:
        opened: list[KafkaLog] = []

        async def open_log() -> KafkaLog:
            opened.append(KafkaLog(cluster, TOPICS))
            return opened[-1]

        yield open_log
        for log in opened:
            await log.close()

    @pytest.fixture
    async def open_target(self, cluster: Cluster) -> AsyncIterator[OpenLogTarget]:
        opened: list[KafkaLogTarget] = []

        async def open_target() -> KafkaLogTarget:
            opened.append(KafkaLogTarget(cluster))
            await opened[-1].parts()
            return opened[-1]

        yield open_target
        for target in opened:
            await target.close()


async def test_a_topic_that_is_not_there_is_told_and_not_made(cluster: Cluster) -> None:
    source = KafkaLogSource(cluster)
    for _ in range(2):
        with pytest.raises(Unusable, match="there is no topic"):
            await source.parts()
    await source.close()
