"""The event log on Kafka keeps the contract, on a real broker; what only this log does."""

import uuid

import pytest

from shared.adapters.kafka_cluster import Cluster, Topics
from shared.adapters.kafka_log import KafkaLog
from tests.contracts.log_contract import GroupContract, OpenLog, PositionContract, ReadingContract

TOPICS = Topics(partitions=4, replicas=1, days=1)


@pytest.fixture
def cluster(kafka_brokers: str) -> Cluster:
    return Cluster(tuple(kafka_brokers.split(",")), f"test-{uuid.uuid4().hex}", {"security_protocol": "PLAINTEXT"})


class KafkaLogs:
    patience = 30.0  # seconds; a member that joins waits for the others

    @pytest.fixture
    def open_log(self, cluster: Cluster) -> OpenLog:
        async def open_log() -> KafkaLog:
            return KafkaLog(cluster, TOPICS)

        return open_log


class TestReading(KafkaLogs, ReadingContract):
    pass


class TestPositions(KafkaLogs, PositionContract):
    pass


class TestGroups(KafkaLogs, GroupContract):
    pass
