"""The three clients of Kafka as we set them up: one that appends, one that reads for a group, one that looks after the topics."""

import logging
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Protocol, TypeVar

from kafka import ConsumerRebalanceListener, KafkaAdminClient, KafkaConsumer, KafkaProducer, errors
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.net.compat import KafkaNetClient
from kafka.structs import OffsetAndMetadata, TopicPartition

from shared.adapters.kafka_cluster import Cluster, group_id

PATIENCE = 10.0
"""Seconds that an append waits for the brokers before it says that they are away."""
LARGEST = 4_000_000
"""Bytes of the largest record: forty times the longest complaint. The topics are made to take it."""
ROUND = 1_000_000
"""Bytes that are appended at once; a larger record goes alone."""
ANSWER = 5.0
"""Seconds for an answer to one request."""
SESSION, HEARTBEAT = 10.0, 1.0
"""Seconds after which a member that says nothing is replaced, and between its signs of life; with their answers it hears who joins."""
LONGEST_BATCH = 30.0
"""Seconds that a batch may take; then others get the member's parts, and it joins again when it is done."""
LEAVE = 1.0
"""Seconds to say good-bye to the group."""
HANDSHAKE = 3.0
"""Seconds to look why a broker that is there lets nobody in."""
AWAY = (OSError, errors.RetriableError, errors.UnknownBrokerIdError)
NEVER = 3_600.0
"""Seconds; longer than any wait of ours."""

log = logging.getLogger(__name__)
T = TypeVar("T")


class Sending(Protocol):
    """A record on its way."""

    def get(self, timeout: float) -> object: ...


class Producer(Protocol):
    def send(self, topic: str, value: bytes, key: bytes) -> Sending: ...

    def flush(self, timeout: float) -> None: ...

    def close(self, timeout: float) -> None: ...


class Record(Protocol):
    @property
    def offset(self) -> int: ...

    @property
    def key(self) -> bytes | None: ...

    @property
    def value(self) -> bytes | None: ...


class Consumer(Protocol):
    def poll(self, timeout_ms: int, max_records: int) -> Mapping[Any, Sequence[Record]]: ...

    def commit(self, offsets: Mapping[Any, Any], timeout_ms: int) -> None: ...

    def seek(self, partition: Any, offset: int) -> None: ...

    def close(self, autocommit: bool, timeout_ms: int) -> None: ...


def open_producer(cluster: Cluster) -> Producer:
    """Blocks until a broker has answered.

    A batch goes out only when we say so (`flush`), is tried again without end, and one at a time for each part of the topic.
    """
    producer: Producer = _open(
        cluster, KafkaProducer,
        acks="all", enable_idempotence=True, allow_auto_create_topics=False, metrics_enabled=False,
        linger_ms=NEVER * 1000, delivery_timeout_ms=3 * NEVER * 1000, max_block_ms=PATIENCE * 1000,
        batch_size=2 * ROUND, max_request_size=LARGEST + ROUND,
    )  # fmt: skip
    return producer


def give_up_producer(producer: Any) -> None:
    """Closes it without another try for what it holds; blocks until it has let go. Its own `close` waits for what cannot be sent."""
    producer._sender.force_close()
    with suppress(errors.KafkaTimeoutError):
        producer.close(0)  # it is in the way of the interpreter's end no more, whenever that comes
    producer._sender.join()
    producer.close(0)


def open_consumer(cluster: Cluster, group: str, listener: ConsumerRebalanceListener) -> Consumer:
    """Blocks until a broker has answered and the topic is known; it belongs to the group once it is polled."""
    consumer: Any = _open(
        cluster, KafkaConsumer,
        group_id=group_id(cluster.topic, group), partition_assignment_strategy=[CooperativeStickyAssignor],
        enable_auto_commit=False, auto_offset_reset="earliest", allow_auto_create_topics=False, metrics_enabled=False,
        session_timeout_ms=int(SESSION * 1000), heartbeat_interval_ms=int(HEARTBEAT * 1000),
        max_poll_interval_ms=int(LONGEST_BATCH * 1000), max_partition_fetch_bytes=ROUND, fetch_max_bytes=LARGEST,
    )  # fmt: skip
    try:
        consumer.subscribe([cluster.topic], listener=listener)
        consumer.end_offsets([part(cluster.topic, 0)], int(ANSWER * 1000))  # a leader that does not know the topic yet divides nothing
    except BaseException:
        close_consumer(consumer)
        raise
    _finish_joining(consumer)
    ready: Consumer = consumer
    return ready


def close_consumer(consumer: Consumer) -> None:
    """Leaves the group, where a broker is there to hear it."""
    _close(partial(consumer.close, autocommit=False, timeout_ms=int(LEAVE * 1000)))


