"""What a service is made of, and the world it is built in."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi import APIRouter

from shared.documents import Kind
from shared.events import Event, Record
from shared.places import Places
from shared.ports import Attachments, Clock, EventLog, Mailbox, Notifier, Scanner, Store
from shared.runtime.keys import Keys
from shared.runtime.settings import OwnSettings, Settings
from shared.runtime.work import Work

Handler = Callable[[Record, Work], Awaitable[None]]


@dataclass(frozen=True)
class Outside:
    """What leads out of the house and in: notifiers by channel (email, sms, webhook), the mailbox, the scanner. Only intake is given it."""

    notifiers: Mapping[str, Notifier] = field(default_factory=dict)
    mailbox: Mailbox | None = None
    scanner: Scanner | None = None

    async def close(self) -> None:
        for notifier in self.notifiers.values():
            await notifier.close()
        if self.mailbox:
            await self.mailbox.close()


@dataclass(frozen=True)
class World:
    """Everything a service is given: nothing else is reached for."""

    settings: Settings
    own: OwnSettings
    store: Store
    log: EventLog
    files: Attachments
    clock: Clock
    keys: Keys
    places: Places
    outside: Outside = Outside()


@dataclass(frozen=True)
class Job:
    """Something that runs every `every` seconds. `run` returns how much it did; more than 0 calls it again at once."""

    name: str
    every: float
    run: Callable[[], Awaitable[int]]


@dataclass(frozen=True)
class Service:
    """One service. `subject` is the kind of document keyed by case that most handlers load; `ignores` are event types it knows of and
    has no use for, so that a forgotten one is seen; `public` are the (method, path) pairs that need no sign-in.
    """

    name: str
    kinds: tuple[Kind[Any], ...] = ()
    subject: Kind[Any] | None = None
    handlers: Mapping[type[Event], Handler] = field(default_factory=dict)
    ignores: frozenset[type[Event]] = frozenset()
    jobs: tuple[Job, ...] = ()
    routers: tuple[APIRouter, ...] = ()
    public: frozenset[tuple[str, str]] = frozenset()
    templates: Path | None = None
    words: Path | None = None
    state: Mapping[str, Any] = field(default_factory=dict)
    """Put on `app.state` under these names, for the routes."""
