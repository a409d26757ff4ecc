"""The stage: the whole system in one process, with a clock that the play sets."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime

from services.house import PLANS, settings_of
from services.intake.actions.matching import Matcher
from services.intake.door import Door
from services.tracking.desk import Desk
from services.tracking.documents import CASE
from services.tracking.model.case import Case
from services.tracking.model.life import Step, Who
from services.tracking.model.steps import INPUTS
from shared.events import Actor
from shared.runtime.consumer import Consumer
from shared.runtime.host import House, open_house
from shared.runtime.relay import Relay

JOBS = ("collect-mail", "sort-mail", "match", "sweep", "send-email", "send-sms", "send-webhook")
"""The jobs that belong to the play, in this order; housekeeping has none of it."""


class SetClock:
    """A clock that stands where the play puts it and never goes back."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    def forward(self, moment: datetime) -> None:
        self.moment = max(self.moment, moment)


class Stage:
    """What the play is played on."""

    def __init__(self, house: House, clock: SetClock) -> None:
        self.house, self.clock = house, clock
        states = {service.name: service.state for service in house.services}
        self.door: Door = states["intake"]["intake"]
        self.desk: Desk = states["tracking"]["tracking"]
        self.matcher: Matcher = states["intake"]["matcher"]
        self._relays = [Relay(service.name, store, house.log) for service, store in house.stores if service.kinds]
        self._consumers = [Consumer(service, store, house.log, clock) for service, store in house.stores if service.handlers]
        found = {job.name: job for service in house.services for job in service.jobs}
        self._jobs = [found[name] for name in JOBS if name in found]

    async def settle(self) -> None:
        """Lets every event arrive and every job do what is due, until nothing is left."""
        while True:
            done = sum([await relay.step() for relay in self._relays])
            done += sum([await consumer.step(wait=0) for consumer in self._consumers])
            if not done and not sum([await job.run() for job in self._jobs]):
                return

    async def case(self, number: str) -> Case:
        return CASE.parse((await self.desk.cases.store.get(CASE.name, [number]))[number])

    async def take(self, number: str, step: Step, who: Who, **given: object) -> None:
        """An officer's step. Raises NotAllowed as on the desk."""
        found = await self.desk.cases.look(number, who)
        if found is None:
            raise LookupError(f"{who.login} may not see {number}")
        by = Actor(kind="officer", id=who.login, department=who.department)
        await self.desk.cases.take(number, step, INPUTS[step].model_validate(given), who, by, found[1])

    async def close(self) -> None:
        for consumer in self._consumers:
            await consumer.close()


@asynccontextmanager
async def open_stage(environment: Mapping[str, str], moment: datetime) -> AsyncIterator[Stage]:
    """The system of this environment, standing at `moment`."""
    settings, own = settings_of(environment)
    clock = SetClock(moment)
    house = open_house(settings, own, PLANS, clock=clock)
    stage = Stage(house, clock)
    try:
        yield stage
    finally:
        await stage.close()
        await house.close()
