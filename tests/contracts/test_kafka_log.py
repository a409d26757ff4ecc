"""The event log on Kafka keeps the contract, on a real broker; what only this log does."""

import asyncio
import sys
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaAdminClient, KafkaProducer
from kafka.admin import ConfigResource, ConfigResourceType, NewTopic

from shared.adapters.kafka_clients import LARGEST, ROUND, SESSION
from shared.adapters.kafka_cluster import Cluster, Topics, group_id
from shared.adapters.kafka_log import KafkaLog
from shared.events import read
from shared.ports import Delivery, Kept, Unavailable, Unusable
from tests.contracts.examples import record
from tests.contracts.log_contract import GroupContract, OpenLog, PositionContract, ReadingContract, by_case, expected, stories

ROOT = Path(__file__).parents[2]
TOPICS = Topics(partitions=4, replicas=1, days=1)
DAY = 24 * 60 * 60 * 1000


@pytest.fixture
def cluster(kafka_brokers: str) -> Cluster:
    return Cluster(tuple(kafka_brokers.split(",")), f"test-{uuid.uuid4().hex}", {"security_protocol": "PLAINTEXT"})


@pytest.fixture
def admin(cluster: Cluster) -> Iterator[Any]:
    client = KafkaAdminClient(bootstrap_servers=list(cluster.addresses))
    yield client
    client.close()


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


@pytest.fixture
async def log(cluster: Cluster) -> AsyncIterator[KafkaLog]:
    log = KafkaLog(cluster, TOPICS)
    yield log
    await log.close()


def settings(admin: Any, topic: str) -> dict[str, str]:
    """What a topic is set to."""
    found = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)], config_filter="all")
    return {name: entry["value"] for name, entry in found["topic"][topic].items()}


async def become(admin: Any, topic: str, **wanted: str) -> None:
    """Until the broker has heard of what its controller was told."""
    names = {name.replace("_", "."): value for name, value in wanted.items()}
    async with asyncio.timeout(20):
        while not names.items() <= settings(admin, topic).items():  # noqa: ASYNC110 - the broker tells nobody
            await asyncio.sleep(0.05)


async def test_the_topics_are_made_as_the_settings_say(cluster: Cluster, admin: Any) -> None:
    logs = [KafkaLog(cluster, TOPICS) for _ in range(4)]
    await asyncio.gather(*(log.check() for log in logs))  # processes that start at the same moment
    for name in (cluster.topic, cluster.parked):
        [topic] = admin.describe_topics([name])
        assert [len(one["replica_nodes"]) for one in topic["partitions"]] == [1] * 4
        found = settings(admin, name)
        assert (found["retention.ms"], found["min.insync.replicas"], found["cleanup.policy"]) == (str(DAY), "1", "delete")
        assert int(found["max.message.bytes"]) > LARGEST
    for log in logs:
        await log.close()


async def test_settings_that_may_change_are_set_anew(cluster: Cluster, admin: Any) -> None:
    lax = {"retention.ms": "1000", "max.message.bytes": "1000", "segment.bytes": "2000000"}
    admin.create_topics([NewTopic(cluster.topic, 4, 1, topic_configs=lax)])
    log = KafkaLog(cluster, replace(TOPICS, days=2))
    await log.check()
    await become(admin, cluster.topic, retention_ms=str(2 * DAY), segment_bytes="2000000", max_message_bytes=str(LARGEST + ROUND))
    await log.close()


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (Topics(6, 1, 1), r"has 4 partitions, HUIYING_LOG_PARTITIONS says 6; set it to 4: .* order within a case"),
        (Topics(4, 2, 1), r"kept by 1 brokers, HUIYING_LOG_REPLICAS says 2"),
    ],
)
async def test_topics_that_are_not_as_the_settings_say_are_not_used(cluster: Cluster, admin: Any, wanted: Topics, words: str) -> None:
    admin.create_topics([NewTopic(cluster.topic, 4, 1), NewTopic(cluster.parked, 4, 1)])
    log = KafkaLog(cluster, wanted)
    with pytest.raises(Unusable, match=words):
        await log.check()
    for attempt in (log.append([record("a", 1)]), log.reader("readers").fetch(1, 0), log.ping()):
        with pytest.raises(Unavailable, match=words):  # who is at work already waits and says why
            await attempt
    assert admin.list_partition_offsets({}) == {}
    await log.close()


