"""The consumer: fetches a batch, runs the handlers, commits, acknowledges. Loses nothing, doubles nothing, keeps each case's order."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from shared import telemetry
from shared.events import Actor, Record, Unknown, Unreadable, event_types, read, type_of
from shared.ports import Clock, Delivery, EventLog, Kept, Reader, Store, Unavailable
from shared.runtime.parked import PARKED, park
from shared.runtime.service import Service
from shared.runtime.work import AlreadyHandled, Batch, Work

BATCH = 500
GATHER = 0.03
"""Seconds in which records gather behind a small batch, so that under load one durable write serves many."""
PASSED_OVER = 5_000
"""Records of no use that are passed over before an acknowledgement of their own; a rest acknowledges them sooner."""
CONFLICT_PAUSE = 0.01
OUTAGE_PAUSE = 1.0

log = telemetry.logger(__name__)


@dataclass(frozen=True)
class Task:
    """A delivery to be handled; `record` is None when it cannot be read, and `fault` says why."""

    delivery: Delivery
    record: Record | None
    fault: str = ""


class Consumer:
    """One member of one service's group."""

    @property
    def service(self) -> str:
        return self._service.name

    def __init__(self, service: Service, store: Store, events: EventLog, clock: Clock, reader: Reader | None = None) -> None:
        self._service, self._store, self._log, self._clock = service, store, events, clock
        self._reader = reader or events.reader(service.name)
        self._by = Actor(kind="machine", id=service.name)
        self._of_no_use = frozenset(name for name, kind in event_types().items() if kind not in service.handlers)
        self._unacknowledged: Delivery | None = None
        self._passed_over = 0
        self.waiting_for = ""
        """Why it stands still just now; empty while it runs. Read by /readyz."""

    async def run(self) -> None:
        """Consumes until cancelled. An outage is waited for without limit; nothing is acknowledged meanwhile."""
        while True:
            try:
                taken = await self.step()
                self.waiting_for = ""
                if 0 < taken < BATCH:
                    await asyncio.sleep(GATHER)
            except Unavailable as outage:
                self.waiting_for = str(outage)
                telemetry.OUTAGES.labels(self._service.name, "consumer").inc()
                log.warning("consumer waits", service=self._service.name, reason=str(outage))
                await asyncio.sleep(OUTAGE_PAUSE)
                await self._rewind()

    async def step(self, limit: int = BATCH, wait: float = 1.0) -> int:
        """One batch: how many records it took off the log. Raises Unavailable and has acknowledged nothing then."""
        deliveries = await self._reader.fetch(limit, wait)
        if not deliveries:
            await self._acknowledge()
            return 0
        tasks = [task for delivery in deliveries if (task := self._read(delivery)) is not None]
        self._passed_over = 0 if tasks else self._passed_over + len(deliveries)
        self._unacknowledged = deliveries[-1]
        await self._handle_all(tasks)
        if not 0 < self._passed_over < PASSED_OVER:
            await self._acknowledge()
        return len(deliveries)

    async def _acknowledge(self) -> None:
        """Acknowledges everything taken off the log so far, if that has not been done."""
        if self._unacknowledged is not None:
            await self._reader.ack(self._unacknowledged)
            self._unacknowledged, self._passed_over = None, 0

    async def lag(self) -> int:
        """How many records the group has not acknowledged."""
        return await self._reader.lag()

    async def close(self) -> None:
        await self._reader.close()

    async def _rewind(self) -> None:
        self._unacknowledged, self._passed_over = None, 0
        try:
            await self._reader.rewind()
        except Unavailable as outage:
            log.warning("consumer cannot rewind yet", service=self._service.name, reason=str(outage))

    def _read(self, delivery: Delivery) -> Task | None:
        if type_of(delivery.raw) in self._of_no_use:
            return None
        try:
            record = read(delivery.raw)
        except Unknown as unknown:
            telemetry.SKIPPED.labels(self._service.name).inc()
            log.info("event type not known here, skipped", service=self._service.name, type=str(unknown), case=delivery.case)
            return None
        except Unreadable as fault:
            return Task(delivery, None, str(fault))
        return Task(delivery, record) if type(record.event) in self._service.handlers else None

    async def _handle_all(self, tasks: list[Task]) -> None:
        """Until nobody else's change is in the way any more."""
        while tasks:
            tasks = await self._attempt(tasks)
            if tasks:
                telemetry.CONFLICTS.labels(self._service.name).inc(len(tasks))
                await asyncio.sleep(CONFLICT_PAUSE)

    async def _attempt(self, tasks: Sequence[Task]) -> list[Task]:
        """Handles the tasks on fresh documents and commits; returns those whose document somebody else changed meanwhile."""
        started = time.perf_counter()
        batch = Batch(self._store)
        cases = [task.delivery.case for task in tasks]
        await batch.prefetch(PARKED, cases)
        if self._service.subject:
            await batch.prefetch(self._service.subject, cases)
        for task in tasks:
            await self._handle(task, batch)
        try:
            refused = await self._write(batch)
        except Unavailable:
            raise
        except Exception as surprise:
            await self._write_apart(tasks, surprise)
            return []
        again = [task for task in tasks if task.delivery.case in refused]
        telemetry.HANDLED.labels(self._service.name).inc(len(tasks) - len(again))
        telemetry.BATCH_SECONDS.labels(self._service.name).observe(time.perf_counter() - started)
        return again

    async def _write_apart(self, tasks: Sequence[Task], surprise: Exception) -> None:
        """Something that a store or the log will never take, such as a document too large: the one that brought it is parked alone."""
        if len(tasks) > 1:
            for task in tasks:
                await self._handle_all([task])
            return
        refused = {tasks[0].delivery.case}
        while refused:
            batch = Batch(self._store)
            await self._park_surprise(tasks[0], batch, surprise)
            refused = await self._write(batch)

    async def _write(self, batch: Batch) -> set[str]:
        """Everything that the batch holds, in the order that a crash in between harms least; the cases that somebody else changed."""
        if batch.emitted:
            await self._log.append(batch.emitted)
        if batch.parked:
            await self._log.copy_parked(self.service, batch.parked)
        return await self._commit(batch)

    async def _commit(self, batch: Batch) -> set[str]:
        """Commits what was handled before what was parked, so that after a crash between the two nothing is parked out of order."""
        changes = batch.changes()
        handled = [change for change in changes if change.kind != PARKED.name]
        refused = {conflict.key for conflict in await self._store.commit(handled)} if handled else set()
        parked = [change for change in changes if change.kind == PARKED.name and change.key not in refused]
        if parked:
            refused |= {conflict.key for conflict in await self._store.commit(parked)}
        return refused

    async def _handle(self, task: Task, batch: Batch) -> None:
        entry = await batch.entry(PARKED, task.delivery.case)
        if entry.document is not None and entry.document.records:
            await self._park(task, batch, "an earlier event of this case is parked", behind=True)
        elif task.record is None:
            await self._park(task, batch, task.fault, behind=False)
        else:
            try:
                await handle(self._service, task.record, batch, self._clock, self._by)
            except Unavailable:
                raise
            except Exception as surprise:
                await self._park_surprise(task, batch, surprise)

    async def _park_surprise(self, task: Task, batch: Batch, surprise: Exception) -> None:
        """Looks once more before parking: another instance may have handled it, which is why the handler was surprised."""
        if task.record and self._service.subject:
            fresh = (await self._store.get(self._service.subject.name, [task.delivery.case])).get(task.delivery.case)
            if fresh and task.record.id in fresh.handled:
                return
        log.error("event parked", service=self._service.name, case=task.delivery.case, exc_info=surprise)
        await self._park(task, batch, f"{type(surprise).__name__}: {surprise}", behind=False)

    async def _park(self, task: Task, batch: Batch, reason: str, *, behind: bool) -> None:
        entry = await batch.entry(PARKED, task.delivery.case)
        after = park(entry.document, task.delivery.case, task.delivery.raw, reason, self._clock.now(), behind=behind)
        if after is not entry.document:
            batch.parked.append(Kept(task.delivery.case, task.delivery.raw))
        batch.put(entry, after)
        telemetry.PARKED.labels(self._service.name).inc()


async def handle(service: Service, record: Record, batch: Batch, clock: Clock, by: Actor) -> None:
    """Runs the service's handler for one record and stages what it did. Raises what the handler raised; then nothing is staged."""
    handler = service.handlers.get(type(record.event))
    if handler is None:
        return
    work = Work(batch, clock.now(), by, cause=record)
    try:
        await handler(record, work)
    except AlreadyHandled:
        return
    work.settle()
