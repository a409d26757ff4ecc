"""Parked events of any service: read, replayed in order, dismissed."""

import hashlib
from dataclasses import dataclass

from shared import telemetry
from shared.events import Actor, read
from shared.ports import Clock, Conflict, Cursor, Equal, EventLog, Order, Store, Unavailable
from shared.runtime.consumer import handle
from shared.runtime.parked import PARKED, ParkedCase, ParkedRecord, drop_first
from shared.runtime.service import Service
from shared.runtime.work import Batch

TRIES = 10

log = telemetry.logger(__name__)


@dataclass(frozen=True)
class Replayed:
    """How many records were handled, and why the next one still cannot be; empty when nothing is left."""

    handled: int
    fault: str = ""


@dataclass(frozen=True)
class Parked:
    """What a person does to the parked events of a service, given with its store."""

    events: EventLog
    clock: Clock

    async def page(self, store: Store, limit: int, after: Cursor | None = None) -> list[ParkedCase]:
        """Cases with parked records, the longest waiting first."""
        return await PARKED.find(store, {"waiting": Equal(True)}, order=Order("since"), limit=limit, after=after)

    async def replay(self, service: Service, store: Store, case: str) -> Replayed:
        """Handles the case's records from the oldest on, until none is left or one surprises again and stays. Raises Unavailable."""
        handled = 0
        while (fault := await self._replay_first(service, store, case)) is not None:
            if fault:
                return Replayed(handled, fault)
            handled += 1
        log.info("parked events replayed", service=service.name, case=case, handled=handled)
        return Replayed(handled)

    async def dismiss(self, store: Store, case: str, mark: str, by: Actor) -> None:
        """Drops the oldest record unhandled, for ever. Raises Conflict when it is not the one that `mark` names any more."""
        batch = Batch(store)
        entry = await batch.entry(PARKED, case)
        if entry.document is None or not entry.document.records or mark_of(entry.document.records[0]) != mark:
            raise Conflict(PARKED.name, case)
        batch.put(entry, drop_first(entry.document))
        if refused := await store.commit(batch.changes()):
            raise refused[0]
        log.warning("parked event dismissed", case=case, mark=mark, by=by.id)

    async def _replay_first(self, service: Service, store: Store, case: str) -> str | None:
        """None when nothing is parked; empty when the oldest record was handled; else what is wrong with it."""
        for _ in range(TRIES):
            batch = Batch(store)
            entry = await batch.entry(PARKED, case)
            if entry.document is None or not entry.document.records:
                return None
            first = entry.document.records[0]
            try:
                await handle(service, read(first.raw.encode()), batch, self.clock, Actor(kind="machine", id=service.name))
            except Unavailable:
                raise
            except Exception as surprise:
                log.error("parked event still cannot be handled", service=service.name, case=case, exc_info=surprise)
                return f"{type(surprise).__name__}: {surprise}"
            batch.put(entry, drop_first(entry.document))
            if await self._commit(store, batch):
                return ""
        raise Conflict(PARKED.name, case)

    async def _commit(self, store: Store, batch: Batch) -> bool:
        """What was handled before the record is dropped: a crash between the two handles it again, which changes nothing."""
        if batch.emitted:
            await self.events.append(batch.emitted)
        changes = batch.changes()
        for part in ([one for one in changes if one.kind != PARKED.name], [one for one in changes if one.kind == PARKED.name]):
            if part and await store.commit(part):
                return False
        return True


def mark_of(record: ParkedRecord) -> str:
    """Names one record among those of its case."""
    return hashlib.sha256(record.raw.encode()).hexdigest()[:16]