def close_admin(admin: KafkaAdminClient) -> None:
    _close(admin.close)


def _close(close: Callable[[], None]) -> None:
    """A client that is closed because it has failed may fail at that too; whoever had to do with it hears of the first only."""
    try:
        close()
    except (errors.KafkaError, OSError, RuntimeError) as fault:
        log.warning("a client did not close in order: %s", type(fault).__name__)


def _finish_joining(consumer: Any) -> None:
    """Mends kafka-python 3.0.12, whose member may be lost or join for ever when a poll of ours ends while it joins.

    It takes up its parts only while it sees a need to join, and the need may go meanwhile: then it is no member and never will be again.
    And where the brokers have answered between two polls it throws the answer away and joins anew, which divides the whole group again.
    """
    coordinator = consumer._coordinator
    needed, join = coordinator.need_rejoin, coordinator._do_join_and_sync_async
    answers: list[tuple[object, object]] = []

    async def join_once() -> object:
        if answers and coordinator.rebalance_in_progress() and answers[-1][0] is coordinator._generation:
            return answers.pop()[1]
        answers.clear()
        assignment = await join()
        answers.append((coordinator._generation, assignment))
        return assignment

    coordinator.need_rejoin = lambda: coordinator.rejoining or needed()
    coordinator._do_join_and_sync_async = join_once


def open_looker(cluster: Cluster) -> Any:
    """A consumer that belongs to no group and reads where it is put. Blocks until a broker has answered."""
    return _open(
        cluster, KafkaConsumer,
        group_id=None, enable_auto_commit=False, allow_auto_create_topics=False, metrics_enabled=False,
        max_partition_fetch_bytes=ROUND, fetch_max_bytes=LARGEST,
    )  # fmt: skip


def open_admin(cluster: Cluster) -> KafkaAdminClient:
    """Blocks until a broker has answered."""
    return _open(cluster, KafkaAdminClient)


def part(topic: str, partition: int) -> Any:
    """A part of a topic as the clients name it."""
    return TopicPartition(topic, partition)


def place(offset: int) -> Any:
    """A place in a part of a topic, to be committed."""
    return OffsetAndMetadata(offset, "", -1)


def _open(cluster: Cluster, kind: Callable[..., T], **more: object) -> T:
    opened: list[KafkaNetClient] = []

    def network(**settings: object) -> KafkaNetClient:
        opened.append(KafkaNetClient(**settings))
        return opened[-1]

    try:
        return kind(
            bootstrap_servers=list(cluster.addresses), client_id="huiying", kafka_client=network, bootstrap_timeout_ms=ANSWER * 1000,
            request_timeout_ms=int(ANSWER * 1000), reconnect_backoff_max_ms=1_000, metadata_max_age_ms=60_000, **cluster.security, **more,
        )  # fmt: skip
    except errors.KafkaTimeoutError:
        _find_reason(cluster, opened[-1])
        raise
    except BaseException:
        for client in opened:
            client.close()  # what could not be built leaves its thread and its connections running
        raise


def _find_reason(cluster: Cluster, client: KafkaNetClient) -> None:
    """Raises why no broker could be spoken to, where one was there: the client itself only says that time has passed. Closes it."""
    try:
        for broker in client.cluster.bootstrap_brokers():
            with suppress(*AWAY):
                client._manager.reset_backoff(broker.node_id)
                client._manager.run(partial(_connect, client, broker.node_id))
    finally:
        client.close()
    context = cluster.security.get("ssl_context")
    if isinstance(context, ssl.SSLContext):
        _shake_hands(cluster, context)


async def _connect(client: KafkaNetClient, node: str) -> None:
    connection = client._manager.get_connection(node, HANDSHAKE * 1000, pop_on_close=False, refresh_metadata_on_err=False)
    try:
        await connection
    except errors.KafkaConnectionError as fault:
        if connection.broker_version_data is not None and client._manager.config["sasl_mechanism"]:  # it has spoken, and hung up then:
            raise errors.SaslAuthenticationFailedError from fault  # its refusal is often overtaken by the end of the connection
        raise


def _shake_hands(cluster: Cluster, context: ssl.SSLContext) -> None:
    """Raises what is wrong with TLS towards the first broker that can be reached: the client itself says only that time has passed."""
    for address in cluster.addresses:
        host, _, port = address.rpartition(":")
        with suppress(TimeoutError, ConnectionError, socket.gaierror, ssl.SSLEOFError):
            with socket.create_connection((host.strip("[]"), int(port)), HANDSHAKE) as plain:
                plain.settimeout(HANDSHAKE)
                with context.wrap_socket(plain, server_hostname=host.strip("[]")) as secret:
                    secret.recv(1)  # what they think of our certificate comes after the handshake; else they wait for us to speak
            return
