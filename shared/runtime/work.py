"""The unit of work: load documents, apply new ones with their events, emit. Batches commit for handlers, actions for people."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel
from uuid_utils import uuid7

from shared.documents import Kind
from shared.events import Actor, Event, Record, derived_id
from shared.ports import Change, Conflict, Kept, Store

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")

HANDLED_KEPT = 100
"""Ids of handled events kept on a document. A record can only come again from behind the group's last ack, which is
far fewer records of one case than this."""

MOST_TRIES = 5
"""Of a change that somebody else's got in the way of."""

Key = tuple[str, str]


class AlreadyHandled(Exception):  # noqa: N818 - a signal to the runtime, not a fault
    """The document has taken in this record before; the handler must not run again."""


@dataclass
class Entry:
    """One document inside a batch: what was read, what it has become, and what goes with it."""

    kind: Kind[Any]
    key: str
    version: int = 0
    document: Any = None
    handled: tuple[str, ...] = ()
    events: list[Record] = field(default_factory=list)
    changed: bool = False

    def change(self) -> Change:
        return Change(
            self.kind.name, self.key, self.version, self.kind.body(self.document), self.kind.values(self.document),
            tuple(self.events), self.handled,
        )  # fmt: skip


class Batch:
    """Documents read once and written once for many records."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.entries: dict[Key, Entry] = {}
        self.emitted: list[Record] = []
        self.parked: list[Kept] = []

    async def prefetch(self, kind: Kind[Any], keys: Iterable[str]) -> None:
        """Reads documents in one go; keys without a document are remembered as absent."""
        missing = [key for key in dict.fromkeys(keys) if (kind.name, key) not in self.entries]
        found = await self.store.get(kind.name, missing) if missing else {}
        for key in missing:
            stored = found.get(key)
            if stored is None:
                self.entries[kind.name, key] = Entry(kind, key)
            else:
                self.entries[kind.name, key] = Entry(kind, key, stored.version, kind.parse(stored), stored.handled)

    async def entry(self, kind: Kind[Any], key: str) -> Entry:
        if (kind.name, key) not in self.entries:
            await self.prefetch(kind, [key])
        return self.entries[kind.name, key]

    def put(self, entry: Entry, document: BaseModel, events: Sequence[Record] = (), handled: str | None = None) -> None:
        """The document's next value, the events that go with it and the record that led to it."""
        entry.document, entry.changed = document, True
        entry.events.extend(events)
        if handled:
            entry.handled = (*entry.handled, handled)[-HANDLED_KEPT:]

    def changes(self) -> list[Change]:
        return [entry.change() for entry in self.entries.values() if entry.changed]


class Work:
    """What a handler may do with one record: load, apply to one document, emit. Staged until the handler has returned."""

    def __init__(self, batch: Batch, now: datetime, by: Actor, cause: Record | None = None, trace: str | None = None) -> None:
        self.now, self.by = now, by
        self._batch, self._cause = batch, cause
        self._trace = cause.trace if cause else trace
        self._applied: tuple[Entry, BaseModel] | None = None
        self._events: list[Record] = []
        self._loose: list[Record] = []

    async def load(self, kind: Kind[M], key: str) -> M | None:
        """The document, or None. Ends the handler quietly when the document has handled this record already."""
        entry = await self._batch.entry(kind, key)
        if self._cause and self._cause.id in entry.handled:
            raise AlreadyHandled
        if self._applied and self._applied[0] is entry:
            return self._applied[1]  # type: ignore[return-value]
        return entry.document  # type: ignore[no-any-return]

    def apply(
        self, kind: Kind[M], key: str, document: M, events: Sequence[Event] = (), *, case: str | None = None, by: Actor | None = None
    ) -> None:
        """The document's next value with its events. One document a record: the write is atomic because it is one.

        `case` is the one the events are about, where that is not the document's key; `by` who did it, where a handler only follows them.
        """
        entry = self._batch.entries.get((kind.name, key))
        if entry is None:
            raise LookupError(f"{kind.name} {key} must be loaded before it is applied")
        if self._applied and self._applied[0] is not entry:
            raise ValueError("one record may change one document")
        self._applied = (entry, document)
        self._events.extend(self._record(case or key, event, by) for event in events)

    def emit(self, *events: Event) -> None:
        """Events of a service that keeps no document, on the case of the record that led to them."""
        if self._cause is None:
            raise ValueError("only a handler may emit without a document")
        self._loose.extend(self._record(self._cause.case, event) for event in events)

    def settle(self) -> None:
        """Makes what was staged part of the batch."""
        if self._applied:
            self._batch.put(*self._applied, self._events, self._cause.id if self._cause else None)
        self._batch.emitted.extend(self._loose)

    def _record(self, case: str, event: Event, by: Actor | None = None) -> Record:
        cause = self._cause.id if self._cause else None
        number = len(self._events) + len(self._loose)
        name = str(uuid7()) if cause is None else derived_id(cause, f"{self.by.id}:{event.type}:{number}")
        return Record(id=name, case=case, at=self.now, by=by or self.by, cause=cause, trace=self._trace, event=event)


class Action(Work):
    """What a person's step may do: the same, and commit it."""

    def __init__(self, store: Store, now: datetime, by: Actor, trace: str | None = None) -> None:
        super().__init__(Batch(store), now, by, trace=trace)

    async def version(self, kind: Kind[Any], key: str) -> int:
        """The version that was read; 0 when there is no document."""
        return (await self._batch.entry(kind, key)).version

    async def commit(self) -> None:
        """Writes durably, or raises Conflict and has written nothing."""
        self.settle()
        refused: list[Conflict] = await self._batch.store.commit(self._batch.changes())
        if refused:
            raise refused[0]


async def until_written(attempt: Callable[[], Awaitable[T]]) -> T:
    """What the attempt gives, made anew on what is there by then where somebody else was quicker. Raises Conflict if that goes on."""
    for _ in range(MOST_TRIES - 1):
        with suppress(Conflict):
            return await attempt()
    return await attempt()
