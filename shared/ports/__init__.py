"""The ports: what the services need from a technology, cut for batches. Adapters implement them; nothing else does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from shared.ports.outside import Deferred, Incoming, InDoubt, Mailbox, Notifier, Outgoing, Scanner, Undeliverable

__all__ = [
    "Attachments", "Between", "Change", "Clock", "Collection", "Conflict", "Cursor", "Deferred", "Delivery", "Equal", "EventLog",
    "InDoubt", "Incoming", "Index", "Kept", "Mailbox", "Notifier", "OneOf", "Order", "Outgoing", "Reader", "Scalar", "Scanner",
    "Store", "Stored", "Unavailable", "Undeliverable", "Unsent", "Unusable", "Where", "Written", "stamp",
]  # fmt: skip

Scalar = str | int | float | bool | None


class Conflict(Exception):  # noqa: N818 - the field's word
    """Somebody else changed the document first, or a unique field is taken.

    `unique` names the index (its fields) that refused, or is empty when the version did not match.
    """

    def __init__(self, kind: str, key: str, unique: tuple[str, ...] = ()) -> None:
        super().__init__(f"{kind} {key} was changed by somebody else" if not unique else f"{kind}: {', '.join(unique)} already taken")
        self.kind, self.key, self.unique = kind, key, unique


class Unavailable(Exception):  # noqa: N818 - the field's word
    """The technology cannot be reached or cannot write now (down, disk full, locked out). Wait and try again; nothing is lost."""


class Unusable(Exception):  # noqa: N818 - the field's word
    """The technology is there but must not be used as it is (newer format, wrong folder). A person has to act; says how."""


@dataclass(frozen=True)
class Index:
    """An index over fields of a kind, in order. `unique` ignores documents in which any of the fields is None."""

    fields: tuple[str, ...]
    unique: bool = False


@dataclass(frozen=True)
class Collection:
    """A kind of document as a store must know it: its name, the fields that can be asked for, the indexes over them."""

    name: str
    fields: tuple[str, ...] = ()
    indexes: tuple[Index, ...] = ()


@dataclass(frozen=True)
class Stored:
    """A document as kept: `body` is JSON text, `version` counts its writes from 1, `handled` the ids of events it has taken in."""

    kind: str
    key: str
    version: int
    body: str
    handled: tuple[str, ...] = ()


class Written(Protocol):
    """A record as it is written down: the case that keys it, and its bytes. `shared.events.Record` is one."""

    @property
    def case(self) -> str: ...

    @property
    def raw(self) -> bytes: ...


@dataclass(frozen=True)
class Kept:
    """A record that a store has kept: what was written, unread, so that carrying it to the log costs nothing."""

    case: str
    raw: bytes


@dataclass(frozen=True)
class Change:
    """One write of one document, atomic by itself: its new body, its fields, the events to emit, the event ids handled.

    `expected` is the version that was read; 0 inserts and conflicts when the key exists.
    `fields` holds a value for each field of the collection; dates are fixed-width UTC ISO text (`stamp`).
    """

    kind: str
    key: str
    expected: int
    body: str
    fields: Mapping[str, Scalar] = field(default_factory=dict)
    events: tuple[Written, ...] = ()
    handled: tuple[str, ...] = ()


@dataclass(frozen=True)
class Equal:
    value: Scalar


@dataclass(frozen=True)
class OneOf:
    values: tuple[Scalar, ...]


@dataclass(frozen=True)
class Between:
    """From `low` (included) up to `high` (left out); None leaves that end open. Never matches a field that is None."""

    low: Scalar = None
    high: Scalar = None


Where = Mapping[str, Equal | OneOf | Between]


@dataclass(frozen=True)
class Order:
    """The field that sorts a list; the key breaks ties in the same direction. Documents whose field is None are left out."""

    field: str
    descending: bool = False


@dataclass(frozen=True)
class Cursor:
    """The last row seen (its sort value and key): the next page starts behind it."""

    value: Scalar
    key: str


@dataclass(frozen=True)
class Unsent:
    """An event that its document has kept and the log may not have yet. `mark` is the store's own handle for `sent`."""

    mark: object
    record: Kept


