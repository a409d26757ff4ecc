"""A Kafka cluster as its URL and settings name it, how it is shown who we are, and what its errors mean to us."""

import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from kafka import errors

from shared.ports import Unavailable, Unusable

USUAL_TOPIC = "huiying"
USUAL_PORT = "9092"
FORM = "kafka://HOST:PORT,HOST:PORT/TOPIC, with USER:PASSWORD@ before the hosts where needed (special signs in them as %40 and so on)"

_ADDRESS = re.compile(r"(?P<host>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:(?P<port>\d{1,5}))?")
_TOPIC = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")  # the broker takes 249; the parked copies' topic is longer by a word


@dataclass(frozen=True)
class Cluster:
    """Where the brokers are, which topic is ours, and what a client needs to be let in (it may hold the password: never shown)."""

    addresses: tuple[str, ...]
    topic: str = USUAL_TOPIC
    security: Mapping[str, object] = field(default_factory=dict, repr=False)

    @property
    def parked(self) -> str:
        """The topic for copies of parked events."""
        return f"{self.topic}.parked"

    def __str__(self) -> str:
        return f"Kafka at {', '.join(self.addresses)}"


@dataclass(frozen=True)
class Topics:
    """What a topic of ours is to be like: how many parts, each on so many brokers, kept for so many days."""

    partitions: int
    replicas: int
    days: int

    @property
    def in_sync(self) -> int:
        """How many brokers must have a record before it counts as written: one may be away, where there are several."""
        return max(1, self.replicas - 1)


def group_id(topic: str, group: str) -> str:
    """The name of a service's consumer group on the brokers, also for those who watch its lag."""
    return f"{topic}.{group}"


def read_cluster(url: str, mechanism: str, authorities: Path | None, certificate: Path | None) -> Cluster:
    """The cluster that a kafka: or kafkas: URL names. Raises ValueError with words that show nothing of the URL: it holds the password."""
    scheme, _, rest = url.partition(":")
    place, _, topic = rest.removeprefix("//").partition("/")
    account, at, hosts = place.rpartition("@")
    secret = scheme == "kafkas"
    if not secret and (authorities or certificate):
        raise ValueError("HUIYING_LOG_AUTHORITIES and HUIYING_LOG_CERTIFICATE are for TLS; begin the URL with kafkas:")
    topic = topic.removesuffix("/") or USUAL_TOPIC
    if not _TOPIC.fullmatch(topic):
        raise ValueError("the topic's name is letters, digits, dots, hyphens and underscores, nothing behind it; the form is " + FORM)
    security: dict[str, object] = {"security_protocol": ("SASL_" if at else "") + ("SSL" if secret else "PLAINTEXT")}
    if secret:
        security["ssl_context"] = _tls(authorities, certificate)
    if at:
        security |= _account(account, mechanism, secret)
    return Cluster(tuple(_address(host) for host in hosts.split(",")), topic, security)


def _address(text: str) -> str:
    found = _ADDRESS.fullmatch(text.strip())
    if found is None or not 0 < int(found["port"] or USUAL_PORT) < 65_536:
        raise ValueError("one of the hosts is not HOST:PORT; the form is " + FORM)
    return f"{found['host']}:{found['port'] or USUAL_PORT}"


def _account(account: str, mechanism: str, secret: bool) -> dict[str, object]:
    user, _, password = account.partition(":")
    if not user or not password:
        raise ValueError("before the @ go a user and a password; the form is " + FORM)
    if mechanism == "PLAIN" and not secret:
        raise ValueError("the mechanism PLAIN would send the password readable for all; use kafkas: or HUIYING_LOG_MECHANISM=SCRAM-SHA-512")
    return {"sasl_mechanism": mechanism, "sasl_plain_username": unquote(user), "sasl_plain_password": unquote(password)}


def _tls(authorities: Path | None, certificate: Path | None) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=authorities)
    except OSError as fault:  # also what ssl itself raises
        raise ValueError(f"HUIYING_LOG_AUTHORITIES: {authorities} cannot be read as certificates, in PEM ({_why(fault)})") from fault
    try:
        if certificate:
            context.load_cert_chain(certificate, password="")  # an encrypted key must not ask at the terminal
    except OSError as fault:
        raise ValueError(f"HUIYING_LOG_CERTIFICATE: {certificate} cannot be read as certificate and key, in PEM ({_why(fault)})") from fault
    return context


