"""The ports that lead out of the house and in: notifiers, the mailbox, the scanner."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol


class Undeliverable(Exception):  # noqa: N818 - the field's word
    """The receiving side refuses this message for good (no such address, number or service); the message says why."""


class Deferred(Exception):  # noqa: N818 - the field's word
    """The receiving side does not take this message now (greylisting, busy, full); it surely has not got it. Try again later."""


class InDoubt(Exception):  # noqa: N818 - a fact about the message, not a fault
    """The message was on its way when the answer was lost: it may have arrived, or not. Sending it again could be twice."""


@dataclass(frozen=True)
class Outgoing:
    """One message to one address. `id` is the same for every try, so that a receiver can tell a repetition; `to` is an e-mail address,
    an international phone number or a URL; `headers` are those of the mail or of the request.
    """

    id: str
    to: str
    subject: str
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)


class Notifier(Protocol):
    """Hands messages to the outside world: one adapter for each channel."""

    async def send(self, message: Outgoing, going: Callable[[], Awaitable[None]]) -> None:
        """Returns when the receiving side has taken the message. `going` is awaited once, right before what cannot be taken back:
        until it has returned nothing has been handed over, and what it raises stops the sending and comes through.

        Raises Undeliverable, Deferred, InDoubt (only after `going`), Unavailable when the receiving side as a whole cannot be reached.
        """
        ...

    async def close(self) -> None: ...


@dataclass(frozen=True)
class Incoming:
    """A message as the mailbox has it. `raw` is None when it is longer than was allowed; `head` is its header section in any case."""

    handle: str
    size: int
    head: bytes
    raw: bytes | None


class Mailbox(Protocol):
    """A folder that mail arrives in. Nothing is ever deleted: what is done with is put aside where people find it."""

    async def arrived(self, limit: int, largest: int) -> list[Incoming]:
        """The oldest messages that were not put aside yet, whole if they have at most `largest` bytes; at least one if there is any, and
        fewer than `limit` when together they would fill much memory. Raises Unavailable, Unusable.
        """
        ...

    async def put_aside(self, handle: str, place: str) -> None:
        """Moves a message out of the way, to where `place` (taken, unreadable …) says; one that is gone already is fine."""
        ...

    async def ping(self) -> None: ...

    async def close(self) -> None: ...


class Scanner(Protocol):
    """Looks for malicious content."""

    async def scan(self, content: bytes) -> str | None:
        """The name of what was found, or None when nothing was. Raises Unavailable."""
        ...

    async def ping(self) -> None: ...