class Store(Protocol):
    """Documents of one service."""

    async def get(self, kind: str, keys: Sequence[str]) -> dict[str, Stored]:
        """The documents that exist among `keys`."""
        ...

    async def find(self, kind: str, where: Where, *, order: Order, limit: int, after: Cursor | None = None) -> list[Stored]:
        """A page in `order`, only over declared fields; keyset paging with `after`."""
        ...

    async def count(self, kind: str, where: Where, *, by: str | None = None) -> dict[Scalar, int]:
        """How many match, by the value of a field; without `by` one entry under None (0 when none match)."""
        ...

    async def commit(self, changes: Sequence[Change]) -> list[Conflict]:
        """Writes each change by itself and the batch durably on return; returns those refused, in order. At most one change a document."""
        ...

    async def unsent(self, limit: int) -> list[Unsent]:
        """The oldest unsent events; those of one document in the order they were emitted."""
        ...

    async def sent(self, marks: Sequence[object]) -> None:
        """Forgets unsent events that the log has."""
        ...

    async def prepare(self) -> None:
        """Makes what the collections need and the server has not, such as indexes: for the command. A store of one machine needs none."""
        ...

    async def check(self) -> None:
        """Raises Unusable, with the command that helps, when it must not be used as it is; Unavailable when that cannot be told."""
        ...

    async def ping(self) -> None:
        """Returns when the store can serve; raises Unavailable."""
        ...

    async def close(self) -> None: ...


@dataclass(frozen=True)
class Delivery:
    """A record as the log has it: unread bytes, so that one bad record never breaks the reader. Positions rise in one log partition."""

    position: object
    case: str
    raw: bytes


class Reader(Protocol):
    """One member of a group: the group shares the work, each record reaches it at least once, in order for each case."""

    async def fetch(self, limit: int, wait: float) -> list[Delivery]:
        """Up to `limit` records, at once if there are any, else after at most `wait` seconds."""
        ...

    async def ack(self, upto: Delivery) -> None:
        """Everything fetched up to and with `upto` is done, durably."""
        ...

    async def rewind(self) -> None:
        """Read again from the last ack."""
        ...

    async def lag(self) -> int:
        """How many records the group has not acknowledged."""
        ...

    async def close(self) -> None: ...


class EventLog(Protocol):
    """The one topic, keyed by case."""

    async def append(self, records: Sequence[Written]) -> None:
        """Durable on return; the records of one case stay in this order."""
        ...

    def reader(self, group: str) -> Reader:
        """A new member of the group; it starts at the group's last ack, or at the beginning."""
        ...

    async def copy_parked(self, group: str, records: Sequence[Written]) -> None:
        """A copy of what this group has parked, apart from the topic, for tools that watch the log. At least once; durable on return."""
        ...

    async def check(self) -> None:
        """Makes the topics that are missing. Raises Unusable when those there are not what the settings say, Unavailable otherwise."""
        ...

    async def ping(self) -> None: ...

    async def close(self) -> None: ...


class Clock(Protocol):
    def now(self) -> datetime:
        """The present moment, in UTC with its zone."""
        ...


class Attachments(Protocol):
    """Files by name; the name is chosen by the caller and never comes from outside."""

    async def put(self, name: str, content: bytes) -> None:
        """Durable on return; the same name again replaces."""
        ...

    async def get(self, name: str) -> bytes | None: ...

    async def remove(self, name: str) -> None:
        """Gone on return; a name that is not there is fine."""
        ...

    async def ping(self) -> None: ...

    async def close(self) -> None: ...


def stamp(moment: datetime | None) -> str | None:
    """A moment as the stores sort it: fixed-width UTC ISO text to the microsecond."""
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