def _why(fault: OSError) -> str:
    return str(getattr(fault, "reason", None) or fault.strerror or fault)


FOR_OPERATORS: tuple[tuple[type[Exception], str], ...] = (
    (ssl.SSLCertVerificationError, "those in HUIYING_LOG_AUTHORITIES have not signed the brokers' certificate, or it is for another host"),
    (ssl.SSLError, "TLS fails: the brokers want a certificate of ours (HUIYING_LOG_CERTIFICATE), refuse the one they get, or speak no TLS"),
    (errors.SaslAuthenticationFailedError, "the brokers refuse the user or the password in HUIYING_LOG_URL, or HUIYING_LOG_MECHANISM"),
    (errors.UnsupportedSaslMechanismError, "the brokers do not offer the mechanism in HUIYING_LOG_MECHANISM"),
    (errors.IllegalSaslStateError, "the brokers do not ask for a password on this port; take USER:PASSWORD@ out of HUIYING_LOG_URL"),
    (errors.InvalidReceiveError, "no Kafka speaks on this port, or one with TLS; then HUIYING_LOG_URL begins with kafkas:"),
    (errors.AuthorizationError, "the user in HUIYING_LOG_URL lacks a right on the topics or groups; docs/running.md names those it needs"),
    (errors.MessageSizeTooLargeError, "the topics' max.message.bytes was made too small for our records; a new start sets it again"),
    (errors.RecordListTooLargeError, "the topics' max.message.bytes was made too small for our records; a new start sets it again"),
    (errors.InvalidSessionTimeoutError, "group.min.session.timeout.ms and group.max.session.timeout.ms must leave room for 10 seconds"),
    (errors.InconsistentGroupProtocolError, "some other program reads as one of our groups; their names begin with the topic's"),
    (errors.GroupMaxSizeReachedError, "group.max.size lets no further member into a group; start fewer instances or raise it"),
    (errors.UnsupportedVersionError, "the brokers are too old for this client"),
    (errors.UnrecognizedBrokerVersion, "the brokers are too old for this client"),
)
"""What somebody has to put right; the words say where."""

OUTAGES: tuple[type[Exception], ...] = (
    OSError,
    errors.RetriableError,  # timeouts, connections, leaders, coordinators, replicas that are away
    errors.UnknownBrokerIdError,
    errors.BrokerNotAvailableError,
    errors.UnknownError,  # the broker's own word for a fault in itself
    errors.KafkaProtocolError,
    errors.CorruptRecordError,
    errors.LogTruncationError,
    errors.OffsetOutOfRangeError,
    errors.StaleBrokerEpochError,
    errors.OutOfOrderSequenceNumberError,  # this and the next: the brokers have forgotten the producer; a new one goes on
    errors.UnknownProducerIdError,
    errors.InvalidProducerEpochError,
    errors.ProducerFencedError,
    errors.InvalidProducerIdMappingError,
    errors.RebalanceInProgressError,
    errors.CommitFailedError,
    errors.IllegalGenerationError,
    errors.UnknownMemberIdError,
    errors.GroupIdNotFoundError,
    errors.ReassignmentInProgressError,
    errors.IllegalStateError,  # a client that was given up while it still waited
)
"""What passes by itself, or with a new client."""


@contextmanager
def translated(cluster: Cluster) -> Iterator[None]:
    """Turns what the client says of the brokers into the words of the ports; anything else is a bug and passes."""
    try:
        yield
    except Exception as fault:
        for kind, words in FOR_OPERATORS:
            if isinstance(fault, kind):
                raise Unusable(f"{cluster}: {words} ({type(fault).__name__})") from fault
        if isinstance(fault, OUTAGES):
            raise Unavailable(f"{cluster} cannot be used just now ({type(fault).__name__})") from fault
        raise


@contextmanager
def waited_for(cluster: Cluster) -> Iterator[None]:
    """As `translated`, for who is at work already: what a person has to put right is waited for like anything else, and said meanwhile."""
    try:
        with translated(cluster):
            yield
    except Unusable as fault:
        raise Unavailable(*fault.args) from fault
