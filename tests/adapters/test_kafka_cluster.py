"""How a URL and its settings name a Kafka cluster, and what its errors mean to us."""

import ssl
from pathlib import Path

import pytest
from kafka import errors

from shared.adapters.kafka_cluster import Cluster, Topics, group_id, read_cluster, translated, waited_for
from shared.ports import Unavailable, Unusable
from tests.servers.certificate import make_certificate

SCRAM = "SCRAM-SHA-512"
PASSWORD = "s3cret:with/@signs"
CODED = "s3cret%3Awith%2F%40signs"


def read(url: str, mechanism: str = SCRAM) -> Cluster:
    return read_cluster(url, mechanism, None, None)


@pytest.mark.parametrize(
    ("url", "addresses", "topic"),
    [
        ("kafka://one:9093", ("one:9093",), "huiying"),
        ("kafka://one/", ("one:9092",), "huiying"),
        ("kafka://one,two:9093,10.0.0.3:9094/city.events", ("one:9092", "two:9093", "10.0.0.3:9094"), "city.events"),
        ("kafka://[::1]:9092,[fe80::1]/T_1-2/", ("[::1]:9092", "[fe80::1]:9092"), "T_1-2"),
        ("kafka:one", ("one:9092",), "huiying"),
    ],
)
def test_where_the_brokers_are(url, addresses, topic):
    cluster = read(url)
    assert (cluster.addresses, cluster.topic, cluster.parked) == (addresses, topic, f"{topic}.parked")
    assert cluster.security == {"security_protocol": "PLAINTEXT"}


def test_a_user_and_a_password_with_any_signs():
    cluster = read(f"kafka://city%2Fhall:{CODED}@one:9093,two/topic")
    assert cluster.addresses == ("one:9093", "two:9092")
    assert cluster.security == {
        "security_protocol": "SASL_PLAINTEXT", "sasl_mechanism": SCRAM, "sasl_plain_username": "city/hall", "sasl_plain_password": PASSWORD,
    }  # fmt: skip
    assert "s3cret" not in repr(cluster) + str(cluster)


def test_tls_trusts_the_system_and_asks_for_the_name():
    security = read(f"kafkas://user:{CODED}@one", "PLAIN").security
    context = security["ssl_context"]
    assert security["security_protocol"] == "SASL_SSL"
    assert isinstance(context, ssl.SSLContext)
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert read("kafkas://one").security["security_protocol"] == "SSL"


def test_tls_with_authorities_and_a_certificate_of_our_own(tmp_path: Path):
    make_certificate(tmp_path / "one.pem")
    cluster = read_cluster("kafkas://one", SCRAM, tmp_path / "one.pem", tmp_path / "one.pem")
    context = cluster.security["ssl_context"]
    assert isinstance(context, ssl.SSLContext)
    assert len(context.get_ca_certs()) == 1, "nobody else is trusted"


@pytest.mark.parametrize(
    "url",
    [
        "kafka://",
        "kafka:///topic",
        "kafka://one,/topic",
        "kafka://one:0",
        "kafka://one:99999",
        "kafka://one:port",
        "kafka://one/a/b",
        "kafka://one/topic?acks=0",
        "kafka://one/..",
        "kafka://one/" + "t" * 250,
        f"kafka://user@{PASSWORD}@one",
        f"kafka://:{CODED}@one",
        f"kafka://user:{PASSWORD}@one/topic",
        f"kafka://user:{CODED}@one two/topic",
    ],
)
def test_a_url_that_cannot_be_used_is_refused_without_showing_it(url):
    with pytest.raises(ValueError, match=r"kafka://HOST:PORT|user and a password") as refusal:
        read(url)
    assert "s3cret" not in str(refusal.value)


def test_a_password_is_not_sent_for_all_to_read():
    with pytest.raises(ValueError, match="PLAIN would send the password readable") as refusal:
        read(f"kafka://user:{CODED}@one", "PLAIN")
    assert "s3cret" not in str(refusal.value)


def test_files_that_are_no_certificates_are_named(tmp_path: Path):
    junk, good = tmp_path / "junk.pem", tmp_path / "good.pem"
    junk.write_text("nothing")
    make_certificate(good)
    for authorities, certificate, words in (
        (junk, None, "HUIYING_LOG_AUTHORITIES: .*junk.pem cannot be read"),
        (tmp_path / "none.pem", None, "HUIYING_LOG_AUTHORITIES: .*none.pem cannot be read as certificates, in PEM .No such file"),
        (good, junk, "HUIYING_LOG_CERTIFICATE: .*junk.pem cannot be read"),
    ):
        with pytest.raises(ValueError, match=words):
            read_cluster("kafkas://one", SCRAM, authorities, certificate)
    with pytest.raises(ValueError, match="begin the URL with kafkas:"):
        read_cluster("kafka://one", SCRAM, good, None)


def test_the_name_of_a_group_on_the_brokers():
    assert group_id("huiying", "tracking") == "huiying.tracking"


@pytest.mark.parametrize(("replicas", "in_sync"), [(1, 1), (2, 1), (3, 2), (5, 4)])
def test_one_broker_may_be_away(replicas, in_sync):
    assert Topics(12, replicas, 30).in_sync == in_sync


@pytest.mark.parametrize(
    ("fault", "meant"),
    [
        (errors.KafkaTimeoutError(), Unavailable),
        (errors.NotEnoughReplicasError(), Unavailable),
        (errors.NotCoordinatorError(), Unavailable),
        (errors.OutOfOrderSequenceNumberError(), Unavailable),
        (ConnectionResetError(), Unavailable),
        (errors.SaslAuthenticationFailedError("user, password"), Unusable),
        (errors.TopicAuthorizationFailedError(), Unusable),
        (errors.GroupAuthorizationFailedError(), Unusable),
        (ssl.SSLCertVerificationError(), Unusable),
        (errors.MessageSizeTooLargeError(), Unusable),
        (errors.InvalidRecordError(), errors.InvalidRecordError),
        (KeyError("bug"), KeyError),
    ],
)
def test_what_errors_mean(fault, meant):
    cluster = Cluster(("one:9092",), security={"sasl_plain_password": PASSWORD})
    with pytest.raises(meant) as said, translated(cluster):
        raise fault
    assert type(said.value) is meant
    if meant in (Unavailable, Unusable):
        assert str(said.value).startswith("Kafka at one:9092")
        assert "password" not in str(said.value).replace("the user or the password in", "")
        with pytest.raises(Unavailable), waited_for(cluster):
            raise fault
