"""A broker that asks who we are: by password over TLS, by certificate, and with rights for each user; what is wrong is said in words."""

import asyncio
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from kafka import KafkaAdminClient
from kafka.admin import (
    ACL,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    NewTopic,
    ResourcePattern,
    ResourceType,
    ScramMechanism,
    UserScramCredentialUpsertion,
)

from shared.adapters.kafka_cluster import Topics, read_cluster
from shared.adapters.kafka_log import KafkaLog
from shared.ports import Unavailable, Unusable
from tests.contracts.examples import record
from tests.servers.certificate import make_certificate
from tests.servers.kafka import Kafka, free_ports

TOPICS = Topics(2, 1, 1)
PASSWORD = "p@ss/wörd"
CODED = "p%40ss%2Fw%C3%B6rd"
READ, WRITE, LOOK = ACLOperation.READ, ACLOperation.WRITE, ACLOperation.DESCRIBE_CONFIGS

LISTENERS = """
listeners=CLIENTS://127.0.0.1:{clients},SECRET://127.0.0.1:{secret},MUTUAL://127.0.0.1:{mutual},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=CLIENTS://127.0.0.1:{clients},SECRET://localhost:{secret},MUTUAL://localhost:{mutual}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,CLIENTS:PLAINTEXT,SECRET:SASL_SSL,MUTUAL:SSL
sasl.enabled.mechanisms=SCRAM-SHA-256,SCRAM-SHA-512,PLAIN
listener.name.secret.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.secret.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.secret.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_city="{password}";
ssl.keystore.type=PEM
ssl.keystore.location={broker}
ssl.truststore.type=PEM
ssl.truststore.location={client}
listener.name.mutual.ssl.client.auth=required
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS;User:city;User:CN=localhost
controller.quorum.voters=1@127.0.0.1:{controller}
"""


@dataclass(frozen=True)
class Guarded:
    """The broker's ports, and the certificates: its own, that of its client, and one that nobody knows."""

    clients: int
    secret: int
    mutual: int
    broker: Path
    client: Path
    stranger: Path


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    folder = tmp_path_factory.mktemp("kafka")
    clients, secret, mutual, controller = free_ports(4)
    guarded = Guarded(clients, secret, mutual, *(folder / f"{name}.pem" for name in ("broker", "client", "stranger")))
    for path in (guarded.broker, guarded.client, guarded.stranger):
        make_certificate(path)
    more = LISTENERS.format(**vars(guarded), controller=controller, password=PASSWORD.replace("ö", "\\u00f6"))
    kafka = Kafka(folder, ports=[clients], more=more)
    try:
        kafka.wait_ready()
        with_admin(guarded, add_users)
        yield guarded
    finally:
        kafka.stop()


def with_admin(guarded: Guarded, do: Any) -> None:
    admin = KafkaAdminClient(bootstrap_servers=f"127.0.0.1:{guarded.clients}")
    try:
        do(admin)
    finally:
        admin.close()


def add_users(admin: Any) -> None:
    """`city` may do everything, `clerk` what docs/running.md says a service needs, `nobody` nothing."""
    for users, mechanism in ((("city", "clerk", "nobody"), ScramMechanism.SCRAM_SHA_512), (("city",), ScramMechanism.SCRAM_SHA_256)):
        answer = admin.alter_user_scram_credentials([UserScramCredentialUpsertion(user, mechanism, PASSWORD) for user in users])
        assert set(answer.values()) == {None}
    rights = [(ResourceType.TOPIC, "clerk-", right) for right in (READ, WRITE, LOOK)] + [(ResourceType.GROUP, "clerk-", READ)]
    admin.create_acls([
        ACL("User:clerk", "*", right, ACLPermissionType.ALLOW, ResourcePattern(kind, name, ACLResourcePatternType.PREFIXED))
        for kind, name, right in rights
    ])  # fmt: skip


def opened(url: str, topic: str = "", mechanism: str = "SCRAM-SHA-512", **files: Path) -> KafkaLog:
    topic = topic or f"test-{uuid.uuid4().hex}"
    return KafkaLog(read_cluster(f"{url}/{topic}", mechanism, files.get("authorities"), files.get("certificate")), TOPICS)