async def test_more_replicas_than_there_are_brokers(cluster: Cluster) -> None:
    log = KafkaLog(cluster, Topics(4, 7, 1))
    with pytest.raises(Unusable, match="HUIYING_LOG_REPLICAS=1"):
        await log.check()
    await log.close()


async def test_the_largest_record_passes_and_a_larger_one_is_named(log: KafkaLog) -> None:
    largest = Kept("回应-1", b"x" * (LARGEST - 200))
    small = [Kept("回应-1", bytes([number])) for number in range(3)]
    await log.append([small[0], largest, small[1]])
    with pytest.raises(ValueError, match="case 回应-2: an event of 4000"):
        await log.append([Kept("回应-2", b"x" * LARGEST)])
    await log.append([small[2]])
    reader = log.reader("readers")
    taken: list[bytes] = []
    async with asyncio.timeout(20):
        while len(taken) < 4:
            taken += [one.raw for one in await reader.fetch(10, 5)]
    assert taken == [small[0].raw, largest.raw, small[1].raw, small[2].raw]


async def test_a_topic_that_was_made_too_small_for_our_records_is_said(log: KafkaLog, cluster: Cluster, admin: Any) -> None:
    await log.check()
    admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, cluster.topic, {"max.message.bytes": "2000"})])
    await become(admin, cluster.topic, max_message_bytes="2000")
    with pytest.raises(Unavailable, match=r"max.message.bytes was made too small"):
        await log.append([Kept("a", b"x" * 5000)])
    await log.check()
    await become(admin, cluster.topic, max_message_bytes=str(LARGEST + ROUND))
    await log.append([Kept("a", b"x" * 5000)])


async def test_many_records_at_once_keep_their_order(log: KafkaLog) -> None:
    records = [Kept(f"case-{number % 3}", b"%06d" % number + b"x" * 2_000) for number in range(1_500)]  # three rounds
    await log.append(records)
    reader = log.reader("readers")
    taken: dict[str, list[bytes]] = {f"case-{number}": [] for number in range(3)}
    async with asyncio.timeout(20):
        while sum(map(len, taken.values())) < len(records):
            for one in await reader.fetch(500, 5):
                taken[one.case].append(one.raw)
    assert taken == {case: [one.raw for one in records if one.case == case] for case in taken}


async def test_what_another_program_writes_is_read_too(log: KafkaLog, cluster: Cluster) -> None:
    await log.append([record("a", 1)])
    producer = KafkaProducer(bootstrap_servers=list(cluster.addresses))
    for key, value in ((b"a", b"from elsewhere"), (None, b"no key"), (b"\xff", None)):
        producer.send(cluster.topic, key=key, value=value).get(10)
    producer.close()
    reader = log.reader("readers")
    taken: list[Delivery] = []
    async with asyncio.timeout(20):
        while len(taken) < 4:
            taken += await reader.fetch(10, 5)
    assert sorted((one.case, one.raw) for one in taken if one.raw != record("a", 1).raw) == [
        ("", b"no key"), ("a", b"from elsewhere"), ("\ufffd", b"")
    ]  # fmt: skip
    assert [one.raw for one in taken if one.case == "a"] == [record("a", 1).raw, b"from elsewhere"], "the same key, the same part"


async def test_the_group_has_its_name_on_the_brokers(log: KafkaLog, cluster: Cluster, admin: Any) -> None:
    await log.append([record("a", 1)])
    reader = log.reader("tracking")
    [delivery] = await reader.fetch(1, 20)
    await reader.ack(delivery)
    name = group_id(cluster.topic, "tracking")
    assert [place.offset for place in admin.list_group_offsets([name])[name].values()] == [1]


