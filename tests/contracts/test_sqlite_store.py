"""The store in a SQLite file keeps the contract."""

from pathlib import Path

import pytest

from shared.adapters.sqlite_store import SqliteStore
from tests.contracts.examples import COLLECTIONS
from tests.contracts.store_contract import DocumentContract, ListContract, ModelContract, OpenStore, UnsentContract
from tests.contracts.store_neighbours import NeighbourContract


class SqliteStores:
    @pytest.fixture
    def open_store(self, tmp_path: Path) -> OpenStore:
        async def open_store(name: str) -> SqliteStore:
            return SqliteStore(tmp_path / f"{name}.db", COLLECTIONS)

        return open_store


class TestDocuments(SqliteStores, DocumentContract):
    pass


class TestUnsent(SqliteStores, UnsentContract):
    pass


class TestLists(SqliteStores, ListContract):
    pass


class TestNeighbours(SqliteStores, NeighbourContract):
    pass


class TestModel(SqliteStores, ModelContract):
    pass
