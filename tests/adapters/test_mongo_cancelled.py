"""Who waits for a database that is away may be cancelled: the waiting ends at once, and the store works again when the database is back."""

import asyncio
import time
from urllib.parse import urlsplit
from uuid import uuid4

import pymongo
import pytest

from shared.adapters.mongo_store import MongoStore, Place
from shared.ports import Collection, Unavailable
from tests.servers.proxy import Proxy

THINGS = (Collection("thing"),)


@pytest.fixture
def way(mongo_url):
    port = urlsplit(mongo_url).port
    proxy = Proxy(port or 27017)
    yield proxy
    proxy.close()


@pytest.fixture
async def place(mongo_url, way):
    place = Place(f"mongodb://127.0.0.1:{way.port}/?directConnection=true&serverSelectionTimeoutMS=1000", f"test_{uuid4().hex[:12]}")
    yield place
    with pymongo.MongoClient[dict[str, object]](mongo_url) as client:
        client.drop_database(place.database)


async def cancelled(*waiting):
    """Cancels all of them while they wait, some twice as a shutdown does; they must end at once."""
    tasks = [asyncio.create_task(one) for one in waiting]
    await asyncio.sleep(0.3)  # they have found out by now that nobody is there, and wait
    for task in (*tasks, *tasks[::2]):
        task.cancel()
        await asyncio.sleep(0)
    began = time.monotonic()
    _, pending = await asyncio.wait(tasks, timeout=5)
    assert not pending, "a task that was cancelled still waits"
    return time.monotonic() - began


async def test_a_store_survives_that_its_callers_are_cancelled_while_the_database_is_away(place, way):
    store = MongoStore(place, THINGS)
    await store.prepare()
    await store.check()
    for _ in range(2):
        way.cut()
        await cancelled(*(store.get("thing", ["a"]) for _ in range(20)), *(store.ping() for _ in range(20)))
        with pytest.raises(Unavailable):
            async with asyncio.timeout(10):
                await store.get("thing", ["a"])
        way.restore()
        async with asyncio.timeout(20):
            while True:
                try:
                    assert await store.get("thing", ["a"]) == {}
                    break
                except Unavailable:
                    await asyncio.sleep(0.05)
    await store.close()
