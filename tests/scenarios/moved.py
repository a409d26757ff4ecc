"""A small city to move house with, and what its officers and citizens see, wherever it lives."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from httpx import ASGITransport, AsyncClient

from demo.__main__ import environment, free_port, fresh_folder, outside
from demo.people import CENTRE
from demo.play import matters_until, play_matters
from demo.stage import open_stage
from services.house import settings_of
from services.moving import move, read_places
from services.tracking.documents import CASE
from shared.ports import Kept, Order
from shared.runtime.consumer import Consumer
from shared.runtime.host import web
from shared.runtime.migration import Outcome, Progress
from shared.runtime.settings import Settings
from shared.web.identity import COOKIE, Identity, sign_session
from tests.builders import SetClock
from tests.demo.parts import some_of_each_story
from tests.scenarios.city import TEXTS, City, open_city

NOW = datetime(2026, 11, 24, 3, 30, tzinfo=UTC)
MATTERS = 12
ABROAD = {"HUIYING_LOG_REPLICAS": "1", "HUIYING_LOG_PARTITIONS": "4"}
"""The settings for the servers of the tests."""
CHANGING = re.compile(r'<input type="hidden"[^>]*>|nonce="[^"]*"')
"""What differs from one look at a page to the next."""


def play_city(folder: Path) -> None:
    """Plays some matters of the demonstration; leaves one parked, one that only sentiment has read, and one that is not on the log yet."""
    folder.mkdir()
    (folder / "demonstration").touch()
    fresh_folder(folder)
    smtp_port, http_port = free_port(0), free_port(0)
    with outside(smtp_port, http_port):
        asyncio.run(_play(folder, environment(folder, smtp_port, http_port)))
    asyncio.run(_leave_work(folder))


async def _play(folder: Path, settings: dict[str, str]) -> None:
    async with open_stage(settings, NOW) as stage:
        matters = some_of_each_story(matters_until(stage, NOW), 1)[:MATTERS]
        await play_matters(stage, matters, NOW, folder / "mailbox")


async def _leave_work(folder: Path) -> None:
    async with open_city(folder, SetClock(NOW)) as city:
        await city.house.log.append([Kept((await city.numbers())[0], b"no record")])
        await city.settle()
        await city.submit(TEXTS[0])
        for relay in city.relays():
            await relay.step()
        for consumer in city.consumers():
            if consumer.service == "sentiment":
                await consumer.step(wait=0)
            await consumer.close()
        await city.submit(TEXTS[1])


def settings(**more: str) -> Settings:
    return settings_of({"HUIYING_RATE_LIMITS": "off", **ABROAD, **more})[0]


async def moved(from_: object, to: object, progress: Progress = lambda part, done, total: None) -> Outcome:
    """Moves between two places as the command names them; a folder stands for itself."""
    here, there = (str(place) if ":" in str(place) else f"sqlite:{place}" for place in (from_, to))
    return await move(read_places(here, settings()), read_places(there, settings()), progress)


@asynccontextmanager
async def living(folder: Path, place: str = "") -> AsyncIterator[City]:
    """The city that lives at a place, with the keys in the folder; in the folder itself when no place is named."""
    there = read_places(place or f"sqlite:{folder}", settings())
    urls = [(f"HUIYING_{name.upper()}_URL", getattr(there, name)) for name in ("store", "log", "files")]
    async with open_city(folder, SetClock(NOW), [*ABROAD.items(), *urls]) as city:
        await city.house.check()
        yield city


async def look(city: City) -> dict[str, str]:
    """What a supervisor sees of the board and of every case, and a program of the supervisor's of the cases."""
    keys, transport = city.house.keys, ASGITransport(web(city.house))
    numbers = [one.key for one in await city.store("tracking").find(CASE.name, {}, order=Order("received_at"), limit=1_000)]
    paths = ["/board", "/board/cases", "/api/v1/cases"]
    paths += [f"{place}/{number}" for place in ("/desk/cases", "/api/v1/cases") for number in numbers]
    pages: dict[str, str] = {}
    async with AsyncClient(transport=transport, base_url="http://testserver", headers={"Accept-Language": "zh-CN"}) as client:
        client.cookies.set(COOKIE, sign_session(Identity("supervisor", CENTRE["supervisor"][0], frozenset({"supervisor"})), keys, NOW, 480))
        for path in paths:
            answer = await client.get(path)
            assert answer.status_code == 200, f"{path}: {answer.status_code}"
            pages[path] = CHANGING.sub("", answer.text)
    return pages


async def settle(city: City) -> None:
    """Runs relays and consumers until nothing is unsent and every group has read everything."""
    house = city.house
    consumers = [Consumer(service, store, house.log, house.clock) for service, store in house.stores if service.handlers]
    try:
        async with asyncio.timeout(60):
            busy = True
            while busy:
                busy = sum([await relay.step() for relay in city.relays()]) + sum([await one.step(wait=0.2) for one in consumers]) > 0
                busy = busy or any([await one.lag() for one in consumers])
    finally:
        for consumer in consumers:
            await consumer.close()
