"""The relay: carries the events that documents have kept to the log, then lets the store forget them."""

import asyncio

from shared import telemetry
from shared.ports import EventLog, Store, Unavailable

BATCH = 250  # some milliseconds of the event loop, so that answers do not wait behind it
GATHER = 0.02
"""Seconds in which events gather, so that under load one durable write carries many."""
OUTAGE_PAUSE = 1.0

log = telemetry.logger(__name__)


class Relay:
    """One relay of one service's store. Several may run: what is sent twice has the same id and is handled once."""

    def __init__(self, service: str, store: Store, events: EventLog) -> None:
        self.service, self._store, self._log = service, store, events
        self.waiting_for = ""

    async def run(self) -> None:
        """Relays until cancelled; an outage is waited for without limit."""
        while True:
            try:
                sent = await self.step()
                self.waiting_for = ""
            except Unavailable as outage:
                self.waiting_for, sent = str(outage), 0
                telemetry.OUTAGES.labels(self.service, "relay").inc()
                log.warning("relay waits", service=self.service, reason=str(outage))
                await asyncio.sleep(OUTAGE_PAUSE)
            if sent < BATCH:
                await asyncio.sleep(GATHER)

    async def step(self) -> int:
        """One batch: how many events it carried over."""
        unsent = await self._store.unsent(BATCH)
        if unsent:
            await self._log.append([one.record for one in unsent])
            await self._store.sent([one.mark for one in unsent])
            telemetry.RELAYED.labels(self.service).inc(len(unsent))
        return len(unsent)
