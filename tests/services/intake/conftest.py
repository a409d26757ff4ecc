"""Intake in a real world of its own: SQLite files in a temporary folder, the web app in process, a clock that the test sets."""

import re
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from uuid_utils import uuid7

from services.intake.documents import COMPLAINT, KINDS
from services.intake.door import Door
from services.intake.model.complaint import Complaint
from services.intake.service import build
from services.intake.settings import IntakeSettings
from shared.adapters import sqlite_file
from shared.events import Actor, Event, Record, read
from shared.places import load_places
from shared.runtime import wiring
from shared.runtime.consumer import Consumer
from shared.runtime.keys import Keys
from shared.runtime.parked import PARKED
from shared.runtime.relay import Relay
from shared.runtime.service import Outside, Service, World
from shared.runtime.settings import Settings
from shared.web.app import create_app
from shared.web.identity import COOKIE, Identity, sign_session
from shared.web.pages import Pages
from tests.builders import MONDAY, SetClock

KEYS = Keys(session=b"s" * 32, contacts=b"c" * 32)
CLOCK = SetClock()
PAGES: dict[str, Pages] = {}
"""The templates, compiled once for all tests: they are the same for each, and the clock they hold is CLOCK."""
TEXT = "柳堤路 12 号院昨天晚上停水，到现在没有来水。"


@dataclass
class House:
    """What a test needs of intake: its world, its service, a browser."""

    world: World
    service: Service
    client: httpx.AsyncClient
    clock: SetClock
    folder: Path

    @property
    def door(self) -> Door:
        door: Door = self.service.state["intake"]
        return door

    async def submit(self, **body: Any) -> dict[str, Any]:
        """A complaint by the API: its receipt."""
        answer = await self.client.post("/api/v1/complaints", json={"text": TEXT, **body})
        assert answer.status_code == 201, answer.text
        receipt: dict[str, Any] = answer.json()
        return receipt

    async def complaint(self, number: str) -> Complaint:
        return COMPLAINT.parse((await self.world.store.get(COMPLAINT.name, [number]))[number])

    async def outgoing(self) -> list[Record]:
        """All events that intake has sent so far, oldest first; those of tracking are read over."""
        await Relay("intake", self.world.store, self.world.log).step()
        return [record for record in await self.logged() if record.event.type.startswith("complaint.")]

    async def logged(self) -> list[Record]:
        """Everything on the log."""
        reader = self.world.log.reader("the-test")
        records = [read(delivery.raw) for delivery in await reader.fetch(1_000, 0.01)]
        await reader.close()
        return records

    async def tracking_says(self, number: str, *events: Event, by: Actor | None = None) -> None:
        """Lets intake take in events of tracking."""
        who = by or Actor(kind="machine", id="tracking")
        now = self.clock.now()
        await self.world.log.append([Record(id=str(uuid7()), case=number, at=now, by=who, event=event) for event in events])
        await self.consume(number)

    async def consume(self, number: str) -> None:
        """Lets intake take in all that is on the log."""
        consumer = Consumer(self.service, self.world.store, self.world.log, self.clock)
        while await consumer.step(wait=0.01):
            continue
        await consumer.close()
        parked = await self.world.store.get(PARKED.name, [number])
        assert not parked, parked[number].body

    def sign_in(self, *roles: str, department: str | None = None, login: str = "li") -> None:
        """Gives the browser an officer's session."""
        officer = Identity(login, "李", frozenset(roles), department)
        self.client.cookies.set(COOKIE, sign_session(officer, KEYS, self.clock.now(), 480))

    async def form(self, page: str, path: str, data: dict[str, str] | None = None, files: Any = None) -> httpx.Response:
        """Posts a form as a browser does that has opened `page`, with its hidden fields."""
        text = (await self.client.get(page)).text
        sent = re.search(rf'<form[^>]*action="{path}".*?</form>', text, re.DOTALL)
        assert sent, f"no form to {path} on {page}"
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', sent.group(0)))
        return await self.client.post(path, data=hidden | (data or {}), files=files)


Open = Callable[..., Awaitable[House]]


@pytest.fixture
def away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], AbstractContextManager[None]]:
    """While it is entered, intake's store cannot write: another process holds its file."""

    @contextmanager
    def held() -> Iterator[None]:
        other = sqlite3.connect(tmp_path / "intake.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with monkeypatch.context() as patch:
            patch.setattr(sqlite_file, "LOCK_WAIT", 0.02)
            yield
        other.close()

    return held


@pytest.fixture
async def open_intake(tmp_path: Path) -> AsyncIterator[Open]:
    """Opens intake; `own` and `common` are settings, the same folder is the same data."""
    houses: list[House] = []

    async def opens(own: dict[str, Any] | None = None, **common: Any) -> House:
        settings = Settings(data=tmp_path, **{"rate_limits": "off", **common})
        CLOCK.moment, clock, places = MONDAY, CLOCK, load_places(None)
        store = wiring.open_store(settings.store, "intake", [kind.collection for kind in (*KINDS, PARKED)])
        log, files = wiring.open_log(settings), wiring.open_files(settings.files)
        outside = Outside(wiring.open_notifiers(settings), wiring.open_mailbox(settings), wiring.open_scanner(settings))
        world = World(settings, IntakeSettings(**(own or {})), store, log, files, clock, KEYS, places, outside)
        service = build(world)

        async def ready() -> dict[str, str]:
            return {}

        app = create_app(settings, KEYS, [service], places, clock, ready=ready)
        app.state.pages = PAGES.setdefault("pages", app.state.pages)
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=settings.address)
        houses.append(House(world, service, client, clock, tmp_path))
        return houses[-1]

    yield opens
    for house in houses:
        await house.client.aclose()
        await house.world.outside.close()
        await house.world.store.close()
        await house.world.log.close()


@pytest.fixture
async def intake(open_intake: Open) -> House:
    return await open_intake()
