"""The store on a server of MongoDB's protocol keeps the contract."""

from collections.abc import Iterator
from uuid import uuid4

import pymongo
import pytest

from shared.adapters.mongo_store import MongoStore, Place
from tests.contracts.examples import COLLECTIONS
from tests.contracts.store_contract import DocumentContract, ListContract, ModelContract, OpenStore, UnsentContract
from tests.servers.mongo import help_updates, named_server


@pytest.fixture
def places(mongo_url: str) -> Iterator[list[Place]]:
    """The databases that a test has used; they are dropped at its end."""
    places: list[Place] = []
    yield places
    with pymongo.MongoClient[dict[str, object]](mongo_url) as client:
        for place in places:
            client.drop_database(place.database)


class MongoStores:
    @pytest.fixture
    def open_store(self, mongo_url: str, places: list[Place]) -> OpenStore:
        prefix, prepared = f"test_{uuid4().hex[:12]}", set[str]()

        async def open_store(name: str) -> MongoStore:
            place = Place(mongo_url, f"{prefix}_{name}")
            store = MongoStore(place, COLLECTIONS)
            if name not in prepared:
                places.append(place)
                prepared.add(name)
                await store.prepare()
                if named_server() is None:
                    help_updates(mongo_url, place.database, *(collection.name for collection in COLLECTIONS))
            return store

        return open_store


class TestDocuments(MongoStores, DocumentContract):
    pass


class TestUnsent(MongoStores, UnsentContract):
    pass


class TestLists(MongoStores, ListContract):
    pass


class TestModel(MongoStores, ModelContract):
    pass
