"""A throw-away event log on the other Kafka client, only to be measured beside ours: as few lines as its calls need."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition

from shared.ports import Delivery, Written


class ConfluentLog:
    """Idempotent, acks=all and keyed by case, on one thread for input and output, as our adapter is."""

    def __init__(self, brokers: str, topic: str) -> None:
        self._brokers, self._topic = brokers, topic
        self._producer = Producer({"bootstrap.servers": brokers, "enable.idempotence": True, "acks": "all", "linger.ms": 5})
        self._thread = ThreadPoolExecutor(1)

    async def append(self, records: Sequence[Written]) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._send, records)

    def reader(self, group: str) -> "ConfluentReader":
        return ConfluentReader(self._brokers, self._topic, group)

    async def close(self) -> None:
        self._thread.shutdown()

    def _send(self, records: Sequence[Written]) -> None:
        refused: list[KafkaError] = []

        def note(fault: KafkaError | None, _: Any) -> None:
            if fault:
                refused.append(fault)

        for record in records:
            self._producer.produce(self._topic, record.raw, record.case.encode(), on_delivery=note)
        self._producer.flush()
        assert not refused, refused


class ConfluentReader:
    def __init__(self, brokers: str, topic: str, group: str) -> None:
        self._topic, self._thread = topic, ThreadPoolExecutor(1)
        settings = {"bootstrap.servers": brokers, "group.id": group, "enable.auto.commit": False, "auto.offset.reset": "earliest"}
        self._consumer = Consumer(settings | {"partition.assignment.strategy": "cooperative-sticky"})
        self._consumer.subscribe([topic])
        self._ends: dict[int, int] = {}

    async def fetch(self, limit: int, wait: float) -> list[Delivery]:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._poll, limit, wait)

    async def ack(self, upto: Delivery) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._commit)

    async def close(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._consumer.close)
        self._thread.shutdown()

    def _poll(self, limit: int, wait: float) -> list[Delivery]:
        messages = self._consumer.consume(1, wait)
        messages += self._consumer.consume(limit - len(messages), 0.001) if messages else []
        return [self._deliver(one) for one in messages]

    def _deliver(self, message: Any) -> Delivery:
        assert message.error() is None, message.error()
        self._ends[message.partition()] = message.offset() + 1
        return Delivery((message.partition(), message.offset()), message.key().decode(), message.value())

    def _commit(self) -> None:
        ends = [TopicPartition(self._topic, partition, offset) for partition, offset in self._ends.items()]
        self._consumer.commit(offsets=ends, asynchronous=False)
