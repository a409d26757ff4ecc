"""The job that sends notices: at most once each, whatever crashes, as docs/decisions/notices-at-most-once.md says."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from services.intake.actions.addressing import Parcel
from services.intake.actions.delivering import NotWritten, Word, send_one
from services.intake.actions.notices import replace
from services.intake.actions.preparing import due_notices, prepare
from services.intake.documents.notice import NOTICE
from services.intake.door import Door
from services.intake.model import sending
from shared import telemetry
from shared.events.intake import NoticeChannel
from shared.ports import Between, Equal, Order, Unavailable, Where

AT_ONCE = 32
"""Notices of one channel under way at the same time. An adapter may bound its connections further."""
STOPPING = 8.0
"""Seconds that what is under way is given when the process is asked to end."""
MEASURED_EVERY = timedelta(seconds=15)

log = telemetry.logger(__name__)


class Sender:
    """Sends what is due on one channel. Several may work at once, in one process or in many."""

    def __init__(self, door: Door, channel: NoticeChannel, word: Word) -> None:
        self._door, self._channel, self._word = door, channel, word
        self._away_until: datetime | None = None
        self._measured_at: datetime | None = None
        self._stopping = False

    async def step(self) -> int:
        """One batch: how many were due, so that 0 means that nothing is left for now. Raises Unavailable when the store is away."""
        now = self._door.clock.now()
        await self._measure(now)
        if self._is_away(now):
            return 0
        due = await due_notices(self._door, self._channel, now)
        if due and (parcels := await prepare(self._door, due, now)):
            await self._send_all(parcels)
        return len(due)

    async def _send_all(self, parcels: Sequence[Parcel]) -> None:
        """Asked to end, it begins nothing new and lets what is under way come to its end."""
        self._stopping, places = False, asyncio.Semaphore(AT_ONCE)
        tasks = [asyncio.create_task(self._send(parcel, places)) for parcel in parcels]
        try:
            await asyncio.wait(tasks)
        except asyncio.CancelledError:
            self._stopping = True
            await asyncio.wait(tasks, timeout=STOPPING)
            for task in tasks:
                task.cancel()
            raise
        faults = [fault for task in tasks if (fault := task.exception())]
        if faults:
            raise faults[0]

    async def _send(self, parcel: Parcel, places: asyncio.Semaphore) -> None:
        """What is not begun for an outage comes back with the others after it; for a stop, when its reservation has run out."""
        async with places:
            if self._stopping:
                return
            if self._is_away(now := self._door.clock.now()):
                await replace(self._door, parcel.notice, sending.wait(parcel.notice, now, "gateway_away"))
                return
            try:
                away = await send_one(self._door, parcel, self._word, self._door.world.outside.notifiers[self._channel])
            except NotWritten as outage:
                self._stopping = True
                raise Unavailable(str(outage)) from outage
            if away:
                self._note_outage(away)

    def _is_away(self, now: datetime) -> bool:
        return self._away_until is not None and now < self._away_until

    def _note_outage(self, why: str) -> None:
        """The whole channel waits; each of its notices grows older, but none loses a try."""
        now = self._door.clock.now()
        if self._is_away(now):
            return  # another message has met it already
        self._away_until = now + sending.AWAY
        telemetry.GATEWAY_OUTAGES.labels(self._channel).inc()
        log.warning("channel waits", channel=self._channel, reason=sending.without_addresses(why))

    async def _measure(self, now: datetime) -> None:
        if self._measured_at and now < self._measured_at + MEASURED_EVERY:
            return
        self._measured_at = now
        where: Where = {"channel": Equal(self._channel), "next_at": Between()}
        waiting = await self._door.store.count(NOTICE.name, where)
        first = await NOTICE.find(self._door.store, where, order=Order("next_at"), limit=1)
        next_at = first[0].next_at if first else None
        telemetry.NOTICES_WAITING.labels(self._channel).set(waiting[None])
        telemetry.NOTICES_LATE.labels(self._channel).set(max((now - next_at).total_seconds(), 0) if next_at else 0)
