"""The way to the database is cut, or falls silent: told within bounds, mended by itself, nothing lost and nothing doubled."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest

from shared.adapters.gridfs_attachments import GridfsAttachments
from shared.adapters.mongo_store import MongoStore
from shared.events import read
from shared.ports import Order, Stored, Unavailable
from tests.contracts.examples import COLLECTIONS, matter, record
from tests.contracts.mongo_databases import Databases, databases, proxy_to
from tests.servers.proxy import Proxy

TOLD_WITHIN = 6.0  # seconds, on a busy machine; the options of mongo_databases.QUICK say about two
OUTAGES = ("cut", "silence")
FELT = 10


@pytest.fixture
def way(mongo_url: str) -> Iterator[Proxy]:
    with proxy_to(mongo_url) as proxy:
        yield proxy


@pytest.fixture
def places(mongo_url: str) -> Iterator[Databases]:
    with databases(mongo_url) as places:
        yield places


@pytest.fixture
async def store(places: Databases, way: Proxy) -> AsyncIterator[MongoStore]:
    """A store that reaches the server by the proxy."""
    store = await places.open(url=places.through(way))
    yield store
    way.restore()
    await store.close()


async def until_back(work: Callable[[], Awaitable[object]]) -> None:
    """Tries until the outage is over for the caller."""
    async with asyncio.timeout(20):
        while True:
            try:
                await work()
                return
            except Unavailable:
                await asyncio.sleep(0.05)


@pytest.mark.parametrize("outage", OUTAGES)
async def test_every_use_tells_an_outage_within_bounds_and_goes_on_after_it(store: MongoStore, way: Proxy, outage: str) -> None:
    await store.commit([matter("a", events=[record("a", 1)], rank=1)])
    [unsent] = await store.unsent(9)
    uses: list[Callable[[], Awaitable[object]]] = [
        lambda: store.get("matter", ["a"]),
        lambda: store.find("matter", {}, order=Order("rank"), limit=9),
        lambda: store.count("matter", {}),
        lambda: store.commit([matter("a", 1)]),
        lambda: store.unsent(9),
        lambda: store.sent([unsent.mark]),
        lambda: store.check(),
        lambda: store.ping(),
    ]
    getattr(way, outage)()
    began = time.monotonic()
    told = await asyncio.gather(*(use() for use in uses), return_exceptions=True)
    assert time.monotonic() - began < TOLD_WITHIN
    assert [type(one) for one in told] == [Unavailable] * len(uses)
    way.restore()
    for use in uses:
        await until_back(use)
    assert (await store.get("matter", ["a"]))["a"].version == 2
    assert await store.unsent(9) == []


@pytest.mark.parametrize("outage", OUTAGES)
async def test_a_store_that_was_opened_during_an_outage_serves_after_it(places: Databases, way: Proxy, outage: str) -> None:
    await places.prepare()
    getattr(way, outage)()
    store = MongoStore(places.place(url=places.through(way)), COLLECTIONS)
    began = time.monotonic()
    told = await asyncio.gather(*(store.commit([matter(str(n))]) for n in range(100)), return_exceptions=True)
    assert time.monotonic() - began < TOLD_WITHIN, "they wait for one look, not one after the other"
    assert {type(one) for one in told} == {Unavailable}
    way.restore()
    await until_back(store.check)
    assert await store.get("matter", [str(n) for n in range(100)]) == {}
    assert await store.commit([matter("a")]) == []
    await store.close()


async def test_a_write_that_was_on_its_way_comes_late_and_changes_nothing_twice(store: MongoStore, way: Proxy) -> None:
    """The proxy holds back what was sent before it fell silent, and hands it over when the way is free again."""
    await store.commit([matter("a")])
    way.silence()
    with pytest.raises(Unavailable):
        await store.commit([matter("a", 1, "held back", [record("a", 1)]), matter("b", 0, "held back", [record("b", 1)])])
    way.restore()
    await until_back(lambda: store.get("matter", ["a", "b"]))
    async with asyncio.timeout(20):
        while len(found := await store.get("matter", ["a", "b"])) < 2 or found["a"].version < 2:
            await store.commit([matter("a", 1, "again", [record("a", 2)]), matter("b", 0, "again", [record("b", 2)])])
    numbers = {"held back": 1, "again": 2}
    events = {one.record.case: read(one.record.raw) for one in await store.unsent(9)}
    assert events == {key: record(key, numbers[json.loads(one.body)]) for key, one in found.items()}
    assert {one.version for one in found.values()} == {1, 2}


async def write_through(store: MongoStore, key: str, times: int, written: dict[str, list[int]], told: Counter[str]) -> None:
    """Changes one document so many times, trying again like a consumer; every write carries the event of its version.

    Counts in `told` how often it was told of an outage.
    """
    version = 0
    while version < times:
        try:
            refused = await store.commit([matter(key, version, version + 1, [record(key, version + 1)])])
            if not refused:
                written[key].append(version + 1)
            found: Stored | None = (await store.get("matter", [key])).get(key)
            version = found.version if found else 0
        except Unavailable:
            told[key] += 1
            await asyncio.sleep(0.02)


async def disturb(way: Proxy, done: asyncio.Event, told: Counter[str]) -> int:
    """Cuts and silences the way in turn, mostly while a bulk is under way, until the writers are done. The first outage lasts until
    more than FELT tries were told of it, so that how busy the machine is does not decide whether any was.
    """
    times = 0
    while not done.is_set():
        await asyncio.sleep(0.15)
        way.silence() if times % 3 == 2 else way.cut()
        await asyncio.sleep(0.1)
        while told.total() <= FELT and not done.is_set():  # noqa: ASYNC110 - the writers do it
            await asyncio.sleep(0.02)
        way.restore()
        times += 1
        await asyncio.sleep(0.3)
    return times


async def test_amid_cuts_what_was_acknowledged_is_there_once_and_in_order(store: MongoStore, way: Proxy, places: Databases) -> None:
    keys, times, done, told = [f"k{n:03}" for n in range(200)], 4, asyncio.Event(), Counter[str]()
    written: dict[str, list[int]] = {key: [] for key in keys}
    disturbance = asyncio.create_task(disturb(way, done, told))
    async with asyncio.timeout(45):
        await asyncio.gather(*(write_through(store, key, times, written, told) for key in keys))
    done.set()
    assert await disturbance >= 2
    assert told.total() > FELT
    fresh = MongoStore(places.place(), COLLECTIONS)
    found = await fresh.get("matter", keys)
    assert {key: (one.version, json.loads(one.body)) for key, one in found.items()} == dict.fromkeys(keys, (times, times))
    assert all(versions == sorted(set(versions)) for versions in written.values())
    carried: dict[str, list[object]] = {key: [] for key in keys}
    while some := await fresh.unsent(300):
        for one in some:
            carried[one.record.case].append(read(one.record.raw))
        await fresh.sent([one.mark for one in some])
    assert carried == {key: [record(key, n + 1) for n in range(times)] for key in keys}
    await fresh.close()


@pytest.mark.parametrize("outage", OUTAGES)
async def test_attachments_tell_an_outage_and_go_on_after_it(
    places: Databases, way: Proxy, outage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.adapters.gridfs_attachments.PATIENCE", 1.5)
    attachments = GridfsAttachments(places.place("files", places.through(way)))
    await attachments.put("a", b"old" * 200_000)
    putting = asyncio.create_task(attachments.put("a", b"new" * 3_000_000))
    await asyncio.sleep(0)
    getattr(way, outage)()
    began = time.monotonic()
    outcomes = await asyncio.gather(putting, attachments.get("a"), attachments.remove("b"), attachments.ping(), return_exceptions=True)
    assert time.monotonic() - began < TOLD_WITHIN
    assert [type(one) for one in outcomes] == [Unavailable] * 4
    way.restore()
    await until_back(attachments.ping)
    assert await attachments.get("a") in (b"old" * 200_000, b"new" * 3_000_000)
    await attachments.put("a", b"new")
    assert await attachments.get("a") == b"new"
    await attachments.close()
