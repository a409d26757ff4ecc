"""What every test may ask for: real stores and logs in a temporary folder, closed again whatever happens."""

import logging
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import settings

from shared.adapters.sqlite_log import SqliteLog
from shared.adapters.sqlite_store import SqliteStore
from shared.documents import Kind
from tests.servers.kafka import Kafka, free_ports, named_brokers
from tests.servers.mongo import ProtocolServer, named_server

settings.register_profile("house", deadline=None, print_blob=True)  # a busy machine is no fault of the code
settings.load_profile("house")

OpenStore = Callable[[str, Iterable[Kind[Any]]], SqliteStore]


CHROMIUM = shutil.which("chromium")
AXE = Path(__file__).parents[1] / "node_modules/axe-core/axe.min.js"


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that needs a browser is skipped where there is none, with a sentence; where CI is set it fails instead."""
    if item.get_closest_marker("browser") and (CHROMIUM is None or not AXE.exists()):
        missing = "needs Chromium (Debian: chromium, fonts-noto-cjk) and axe-core (make setup)"
        if os.environ.get("CI"):
            pytest.fail(missing, pytrace=False)
        pytest.skip(missing)


@pytest.fixture(autouse=True)
def own_log() -> Iterator[None]:
    """A log that a test has set up, by a command for instance, ends with the test: it writes to where only that test is listened to."""
    handlers, level = list(logging.root.handlers), logging.root.level
    yield
    if structlog.is_configured():
        structlog.reset_defaults()
        logging.basicConfig(level=level, handlers=handlers, force=True)


@pytest.fixture
async def open_store(tmp_path) -> AsyncIterator[OpenStore]:
    """Opens a store of these kinds by name; the same name again is the same file."""
    opened: list[SqliteStore] = []

    def opens(name: str, kinds: Iterable[Kind[Any]]) -> SqliteStore:
        opened.append(SqliteStore(tmp_path / f"{name}.db", [kind.collection for kind in kinds]))
        return opened[-1]

    yield opens
    for store in opened:
        await store.close()


@pytest.fixture
async def event_log(tmp_path) -> AsyncIterator[SqliteLog]:
    log = SqliteLog(tmp_path / "log.db")
    yield log
    await log.close()


async def drain(*steps: Callable[[], Awaitable[int]]) -> None:
    """Runs the steps in turn until none of them has anything left to do."""
    while sum([await step() for step in steps]):
        continue


@pytest.fixture
def free_port() -> int:
    return free_ports(1)[0]


@pytest.fixture(scope="session")
def kafka_brokers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """HOST:PORT of a real broker that the whole run shares; topics and groups must have names of their own."""
    if named := named_brokers():
        yield named
        return
    kafka = Kafka(tmp_path_factory.mktemp("kafka"))
    try:
        kafka.wait_ready()
        yield kafka.addresses
    finally:
        kafka.stop()


@pytest.fixture(scope="session")
def mongo_url() -> Iterator[str]:
    """The URL, without a database, of a server of MongoDB's protocol shared by the whole run; databases are named test_…, each its own."""
    if named := named_server():
        yield named
        return
    server = ProtocolServer()
    try:
        yield server.url
    finally:
        server.stop()
