"""The topics themselves: made, compared with the settings, asked whether they can be written, and how far a group has read them."""

import logging
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from kafka import KafkaAdminClient, errors
from kafka.admin import ConfigResource, ConfigResourceType, NewTopic, OffsetSpec

from shared.adapters.kafka_clients import ANSWER, LARGEST, ROUND, close_admin, open_admin, part
from shared.adapters.kafka_cluster import Cluster, Topics, group_id, translated, waited_for
from shared.adapters.kafka_worker import Worker
from shared.ports import Unavailable, Unusable

DAY = 24 * 60 * 60 * 1000
LOOK_AGAIN = 0.05

log = logging.getLogger(__name__)
T = TypeVar("T")
Found = Mapping[str, Any]
"""A topic as the brokers describe it."""


class KafkaTopics:
    """Our two topics on the brokers. Blocking calls go to a thread of its own, one after the other."""

    def __init__(self, cluster: Cluster, topics: Topics) -> None:
        self._cluster, self._topics = cluster, topics
        self._worker = Worker("kafka topics")
        self._admin: KafkaAdminClient | None = None

    async def check(self) -> None:
        """Makes what is missing. Raises Unusable, with what to do, when what is there is not what the settings say; Unavailable."""
        await self._worker.run(lambda: self._ask(self._check, translated))

    async def look(self) -> None:
        """Returns when every part can be written. Raises Unavailable."""
        await self._worker.run(lambda: self._ask(self._look, waited_for))

    async def lag(self, group: str) -> int:
        """How many records of the topic the group has not acknowledged, whoever reads them."""
        return await self._worker.run(lambda: self._ask(lambda admin: self._lag(admin, group), waited_for))

    async def close(self) -> None:
        await self._worker.end(self._drop)

    def _ask(self, question: Callable[[KafkaAdminClient], T], words: Callable[[Cluster], AbstractContextManager[None]]) -> T:
        """The answer by a client that has not failed yet: one that has is closed, and the next question opens another."""
        try:
            with words(self._cluster):
                self._admin = self._admin or open_admin(self._cluster)
                return question(self._admin)
        except Exception:
            self._drop()
            raise

    def _drop(self) -> None:
        admin, self._admin = self._admin, None
        if admin is not None:
            close_admin(admin)

    def _check(self, admin: KafkaAdminClient) -> None:
        names = (self._cluster.topic, self._cluster.parked)
        found = self._describe(admin, *names)
        if missing := [name for name in names if name not in found]:
            self._make(admin, missing)
            found = self._wait_for(admin, *names)
        for name in names:
            self._compare(name, found[name])
        self._adjust(admin, names)

    def _describe(self, admin: KafkaAdminClient, *names: str) -> dict[str, Found]:
        found: dict[str, Found] = {}
        for topic in admin.describe_topics(names):
            error = errors.for_code(topic["error_code"])
            if issubclass(error, errors.AuthorizationError):
                raise error(topic["name"])
            if error is errors.NoError:
                found[topic["name"]] = topic
        return found

    def _make(self, admin: KafkaAdminClient, names: list[str]) -> None:
        wanted = [NewTopic(name, self._topics.partitions, self._topics.replicas, topic_configs=self._settings()) for name in names]
        answer = admin.create_topics(wanted, timeout_ms=int(ANSWER * 1000), raise_errors=False)
        for topic in answer["topics"]:
            error = errors.for_code(topic["error_code"])
            if error is errors.InvalidReplicationFactorError:
                raise Unusable(
                    f"{self._cluster}: there are fewer brokers than the {self._topics.replicas} that are to keep each record; "
                    "start the others, or say HUIYING_LOG_REPLICAS=1 for a trial on a single one"
                )
            if issubclass(error, errors.AuthorizationError):
                raise Unusable(
                    f"{self._cluster}: the topic {topic['name']} is missing and the user in HUIYING_LOG_URL may not make it; "
                    f"make it with {self._topics.partitions} partitions and {self._topics.replicas} replicas, or grant the right"
                )
            if error not in (errors.NoError, errors.TopicAlreadyExistsError):
                raise error(topic["error_message"])

    def _settings(self) -> dict[str, str]:
        return {
            "cleanup.policy": "delete",
            "retention.ms": str(self._topics.days * DAY),
            "min.insync.replicas": str(self._topics.in_sync),
            "max.message.bytes": str(LARGEST + ROUND),
        }

    def _wait_for(self, admin: KafkaAdminClient, *names: str) -> dict[str, Found]:
        """The topics once all brokers know them: the one that answers may hear of a new topic a moment after it was made."""
        until = time.monotonic() + ANSWER
        while True:
            found = self._describe(admin, *names)
            if all(name in found and len(found[name]["partitions"]) > 0 for name in names):
                return found
            if time.monotonic() > until:
                raise Unavailable(f"{self._cluster}: the new topics are not there yet")
            time.sleep(LOOK_AGAIN)

    def _compare(self, name: str, found: Found) -> None:
        parts = found["partitions"]
        if len(parts) != self._topics.partitions:
            raise Unusable(
                f"{self._cluster}: the topic {name} has {len(parts)} partitions, HUIYING_LOG_PARTITIONS says {self._topics.partitions}; "
                f"set it to {len(parts)}: a topic whose number of partitions is changed loses the order within a case"
            )
        replicas = {len(one["replica_nodes"]) for one in parts}
        if replicas != {self._topics.replicas}:
            raise Unusable(
                f"{self._cluster}: the topic {name} is kept by {max(replicas)} brokers, HUIYING_LOG_REPLICAS says {self._topics.replicas}; "
                "set it to that number, or have the topic's partitions reassigned"
            )

    def _adjust(self, admin: KafkaAdminClient, names: tuple[str, ...]) -> None:
        """Retention as the settings say; room for our records and safe writes at least as ours, if somebody has set them lower."""
        resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
        present = admin.describe_configs(resources, config_filter="all").get("topic", {})
        for name in names:
            facts = {key: entry["value"] for key, entry in present.get(name, {}).items()}
            if changes := {key: value for key, value in self._settings().items() if facts and _differs(key, facts.get(key), value)}:
                self._change(admin, name, changes)

    def _change(self, admin: KafkaAdminClient, name: str, changes: dict[str, str]) -> None:
        answer = admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, changes)], raise_on_unknown=False)
        if (said := answer["topic"][name]) == "OK":
            log.info("settings of the topic %s changed: %s", name, changes)
        elif changes.keys() == {"retention.ms"}:
            log.warning("the topic %s keeps events for another time than HUIYING_LOG_DAYS, and we may not change that: %s", name, said)
        else:
            wanted = ", ".join(f"{key}={value}" for key, value in changes.items())
            raise Unusable(f"{self._cluster}: the topic {name} needs {wanted}, and we may not set it ({said}); set it, or grant the right")

    def _look(self, admin: KafkaAdminClient) -> None:
        found = self._describe(admin, self._cluster.topic)
        if self._cluster.topic not in found:
            raise Unavailable(f"{self._cluster}: the topic {self._cluster.topic} is not there")
        parts = found[self._cluster.topic]["partitions"]
        if alone := [one for one in parts if one["leader_id"] < 0 or len(one["isr_nodes"]) < self._topics.in_sync]:
            raise Unavailable(f"{self._cluster}: too few brokers are there to write {len(alone)} of {len(parts)} partitions")

    def _lag(self, admin: KafkaAdminClient, group: str) -> int:
        parts = [part(self._cluster.topic, number) for number in range(self._topics.partitions)]
        acknowledged = {key: max(0, place.offset) for key, place in self._acknowledged(admin, group).items()}
        first = admin.list_partition_offsets(dict.fromkeys(parts, OffsetSpec.EARLIEST))
        last = admin.list_partition_offsets(dict.fromkeys(parts, OffsetSpec.LATEST))
        return sum(max(0, last[one].offset - max(first[one].offset, acknowledged.get(one, 0))) for one in parts)

    def _acknowledged(self, admin: KafkaAdminClient, group: str) -> Mapping[Any, Any]:
        name = group_id(self._cluster.topic, group)
        places: Mapping[str, Mapping[Any, Any]] = admin.list_group_offsets({name: None})
        return places.get(name, {})


def _differs(key: str, present: str | None, wanted: str) -> bool:
    if present is None or key in ("retention.ms", "cleanup.policy"):
        return present != wanted
    return int(present) < int(wanted)
