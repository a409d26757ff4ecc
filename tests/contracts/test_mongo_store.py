"""The store on a server of MongoDB's protocol keeps the contract; how several processes divide its unsent events."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pymongo
import pytest

from shared.adapters import mongo_outbox
from shared.adapters.mongo_documents import MOST_BYTES
from shared.adapters.mongo_store import MongoStore
from shared.ports import Equal, Order, Store, Unavailable
from tests.contracts.examples import COLLECTIONS, matter, record
from tests.contracts.mongo_databases import Databases, databases
from tests.contracts.store_contract import DocumentContract, ListContract, ModelContract, OpenStore, UnsentContract, cases
from tests.contracts.store_neighbours import NeighbourContract


@pytest.fixture
def places(mongo_url: str) -> Iterator[Databases]:
    with databases(mongo_url) as places:
        yield places


class MongoStores:
    @pytest.fixture
    def open_store(self, places: Databases) -> OpenStore:
        prepared: set[str] = set()

        async def open_store(name: str) -> MongoStore:
            if name in prepared:
                return MongoStore(places.place(name), COLLECTIONS)
            prepared.add(name)
            return await places.open(name)

        return open_store


class TestDocuments(MongoStores, DocumentContract):
    pass


class TestUnsent(MongoStores, UnsentContract):
    pass


class TestLists(MongoStores, ListContract):
    pass


class TestNeighbours(MongoStores, NeighbourContract):
    pass


class TestModel(MongoStores, ModelContract):
    pass


@pytest.fixture
async def store(places: Databases) -> AsyncIterator[MongoStore]:
    store = await places.open()
    yield store
    await store.close()


@pytest.fixture
async def other(store: MongoStore, places: Databases) -> AsyncIterator[MongoStore]:
    """A second process of the same service, both of them well under way."""
    other = MongoStore(places.place(), COLLECTIONS)
    assert await store.unsent(1) == await other.unsent(1) == []
    yield other
    await other.close()


async def test_several_processes_divide_the_events(store: MongoStore, other: MongoStore) -> None:
    await store.commit([matter(key, events=[record(key, 1)]) for key in ("a", "b")])
    await other.commit([matter("c", events=[record("c", 1)])])
    assert [one.record.case for one in await store.unsent(9)] == ["a", "b"]
    assert [one.record.case for one in await other.unsent(9)] == ["c"]


async def test_the_events_of_a_document_that_several_wrote_go_out_in_order(store: MongoStore, other: MongoStore) -> None:
    await store.commit([matter("a", events=[record("a", 1)])])
    await other.commit([matter("a", 1, events=[record("a", 2)])])
    assert cases(await other.unsent(9), "a") == [record("a", 1), record("a", 2)]
    first = await store.unsent(1)
    await other.commit([matter("a", 2, events=[record("a", 3)])])
    await store.sent([one.mark for one in first])
    assert cases(await other.unsent(9), "a") == [record("a", 2), record("a", 3)]
    await other.sent([one.mark for one in await other.unsent(9)])
    assert await store.unsent(9) == await other.unsent(9) == []


async def test_what_a_dead_process_left_is_carried_by_another(
    store: MongoStore, other: MongoStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mongo_outbox, "LEFT_AFTER", 0.0)
    await store.commit([matter("a", events=[record("a", 1)]), matter("b", events=[record("b", 1)])])
    other._outbox._next_look = 0.0
    monkeypatch.setattr(other._outbox, "_age", 0.0)
    found = await other.unsent(9)
    assert [one.record.case for one in found] == ["a", "b"]
    await other.sent([one.mark for one in found])
    assert await store.unsent(9) == []


async def test_nothing_of_what_was_carried_is_left_behind(store: MongoStore, places: Databases) -> None:
    """Neither events nor the mark by which a document is found as one that has some, whatever way they went."""
    await store.commit([matter("a", events=[record("a", n) for n in range(3)]), matter("b", events=[record("b", 1)])])
    while some := await store.unsent(2):
        await store.commit([matter("b", 1, "changed meanwhile")])
        await store.sent([one.mark for one in some])
    with pymongo.MongoClient[dict[str, object]](places.url) as client:
        left = [set(one) & {"_outbox", "_unsent"} for one in client[places.place().database]["matter"].find()]
    assert left == [set(), set()]


async def test_a_document_that_somebody_removed_does_not_come_back(store: MongoStore, places: Databases) -> None:
    await store.commit([matter("a"), matter("b")])
    with pymongo.MongoClient[dict[str, object]](places.url) as client:
        client[places.place().database]["matter"].delete_one({"_id": "a"})
    conflicts = await store.commit([matter("a", 1, "late", [record("a", 1)]), matter("b", 1, "fine")])
    assert [conflict.key for conflict in conflicts] == ["a"]
    assert set(await store.get("matter", ["a", "b"])) == {"b"}
    assert await store.unsent(9) == []


async def test_a_document_that_is_too_large_is_refused_by_itself(store: MongoStore) -> None:
    with pytest.raises(ValueError, match="matter big is too large for this store: 160"):
        await store.commit([matter("big", 0, "x" * MOST_BYTES)])
    assert await store.commit([matter("big", 0, "x" * (MOST_BYTES - 1000))]) == []


async def test_a_list_by_a_unique_index_asks_for_its_own_field(store: Store) -> None:
    await store.commit([matter("a", office="west", ticket=1), matter("b", office="west", ticket=2), matter("c", ticket=2)])
    wanted = {"office": Equal("west"), "ticket": Equal(2.0)}
    assert [one.key for one in await store.find("matter", wanted, order=Order("ticket"), limit=9)] == ["b"]
    assert await store.count("matter", wanted) == {None: 1}


async def test_a_queue_has_an_end(store: MongoStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.adapters.mongo_writer.MOST_WAITING", 3)
    await store.check()
    outcomes = await asyncio.gather(*(store.commit([matter(str(n))]) for n in range(8)), return_exceptions=True)
    assert [type(one) for one in outcomes if isinstance(one, BaseException)] == [Unavailable] * 5
    assert len(await store.get("matter", [str(n) for n in range(8)])) == 3
    assert await store.commit([matter("after")]) == []
