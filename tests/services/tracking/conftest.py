"""The desk over a real store in a temporary folder, a clock that the test sets, and browsers of officers."""

import dataclasses
import re
from collections.abc import AsyncIterator, Iterator, MutableMapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from structlog.testing import capture_logs

from services.tracking.actions.passwords import Passwords
from services.tracking.desk import Desk
from services.tracking.documents import CASE, KINDS
from services.tracking.model.case import Case
from services.tracking.service import build
from services.tracking.settings import TrackingSettings
from shared.adapters.folder_attachments import FolderAttachments
from shared.places import load_places
from shared.ports import Change
from shared.runtime.keys import Keys
from shared.runtime.parked import PARKED
from shared.runtime.service import Service, World
from shared.runtime.settings import Settings
from shared.web.app import create_app
from shared.web.identity import COOKIE, Identity, sign_session, sign_token
from tests.builders import SetClock

KEYS = Keys(session=b"s" * 32, contacts=b"")
CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)

OFFICERS = {
    officer.login: officer
    for officer in (
        Identity("dispatcher1", "陈静", frozenset({"dispatcher"})),
        Identity("dispatcher2", "孙宁", frozenset({"dispatcher"})),
        Identity("agent1", "王芳", frozenset({"agent"})),
        Identity("water1", "李明", frozenset({"liaison", "handler"}), "water"),
        Identity("water2", "赵强", frozenset({"liaison"}), "water"),
        Identity("housing1", "何伟", frozenset({"liaison", "handler"}), "housing"),
        Identity("reviewer1", "吴敏", frozenset({"reviewer"})),
        Identity("clerk1", "郑丽", frozenset({"callback_clerk"})),
        Identity("supervisor1", "周航", frozenset({"supervisor"})),
        Identity("admin", "管理员", frozenset({"administrator"})),
        Identity("auditor1", "钱进", frozenset({"auditor"})),
        Identity("mail1", "冯雪", frozenset({"clerk"})),
    )
}


class Browser:
    """What an officer's browser does: opens pages, fills in their forms."""

    def __init__(self, client: AsyncClient) -> None:
        self.client = client

    async def get(self, path: str, **query: Any) -> Response:
        return await self.client.get(path, params=query or None)

    async def send(self, page: Response, path: str, **fields: Any) -> Response:
        """Sends a form of the page: its hidden fields, then `fields`."""
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form_on(page, path)))
        return await self.client.post(path, data={**hidden, **fields})

    async def step(self, number: str, step: str, **fields: Any) -> Response:
        """Opens the case with this step's form and sends it."""
        page = await self.get(f"/desk/cases/{number}", step=step)
        return await self.send(page, f"/desk/cases/{number}/steps/{step}", **fields)


def form_on(page: Response, path: str) -> str:
    """The form that leads to the path."""
    found = re.search(rf'<form[^>]*action="{re.escape(path)}".*?</form>', page.text, re.DOTALL)
    assert found, f"no form to {path} on {page.url} ({page.status_code})"
    return found[0]


@dataclass
class DeskHouse:
    """The service, its app, and what tests do with them."""

    world: World
    service: Service
    app: FastAPI
    clients: list[AsyncClient] = field(default_factory=list)

    @property
    def desk(self) -> Desk:
        desk: Desk = self.app.state.tracking
        return desk

    async def keep(self, *cases: Case) -> None:
        """Stores cases as new documents."""
        changes = [Change(CASE.name, case.number, 0, CASE.body(case), CASE.values(case)) for case in cases]
        assert not await self.world.store.commit(changes)

    async def change(self, case: Case) -> None:
        """Puts the case in the place of the one that is kept."""
        stored = (await self.world.store.get(CASE.name, [case.number]))[case.number]
        change = Change(CASE.name, case.number, stored.version, CASE.body(case), CASE.values(case))
        assert not await self.world.store.commit([change])

    async def case(self, number: str) -> Case:
        return CASE.parse((await self.world.store.get(CASE.name, [number]))[number])

    def client(self, login: str | None = None, *, token: bool = False) -> AsyncClient:
        """A client, signed in by session or by token, or as nobody."""
        client = AsyncClient(transport=ASGITransport(self.app), base_url="http://testserver", headers={"Accept-Language": "zh-CN"})
        if login and token:
            client.headers["Authorization"] = f"Bearer {sign_token(OFFICERS[login], KEYS, self.world.clock.now(), 30)}"
        elif login:
            client.cookies.set(COOKIE, sign_session(OFFICERS[login], KEYS, self.world.clock.now(), 480))
        self.clients.append(client)
        return client

    def browser(self, login: str | None = None) -> Browser:
        return Browser(self.client(login))


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[MutableMapping[str, Any]]]:
    """What was logged."""
    with capture_logs() as entries:
        yield entries


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
async def house(tmp_path, open_store, event_log, clock) -> AsyncIterator[DeskHouse]:
    settings = Settings(data=tmp_path, rate_limits="off")
    store = open_store("tracking", (*KINDS, PARKED))
    own = TrackingSettings(board_seconds=0)
    world = World(settings, own, store, event_log, FolderAttachments(tmp_path), clock, KEYS, load_places())
    service = build(world)

    async def ready() -> dict[str, str]:
        return {}

    app = create_app(settings, KEYS, [service], world.places, clock, ready=ready)
    app.state.stores = [(service, store)]
    accounts = dataclasses.replace(app.state.tracking.accounts, passwords=Passwords(CHEAP))
    app.state.tracking = dataclasses.replace(app.state.tracking, accounts=accounts)
    house = DeskHouse(world, service, app)
    yield house
    for client in house.clients:
        await client.aclose()
