"""The sweep: walks the cases in due order and marks what is due. Several may run at once: a version check claims each case."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from services.tracking.documents import CASE
from services.tracking.model.case import Case
from services.tracking.model.clocks import Rules
from services.tracking.model.decisions import apply, perform, scheduled
from services.tracking.model.life import ENDED, THE_MACHINE
from services.tracking.model.steps import Nothing
from services.tracking.model.sweeping import due_marks
from shared import telemetry
from shared.events import Actor, Record
from shared.events.tracking import CaseAlarmed, CaseEvent, DeadlineMissed, DeadlineReminded
from shared.ports import Between, Clock, Equal, Order, Store, Where, stamp
from shared.runtime.service import Job
from shared.runtime.work import Batch, Work

Decided = tuple[Case, list[CaseEvent]] | None
"""The case as it becomes with its events, or None when there is nothing to do."""

BATCH = 200
HOURLY = 3_600.0
LOG = telemetry.logger("tracking")
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
        await self._write([one.key for one in due], now, SWEEPER, self._marked)
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
        await self._write(keys, now, ARCHIVER, self._archived)
        return len(keys)

    async def schedule(self) -> int:
        """Puts one batch of cases in the queue of callbacks that were kept before there was one."""
        where: Where = {"state": Equal("awaiting_callback"), "errand": Equal(None)}
        found = await self._store.find(CASE.name, where, order=Order("due_at"), limit=BATCH)
        await self._write([one.key for one in found], self._clock.now(), SWEEPER, lambda case, _: (scheduled(case, self._rules), []))
        return len(found)

    def _marked(self, case: Case, now: datetime) -> Decided:
        marks = due_marks(case, now, self._rules)
        return apply(case, marks, now, SWEEPER, self._rules) if marks else None

    def _archived(self, case: Case, now: datetime) -> Decided:
        return perform(case, "archive", Nothing(), now, THE_MACHINE, ARCHIVER, self._rules) if case.state in ENDED else None

    async def _write(self, keys: Sequence[str], now: datetime, by: Actor, decide: Callable[[Case, datetime], Decided]) -> None:
        """Reads the cases afresh, decides, and writes. Where another sweeper or a person was quicker there is nothing left to do."""
        batch = Batch(self._store)
        await batch.prefetch(CASE, keys)
        for key in keys:
            work = Work(batch, now, by)
            case = await work.load(CASE, key)
            decided = decide(case, now) if case else None
            if decided:
                work.apply(CASE, key, *decided)
                work.settle()
        refused = {conflict.key for conflict in await self._store.commit(batch.changes())}
        for record in [record for entry in batch.entries.values() if entry.key not in refused for record in entry.events]:
            _count(record)


def _count(record: Record) -> None:
    """What the sweep did, for those who watch the machinery; an alarm is a line in its log too."""
    match record.event:
        case DeadlineReminded() | DeadlineMissed():
            telemetry.SWEPT.labels(record.event.clock, record.event.at_share).inc()
        case CaseAlarmed():
            telemetry.ALARMS.labels(str(record.event.number)).inc()
            LOG.warning("critical case not taken" if record.event.number else "critical case", case=record.case, alarm=record.event.number)


def sweep_jobs(store: Store, clock: Clock, rules: Rules, every: float) -> tuple[Job, ...]:
    """The sweep that marks deadlines every `every` seconds, and what is looked for every hour."""
    sweep = Sweep(store, clock, rules)
    return (Job("sweep", every, sweep.mark), Job("archive", HOURLY, sweep.archive), Job("schedule", HOURLY, sweep.schedule))
