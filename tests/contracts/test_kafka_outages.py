"""Brokers that are killed, and a way to them that is cut: nothing is lost, each case keeps its order, all goes on by itself."""

import asyncio
import os
import uuid
from collections.abc import Iterator
from time import monotonic

import pytest
from kafka import KafkaAdminClient

from shared.adapters.kafka_clients import PATIENCE
from shared.adapters.kafka_cluster import Cluster, Topics
from shared.adapters.kafka_log import KafkaLog
from shared.ports import EventLog, Unavailable
from tests.contracts.examples import record
from tests.contracts.kafka_traffic import Traffic, drained
from tests.servers.kafka import Kafka, free_ports
from tests.servers.proxy import Proxy

pytestmark = pytest.mark.timeout(300)  # three brokers on a busy machine take their time to start
THREE = Topics(partitions=4, replicas=3, days=1)
ONE = Topics(partitions=4, replicas=1, days=1)


def cluster_of(kafka: Kafka) -> Cluster:
    return Cluster(tuple(kafka.addresses.split(",")), f"test-{uuid.uuid4().hex}", {"security_protocol": "PLAINTEXT"})


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    kafka = Kafka(tmp_path_factory.mktemp("kafka"), nodes=3)
    try:
        kafka.wait_ready()
        yield kafka
    finally:
        kafka.stop()


@pytest.fixture(scope="module")
def way(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Kafka, Proxy]]:
    """A broker that is reached through a proxy alone."""
    [port] = free_ports(1)
    proxy = Proxy(port)
    kafka = Kafka(tmp_path_factory.mktemp("kafka"), ports=[port], advertised=[proxy.port])
    try:
        kafka.wait_ready()
        yield kafka, proxy
    finally:
        proxy.close()
        kafka.stop()


def leader_of(cluster: Cluster, partition: int) -> int:
    admin = KafkaAdminClient(bootstrap_servers=list(cluster.addresses))
    try:
        [topic] = admin.describe_topics([cluster.topic])
        return next(int(one["leader_id"]) for one in topic["partitions"] if one["partition_index"] == partition)
    finally:
        admin.close()


async def green(log: EventLog) -> bool:
    try:
        await log.ping()
    except Unavailable:
        return False
    return True


async def becomes(log: EventLog, wanted: bool) -> None:
    async with asyncio.timeout(90):
        while await green(log) != wanted:  # noqa: ASYNC110 - the brokers tell nobody
            await asyncio.sleep(0.1)


async def compare(traffic: Traffic, log: KafkaLog) -> None:
    """What the readers have got and what is on the log, each against what was confirmed to the relay."""
    traffic.deliveries += await drained(log.reader("readers"))
    assert traffic.first_of(traffic.deliveries) == traffic.expected()
    assert traffic.first_of(await drained(log.reader("auditors"))) == traffic.expected()


async def test_a_leader_that_is_killed_takes_no_record_and_no_order_with_it(three: Kafka) -> None:
    cluster, traffic = cluster_of(three), Traffic()
    logs = [KafkaLog(cluster, THREE) for _ in range(2)]
    await logs[0].check()
    async with traffic.running(logs[0], *(log.reader("readers") for log in logs)):
        await traffic.rounds(10)
        victim = leader_of(cluster, 0)
        three.kill(victim)
        await traffic.rounds(10)
        assert await green(logs[0]), "two of three are enough"
        three.start(victim)
        await asyncio.to_thread(three.wait_ready)
        await traffic.rounds(10)
    await logs[1].close()
    await compare(traffic, logs[0])
    await logs[0].close()


@pytest.mark.skipif(os.environ.get("STORM") != "long", reason="part of make storm")
async def test_when_all_brokers_are_gone_everything_waits_and_goes_on(three: Kafka) -> None:
    cluster, traffic = cluster_of(three), Traffic()
    log = KafkaLog(cluster, THREE)
    async with traffic.running(log, log.reader("readers")):
        await traffic.rounds(10)
        for node in (1, 2, 3):
            three.kill(node)
        await becomes(log, False)
        await traffic.until(lambda: bool(traffic.unconfirmed))
        three.start(1)
        await asyncio.sleep(10)
        assert not await green(log), "one of three is not enough"
        for node in (2, 3):
            three.start(node)
        await becomes(log, True)
        await traffic.rounds(10)
    await compare(traffic, log)
    await log.close()


async def test_a_way_that_is_cut_for_a_moment(way: tuple[Kafka, Proxy]) -> None:
    kafka, proxy = way
    traffic, log = Traffic(), KafkaLog(cluster_of(kafka), ONE)
    async with traffic.running(log, log.reader("readers")):
        await traffic.rounds(10)
        proxy.cut()
        await becomes(log, False)
        proxy.restore()
        await becomes(log, True)
        await traffic.rounds(10)
    assert not traffic.unconfirmed, "the relay has only waited"
    await compare(traffic, log)
    await log.close()


async def test_a_way_on_which_all_is_silent(way: tuple[Kafka, Proxy]) -> None:
    kafka, proxy = way
    traffic, log = Traffic(), KafkaLog(cluster_of(kafka), ONE)
    async with traffic.running(log, log.reader("readers")):
        await traffic.rounds(10)
        silent = monotonic()
        proxy.silence()
        await becomes(log, False)
        await traffic.until(lambda: bool(traffic.unconfirmed), 2 * PATIENCE)
        assert monotonic() - silent < PATIENCE + 5
        proxy.restore()
        await becomes(log, True)
        await traffic.rounds(10)
    await compare(traffic, log)
    await log.close()


async def test_a_log_that_was_opened_in_an_outage_begins_when_it_ends(way: tuple[Kafka, Proxy]) -> None:
    kafka, proxy = way
    log = KafkaLog(Cluster((f"127.0.0.1:{proxy.port}",), cluster_of(kafka).topic, {"security_protocol": "PLAINTEXT"}), ONE)
    proxy.cut()
    reader = log.reader("readers")
    attempts = await asyncio.gather(
        log.append([record("a", 1)]), reader.fetch(1, 1), reader.lag(), log.ping(), log.check(), return_exceptions=True
    )
    assert [type(one) for one in attempts] == [Unavailable] * 5
    proxy.restore()
    await becomes(log, True)
    await log.append([record("a", 1)])
    assert len(await drained(reader)) == 1
    await log.close()


async def test_a_stop_in_an_outage_takes_some_seconds_at_most(way: tuple[Kafka, Proxy]) -> None:
    kafka, proxy = way
    log = KafkaLog(cluster_of(kafka), ONE)
    reader = log.reader("readers")
    await log.append([record("a", 1)])
    [delivery] = await reader.fetch(1, 20)
    await reader.ack(delivery)
    proxy.silence()
    appending = asyncio.create_task(log.append([record("a", 2)]))
    await asyncio.sleep(0)
    stopped = monotonic()
    await reader.close()
    await log.close()
    assert monotonic() - stopped < 8
    with pytest.raises(Unavailable):
        await appending
    proxy.restore()