async def test_a_waiting_fetch_holds_nobody_up(log: KafkaLog) -> None:
    await log.append(stories(("a",), 2))
    reader = log.reader("readers")
    taken = await reader.fetch(2, 20)
    waiting = asyncio.create_task(reader.fetch(1, 20))
    await asyncio.sleep(0)
    async with asyncio.timeout(2):
        assert await reader.lag() == 2
        await reader.ack(taken[-1])
        assert await reader.lag() == 0
        await reader.close()
    with pytest.raises(Unavailable, match="closed"):
        await waiting


async def test_a_member_that_was_killed_is_replaced(log: KafkaLog, cluster: Cluster) -> None:
    records = stories(("a",), 5)
    await log.append(records)
    command = (sys.executable, "-m", "tests.contracts.kafka_member", ",".join(cluster.addresses), cluster.topic, "4")
    member = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    try:
        assert member.stdout is not None
        assert await member.stdout.readline() == b"5\n"
    finally:
        member.kill()
        await member.wait()
    async with asyncio.timeout(SESSION + 10):
        taken: list[Delivery] = []
        reader = log.reader("readers")
        while len(taken) < 4:
            taken += await reader.fetch(10, 1)
    assert by_case(taken) == expected(records[1:])


async def test_a_member_gives_parts_up_and_acknowledges_no_more_of_them(log: KafkaLog, cluster: Cluster) -> None:
    """The first is given everything; when a second joins, each record still has one reader that can acknowledge it."""
    cases = [f"case-{number}" for number in range(12)]
    await log.append(stories(cases, 5))
    first, second = log.reader("readers"), log.reader("readers")
    mine: list[Delivery] = []
    async with asyncio.timeout(30):
        while len(mine) < 60:
            mine += await first.fetch(60, 1)
        theirs = asyncio.create_task(second.fetch(100, 25))
        while not theirs.done():
            assert await first.fetch(10, 0.1) == [], "nothing comes twice to the member that has it"
        again = await theirs
        await first.ack(mine[-1])
        while (left := await first.lag()) == 60:
            await first.fetch(10, 0.1)  # while the group is divided anew nothing is taken; the next fetches say it again
    assert by_case(again).items() <= expected(stories(cases, 5)).items()
    assert left == len(again) > 0, "what the second was given it has not acknowledged, and the first cannot"
    await second.ack(again[-1])
    async with asyncio.timeout(20):
        while await first.lag():
            if some := await second.fetch(100, 0.5):
                again += some
                await second.ack(some[-1])
    assert {read(one.raw).id for one in (*mine, *again)} == {one.id for one in stories(cases, 5)}


async def test_readers_that_look_for_a_moment_only_join_all_the_same(log: KafkaLog) -> None:
    """A client may finish joining between two polls: what it was given then must not be thrown away with another try."""
    records = stories([f"case-{number}" for number in range(12)], 5)
    await log.append(records)
    members = [log.reader("readers") for _ in range(2)]
    taken: list[Delivery] = []
    async with asyncio.timeout(30):
        while len({one.raw for one in taken}) < len(records):
            for member in members:
                if some := await member.fetch(10, 0):
                    taken += some
                    await member.ack(some[-1])
            await asyncio.sleep(0.05)
    assert {read(one.raw).id for one in taken} == {one.id for one in records}


@pytest.mark.parametrize("group", ["", "a/b", "../a", "A", "照"])
async def test_a_group_must_have_a_plain_name(log: KafkaLog, group: str) -> None:
    with pytest.raises(ValueError, match="group"):
        log.reader(group)


async def test_a_closed_log_takes_nothing(cluster: Cluster) -> None:
    log = KafkaLog(cluster, TOPICS)
    await log.append([record("a", 1)])
    reader = log.reader("readers")
    await log.close()
    for attempt in (log.append([record("a", 2)]), reader.fetch(1, 1), reader.rewind(), reader.lag(), log.ping()):
        with pytest.raises(Unavailable, match="closed"):
            await attempt
