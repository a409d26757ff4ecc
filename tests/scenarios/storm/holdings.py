"""Reads what the stores and the log of a topology hold, through the ports, beside the processes that run on them."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from services.house import PLANS, settings_of
from services.intake.documents import COMPLAINT
from services.tracking.documents import CASE
from shared.events import Record, read
from shared.ports import EventLog, Store, Stored
from shared.runtime.parked import PARKED
from shared.runtime.wiring import open_log, open_store
from tests.scenarios.storm.comparison import ASSIGNED, Kept

AT_ONCE = 1_000
LOOK = 0.5


@dataclass(frozen=True)
class Holdings:
    stores: Mapping[str, Store]
    log: EventLog

    async def everything(self, numbers: Sequence[str]) -> Kept:
        """The documents of these numbers, how many more there are, and then the whole log."""
        complaints = [COMPLAINT.parse(one) for one in await self._documents("intake", COMPLAINT.name, numbers)]
        cases = [CASE.parse(one) for one in await self._documents("tracking", CASE.name, numbers)]
        parked = [
            f"{service} {one.case}: {one.records[0].reason}"
            for service in self.stores
            for one in map(PARKED.parse, await self._documents(service, PARKED.name, numbers))
            if one.records
        ]
        strangers = {
            COMPLAINT.name: await self._count("intake", COMPLAINT.name) - len(complaints),
            CASE.name: await self._count("tracking", CASE.name) - len(cases),
        }
        return Kept(complaints, cases, await self.records(), parked, strangers)

    async def records(self) -> list[Record]:
        """The whole topic, read by a group that has never read it."""
        reader, found = self.log.reader(f"look-{secrets.token_hex(4)}"), list[Record]()
        try:
            while True:
                deliveries = await reader.fetch(AT_ONCE, 5)
                found += [read(one.raw) for one in deliveries]
                if deliveries:
                    await reader.ack(deliveries[-1])
                elif found and await reader.lag() == 0:
                    return found
        finally:
            await reader.close()

    async def wait_settled(self, complaints: int, seconds: float) -> None:
        """Waits until every case is assigned and no group has anything left. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while await self._assigned() < complaints or await self.lag():  # noqa: ASYNC110 - other processes do it
                await asyncio.sleep(LOOK)

    async def lag(self) -> int:
        """Records that some service has not acknowledged."""
        return sum([await self.log.reader(service).lag() for service in self.stores])

    async def _assigned(self) -> int:
        counted = await self.stores["tracking"].count(CASE.name, {}, by="state")
        return sum(counted.get(state, 0) for state in ASSIGNED)

    async def _count(self, service: str, kind: str) -> int:
        return (await self.stores[service].count(kind, {}))[None]

    async def _documents(self, service: str, kind: str, numbers: Sequence[str]) -> list[Stored]:
        parts = [numbers[start : start + AT_ONCE] for start in range(0, len(numbers), AT_ONCE)]
        return [one for part in parts for one in (await self.stores[service].get(kind, part)).values()]


@asynccontextmanager
async def open_holdings(environment: Mapping[str, str]) -> AsyncIterator[Holdings]:
    settings, _ = settings_of(environment)
    log = open_log(settings)
    stores = {plan.name: open_store(settings.store, plan.name, [kind.collection for kind in plan.kept]) for plan in PLANS}
    try:
        await log.check()
        for store in stores.values():
            await store.check()
        yield Holdings(stores, log)
    finally:
        for store in stores.values():
            await store.close()
        await log.close()
