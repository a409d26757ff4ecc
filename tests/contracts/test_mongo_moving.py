"""A server of MongoDB's protocol keeps the contract of moving, documents and attachments."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pymongo
import pytest

from shared.adapters.gridfs_attachments import GridfsAttachments
from shared.adapters.gridfs_moving import GridfsMoving
from shared.adapters.mongo_moving import MongoStoreTarget
from shared.adapters.mongo_place import Place
from shared.adapters.mongo_store import MongoStore
from tests.contracts.examples import COLLECTIONS, matter, record
from tests.contracts.moving_contract import FilesMovingContract, OpenStore, OpenStoreTarget, StoreMovingContract


@pytest.fixture
async def place(mongo_url: str) -> AsyncIterator[Place]:
    """A database of the test's own, with the indexes."""
    place = Place(mongo_url, f"test_{uuid4().hex[:12]}")
    store = MongoStore(place, COLLECTIONS)
    await store.prepare()
    await store.close()
    yield place
    with pymongo.MongoClient[dict[str, object]](mongo_url) as client:
        client.drop_database(place.database)


class MongoStores:
    @pytest.fixture
    async def open_store(self, place: Place) -> AsyncIterator[OpenStore]:
        opened: list[MongoStore] = []

        async def open_store() -> MongoStore:
            opened.append(MongoStore(place, COLLECTIONS))
            return opened[-1]

        yield open_store
        for store in opened:
            await store.close()

    @pytest.fixture
    async def open_target(self, place: Place) -> AsyncIterator[OpenStoreTarget]:
        opened: list[MongoStoreTarget] = []

        async def open_target() -> MongoStoreTarget:
            opened.append(MongoStoreTarget(place, COLLECTIONS))
            return opened[-1]

        yield open_target
        for target in opened:
            await target.close()


class TestStore(MongoStores, StoreMovingContract):
    async def test_documents_that_were_emptied_hide_none_behind_them(self, open_store: OpenStore, open_target: OpenStoreTarget) -> None:
        store, source = await open_store(), await open_target()
        await store.commit([matter(key, events=[record(key, n) for n in range(2)]) for key in "abc"])
        unsent = await store.unsent(10)
        for case in "ab":  # one after the other, so that the documents keep the note that they have some
            for one in unsent:
                if one.record.case == case:
                    await store.sent([one.mark])
        assert [one.record.case for one in await source.unsent_after(None, 1)] == ["c", "c"]


class TestFiles(FilesMovingContract):
    @pytest.fixture
    async def attachments(self, place: Place) -> AsyncIterator[GridfsAttachments]:
        attachments = GridfsAttachments(place)
        yield attachments
        await attachments.close()

    @pytest.fixture
    async def target(self, place: Place) -> AsyncIterator[GridfsMoving]:
        target = GridfsMoving(place)
        yield target
        await target.close()