async def use(log: KafkaLog) -> None:
    """Everything that a service does with its log."""
    await log.check()
    await log.append([record("a", 1)])
    await log.copy_parked("readers", [record("a", 2)])
    reader = log.reader("readers")
    [delivery] = await reader.fetch(1, 30)
    await reader.ack(delivery)
    assert await reader.lag() == 0
    await log.ping()
    await log.close()


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
async def test_a_user_with_a_password_over_tls(guarded: Guarded, mechanism: str) -> None:
    await use(opened(f"kafkas://city:{CODED}@localhost:{guarded.secret}", mechanism=mechanism, authorities=guarded.broker))


async def test_a_certificate_of_our_own(guarded: Guarded) -> None:
    await use(opened(f"kafkas://localhost:{guarded.mutual}", authorities=guarded.broker, certificate=guarded.client))


async def test_a_user_with_no_more_rights_than_it_needs(guarded: Guarded) -> None:
    topic = f"clerk-{uuid.uuid4().hex}"
    url = f"kafkas://clerk:{CODED}@localhost:{guarded.secret}"
    early = opened(url, topic, authorities=guarded.broker)
    with pytest.raises(Unusable, match="is missing and the user in HUIYING_LOG_URL may not make it; make it with 2 partitions"):
        await early.check()
    await early.close()
    settings = {"retention.ms": "86400000", "max.message.bytes": "5000000"}
    names = (topic, f"{topic}.parked")
    with_admin(guarded, lambda admin: admin.create_topics([NewTopic(name, 2, 1, topic_configs=settings) for name in names]))
    await use(opened(url, topic, authorities=guarded.broker))


async def test_settings_that_we_may_not_set_are_asked_for(guarded: Guarded) -> None:
    topic = f"clerk-{uuid.uuid4().hex}"
    names = (topic, f"{topic}.parked")
    with_admin(guarded, lambda admin: admin.create_topics([NewTopic(name, 2, 1) for name in names]))
    log = opened(f"kafkas://clerk:{CODED}@localhost:{guarded.secret}", topic, authorities=guarded.broker)
    with pytest.raises(Unusable, match=r"needs .*max.message.bytes=5000000.*, and we may not set it"):
        await log.check()
    await log.close()


async def test_what_is_wrong_is_said_to_who_can_put_it_right(guarded: Guarded) -> None:
    secret, mutual = f"localhost:{guarded.secret}", f"kafkas://localhost:{guarded.mutual}"
    wrong: list[tuple[KafkaLog, type[Exception], str]] = [
        (opened(f"kafkas://city:Wr0ng@{secret}", authorities=guarded.broker), Unusable, "refuse the user or the password"),
        (opened(f"kafkas://city:{CODED}@{secret}", authorities=guarded.stranger), Unusable, "have not signed"),
        (opened(f"kafkas://city:{CODED}@{secret}"), Unusable, "have not signed"),
        (opened(f"kafkas://city:{CODED}@127.0.0.1:{guarded.secret}", authorities=guarded.broker), Unusable, "for another host"),
        (opened(mutual, authorities=guarded.broker), Unusable, "HUIYING_LOG_CERTIFICATE"),
        (opened(mutual, authorities=guarded.broker, certificate=guarded.stranger), Unusable, "HUIYING_LOG_CERTIFICATE"),
        (opened(f"kafkas://nobody:{CODED}@{secret}", authorities=guarded.broker), Unusable, "may not make it|lacks a right"),
        (opened(f"kafkas://127.0.0.1:{guarded.clients}"), Unavailable, "cannot be used just now"),  # it hangs up without a word
    ]
    started = monotonic()
    said = await asyncio.gather(*(log.check() for log, _, _ in wrong), return_exceptions=True)
    assert monotonic() - started < 30
    for (_, kind, words), fault in zip(wrong, said, strict=True):
        assert type(fault) is kind, (words, fault)
        assert re.search(words, str(fault)), fault
        assert "Wr0ng" not in str(fault)
        assert PASSWORD not in str(fault)
    for log, _, words in wrong[:1]:
        with pytest.raises(Unavailable, match=words):  # who is at work already waits, and says why
            await log.append([record("a", 1)])
    for log, _, _ in wrong:
        await log.close()
