"""The host: opens the adapters, builds the services, runs their consumers, relays and jobs beside the web application."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from fastapi import FastAPI

from shared import telemetry
from shared.documents import Kind
from shared.places import Places, load_places
from shared.ports import Attachments, Clock, EventLog, Store, Unavailable
from shared.runtime import wiring
from shared.runtime.consumer import Consumer
from shared.runtime.jobs import run_job
from shared.runtime.keys import Keys, load_keys
from shared.runtime.parked import PARKED
from shared.runtime.relay import Relay
from shared.runtime.service import Outside, Service, World
from shared.runtime.settings import OwnSettings, Settings
from shared.web.app import create_app

LAG_EVERY = 5.0
DOOR = "intake"
"""The service that alone knows who the complainants are, and alone speaks with them."""

log = telemetry.logger(__name__)


@dataclass(frozen=True)
class Plan:
    """How to build one service: its kinds are needed to open its store before the world it is built in exists."""

    name: str
    kinds: tuple[Kind[Any], ...]
    own: type[OwnSettings]
    build: Callable[[World], Service]

    @property
    def kept(self) -> tuple[Kind[Any], ...]:
        """Everything that its store keeps: its own kinds, and what is parked."""
        return (*self.kinds, PARKED)


@dataclass
class House:
    """What one process runs."""

    settings: Settings
    log: EventLog
    files: Attachments
    clock: Clock
    keys: Keys
    places: Places
    worlds: dict[str, World] = field(default_factory=dict)
    services: list[Service] = field(default_factory=list)
    consumers: list[Consumer] = field(default_factory=list)
    relays: list[Relay] = field(default_factory=list)
    outside: Outside = field(default_factory=Outside)
    remarks: dict[str, list[str]] = field(default_factory=dict)
    """What is not as it was set and hinders nothing, by what it is about: for /readyz and the desk."""

    @property
    def stores(self) -> list[tuple[Service, Store]]:
        return [(service, self.worlds[service.name].store) for service in self.services]

    async def check(self) -> None:
        """Whether log and stores may be used as they are; a topic that is missing is made. Raises Unusable with words, Unavailable."""
        await self.log.check()
        for _, store in self.stores:
            await store.check()

    async def ready(self) -> dict[str, str]:
        """The parts that wait for something, and for what; empty when all is well."""
        waiting = {f"{one.service}.consumer": one.waiting_for for one in self.consumers}
        waiting |= {f"{one.service}.relay": one.waiting_for for one in self.relays}
        parts: dict[str, Store | EventLog | Attachments] = {f"{service.name}.store": store for service, store in self.stores}
        parts |= {"log": self.log, "files": self.files}
        answers = await asyncio.gather(*map(_knock, parts.values()))
        return {name: why for name, why in (waiting | dict(zip(parts, answers, strict=True))).items() if why}

    async def close(self) -> None:
        for consumer in self.consumers:
            await consumer.close()
        for _, store in self.stores:
            await store.close()
        await self.files.close()
        await self.outside.close()
        await self.log.close()


async def _knock(part: Store | EventLog | Attachments) -> str:
    """Why it cannot serve; empty when it can. All are asked at once: whoever asks for readiness does not wait for one after the other."""
    try:
        await part.ping()
    except Unavailable as outage:
        return str(outage)
    return ""


def open_house(settings: Settings, own: Mapping[str, OwnSettings], plans: Sequence[Plan], clock: Clock | None = None) -> House:
    """Opens every adapter and builds the services; `clock` stands in for the system's.

    Raises SettingsError, Unusable or a FileFault with words for the operator.
    """
    wiring.check_data_folder(settings)
    has_door = DOOR in {plan.name for plan in plans}
    house = House(
        settings=settings,
        log=wiring.open_log(settings),
        files=wiring.open_files(settings.files),
        clock=clock or wiring.open_clock(),
        keys=load_keys(settings, contacts=has_door),
        places=load_places(settings.places),
        outside=_open_outside(settings) if has_door else Outside(),
    )
    for plan in plans:
        store = wiring.open_store(settings.store, plan.name, [kind.collection for kind in plan.kept])
        door = plan.name == DOOR
        keys, outside = (house.keys, house.outside) if door else (replace(house.keys, contacts=b""), Outside())
        world = World(settings, own[plan.name], store, house.log, house.files, house.clock, keys, house.places, outside)
        house.worlds[plan.name] = world
        house.services.append(plan.build(world))
    return house


def _open_outside(settings: Settings) -> Outside:
    return Outside(wiring.open_notifiers(settings), wiring.open_mailbox(settings), wiring.open_scanner(settings))


def web(house: House) -> FastAPI:
    """The application of the house; its lifespan runs the consumers, relays and jobs."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        house.consumers = [Consumer(service, store, house.log, house.clock) for service, store in house.stores if service.handlers]
        house.relays = [Relay(service.name, store, house.log) for service, store in house.stores if service.kinds]
        tasks = [asyncio.create_task(run) for run in _background(house)]
        watch = asyncio.create_task(_watch(tasks))
        try:
            yield
        finally:
            for task in (watch, *tasks):
                task.cancel()
            await asyncio.gather(watch, *tasks, return_exceptions=True)
            await house.close()

    app = create_app(house.settings, house.keys, house.services, house.places, house.clock, ready=house.ready, lifespan=lifespan)
    app.state.stores, app.state.remarks = house.stores, house.remarks
    return app


def _background(house: House) -> list[Any]:
    runs: list[Any] = [consumer.run() for consumer in house.consumers] + [relay.run() for relay in house.relays]
    runs += [run_job(service.name, job) for service in house.services for job in service.jobs]
    return [*runs, _measure_lag(house)]


async def _measure_lag(house: House) -> None:
    while True:
        for consumer in house.consumers:
            try:
                telemetry.LAG.labels(consumer.service).set(await consumer.lag())
            except Unavailable as outage:
                log.warning("lag not measured", service=consumer.service, reason=str(outage))
        await asyncio.sleep(LAG_EVERY)


async def _watch(tasks: Sequence[asyncio.Task[Any]]) -> None:
    """A background part that ends is a bug that must not stay unseen: the process stops, and whoever started it starts it anew."""
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        log.critical("a background part ended", part=repr(task.get_coro()), exc_info=task.exception())
    os.kill(os.getpid(), signal.SIGTERM)
