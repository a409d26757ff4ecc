"""A whole city in one process without a web server: the real services on real files, opened as often as a test likes."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from services.house import PLANS, settings_of
from services.intake.actions.composing import Sent
from services.intake.actions.submitting import Receipt, submit
from services.intake.door import open_door
from services.intake.model.submission import Submission
from services.tracking.documents import CASE
from services.tracking.model.case import Case
from shared.documents import Kind
from shared.ports import Clock, Delivery, Store
from shared.runtime.consumer import Consumer
from shared.runtime.host import House, open_house
from shared.runtime.parked import PARKED
from shared.runtime.relay import Relay
from tests.conftest import drain

TEXTS = (
    "我家自来水停水三天了，打电话没人管，请尽快恢复供水。",
    "楼下烧烤店每天半夜油烟噪音扰民，孩子无法睡觉。",
    "小区门口的路灯坏了一个月，晚上很黑，老人容易摔倒。",
    "公交车晚点严重，经常四十分钟等不到一辆。",
    "公司拖欠我们三个月工资，老板不接电话。",
    "想咨询一下新生儿医保怎么办理。",
    "今天天气不错。",
)


class City:
    """The house and what a test asks of it."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.door = open_door(house.worlds["intake"])

    async def submit(self, text: str, key: str | None = None) -> Receipt:
        return await submit(self.door, Sent(submission=Submission(text=text), channel="online", key=key))

    def store(self, service: str) -> Store:
        return self.house.worlds[service].store

    def consumers(self, *, exclusive: bool = True) -> list[Consumer]:
        return [
            Consumer(service, store, self.house.log, self.house.clock, self.house.log.reader(service.name, exclusive=exclusive))  # type: ignore[call-arg]
            for service, store in self.house.stores
            if service.handlers
        ]

    def relays(self) -> list[Relay]:
        return [Relay(service.name, store, self.house.log) for service, store in self.house.stores if service.kinds]

    async def settle(self) -> None:
        """Runs every consumer and relay until nothing is left to do."""
        consumers = self.consumers()
        await drain(*[relay.step for relay in self.relays()], *[lambda one=one: one.step(wait=0) for one in consumers])
        for consumer in consumers:
            await consumer.close()

    async def case(self, number: str) -> Case:
        found = await self.store("tracking").get(CASE.name, [number])
        return CASE.parse(found[number])

    async def everything(self, service: str, kind: Kind[Any]) -> list[Any]:
        """All documents of a kind that is keyed by case."""
        store = self.store(service)
        found = await store.get(kind.name, await self.numbers())
        assert len(found) == (await store.count(kind.name, {}))[None], "a document of no complaint"
        return [kind.parse(one) for one in found.values()]

    async def numbers(self) -> list[str]:
        """The cases that the log knows, oldest first."""
        return list(dict.fromkeys([one.case for one in await self.records()]))

    async def records(self) -> list[Delivery]:
        """Everything on the log."""
        reader, found = self.house.log.reader("look", exclusive=False), []  # type: ignore[call-arg]
        while deliveries := await reader.fetch(1_000, 0):
            found += deliveries
        await reader.close()
        return found

    async def parked(self) -> list[Any]:
        return [one for service, _ in self.house.stores for one in await self.everything(service.name, PARKED)]


@asynccontextmanager
async def open_city(folder: Path, clock: Clock | None = None, settings: Sequence[tuple[str, str]] = ()) -> AsyncIterator[City]:
    """The city on the files in `folder`; `clock` stands in for the system's."""
    shared, own = settings_of({"HUIYING_DATA": str(folder), "HUIYING_RATE_LIMITS": "off", "HUIYING_ROUTING_SURE": "0.9", **dict(settings)})
    house = open_house(shared, own, PLANS, clock=clock)
    try:
        yield City(house)
    finally:
        await house.close()
