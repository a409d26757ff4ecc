"""The sweep: walks the cases in due order and marks what is due. Several may run at once: a version check claims each case."""

from datetime import datetime, timedelta

from services.tracking.documents import CASE
from services.tracking.model.clocks import Rules
from services.tracking.model.decisions import apply, perform
from services.tracking.model.life import ENDED, THE_MACHINE
from services.tracking.model.steps import Nothing
from services.tracking.model.sweeping import due_marks
from shared import telemetry
from shared.events import Actor, Record
from shared.events.tracking import DeadlineMissed, DeadlineReminded
from shared.ports import Between, Clock, Equal, Order, Store, stamp
from shared.runtime.service import Job
from shared.runtime.work import Batch, Work

BATCH = 200
SWEEPER = Actor(kind="machine", id="sweep")
ARCHIVER = Actor(kind="machine", id="archive")


class Sweep:
    """One sweeper over one store."""

    def __init__(self, store: Store, clock: Clock, rules: Rules) -> None:
        self._store, self._clock, self._rules = store, clock, rules

    async def mark(self) -> int:
        """Marks one batch of cases that are due; returns how many were due, so that 0 means nothing is left for now."""
        now = self._clock.now()
        due = await self._store.find(
            CASE.name, {"next_mark_at": Between(None, stamp(now + timedelta(microseconds=1)))}, order=Order("next_mark_at"), limit=BATCH
        )
        await self._write([(one.key, "mark") for one in due], now)
        return len(due)

    async def archive(self) -> int:
        """Archives one batch of cases that ended long enough ago."""
        now = self._clock.now()
        before = stamp(now - timedelta(days=self._rules.policy.archive_after_days))
        keys = [
            one.key
            for state in ENDED
            for one in await self._store.find(
                CASE.name, {"state": Equal(state), "closed_at": Between(None, before)}, order=Order("closed_at"), limit=BATCH
            )
        ]
        await self._write([(key, "archive") for key in keys], now)
        return len(keys)

    async def _write(self, tasks: list[tuple[str, str]], now: datetime) -> None:
        """Reads the cases afresh, decides, and writes; whom another sweeper or a person was quicker to change is left for next time."""
        batch = Batch(self._store)
        await batch.prefetch(CASE, [key for key, _ in tasks])
        marked: list[Record] = []
        for key, what in tasks:
            work = Work(batch, now, SWEEPER if what == "mark" else ARCHIVER)
            case = await work.load(CASE, key)
            if case is None:
                continue
            if what == "archive":
                changed, events = perform(case, "archive", Nothing(), now, THE_MACHINE, ARCHIVER, self._rules)
            else:
                changed, events = apply(case, due_marks(case, now, self._rules), now, SWEEPER, self._rules)
            work.apply(CASE, key, changed, events)
            work.settle()
        refused = {conflict.key for conflict in await self._store.commit(batch.changes())}
        for entry in batch.entries.values():
            marked.extend(record for record in entry.events if entry.key not in refused)
        for record in marked:
            if isinstance(record.event, DeadlineReminded | DeadlineMissed):
                telemetry.SWEPT.labels(record.event.clock, record.event.at_share).inc()


def sweep_jobs(store: Store, clock: Clock, rules: Rules, every: float) -> tuple[Job, ...]:
    """The sweep that marks deadlines every `every` seconds, and the one that archives every hour."""
    sweep = Sweep(store, clock, rules)
    return (Job("sweep", every, sweep.mark), Job("archive", 3_600.0, sweep.archive))
