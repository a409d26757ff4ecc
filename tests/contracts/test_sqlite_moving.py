"""SQLite files and a folder keep the contract of moving; what only they do."""

from pathlib import Path

import pytest

from shared.adapters.folder_attachments import FolderAttachments
from shared.adapters.folder_moving import FolderSource, FolderTarget
from shared.adapters.sqlite_log import SqliteLog
from shared.adapters.sqlite_log_moving import SqliteLogSource, SqliteLogTarget
from shared.adapters.sqlite_store import SqliteStore
from shared.adapters.sqlite_store_moving import SqliteStoreSource, SqliteStoreTarget
from shared.ports import Unusable
from tests.contracts.examples import COLLECTIONS, matter, record
from tests.contracts.moving_contract import (
    FilesMovingContract,
    LogMovingContract,
    OpenLog,
    OpenLogTarget,
    OpenStore,
    OpenStoreTarget,
    StoreMovingContract,
)


class TestStore(StoreMovingContract):
    @pytest.fixture
    def open_store(self, tmp_path: Path) -> OpenStore:
        async def open_store() -> SqliteStore:
            return SqliteStore(tmp_path / "store.db", COLLECTIONS)

        return open_store

    @pytest.fixture
    def open_target(self, tmp_path: Path) -> OpenStoreTarget:
        async def open_target() -> SqliteStoreTarget:
            return SqliteStoreTarget(tmp_path / "store.db", COLLECTIONS)

        return open_target


class TestLog(LogMovingContract):
    @pytest.fixture
    def open_log(self, tmp_path: Path) -> OpenLog:
        async def open_log() -> SqliteLog:
            return SqliteLog(tmp_path / "log.db")

        return open_log

    @pytest.fixture
    def open_target(self, tmp_path: Path) -> OpenLogTarget:
        async def open_target() -> SqliteLogTarget:
            return SqliteLogTarget(tmp_path / "log.db")

        return open_target


class TestFiles(FilesMovingContract):
    @pytest.fixture
    def attachments(self, tmp_path: Path) -> FolderAttachments:
        return FolderAttachments(tmp_path / "files")

    @pytest.fixture
    def target(self, tmp_path: Path) -> FolderTarget:
        return FolderTarget(tmp_path / "files")


@pytest.fixture
async def filled(tmp_path: Path) -> Path:
    """A folder with a store and a log, both closed."""
    store, log = SqliteStore(tmp_path / "store.db", COLLECTIONS), SqliteLog(tmp_path / "log.db")
    await store.commit([matter("a", events=[record("a", 1)])])
    await log.append([record("a", 1)])
    await store.close()
    await log.close()
    return tmp_path


async def test_a_source_stays_byte_by_byte(filled: Path) -> None:
    before = {name: (filled / name).read_bytes() for name in ("store.db", "log.db")}
    store, log = SqliteStoreSource(filled / "store.db"), SqliteLogSource(filled / "log.db")
    assert await store.count("matter") == len(await store.unsent_after(None, 10)) == len(await log.read(0, None, 10)) == 1
    assert await log.read_by(["readers"]) == []
    await store.close()
    await log.close()
    assert before == {name: (filled / name).read_bytes() for name in before}
    assert not (filled / "log.db.readers.lock").exists()


async def test_what_a_killed_process_left_in_the_write_ahead_log_is_read(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "store.db", COLLECTIONS)
    await store.commit([matter("a")])  # still open: nothing has been carried over into the file itself
    assert (tmp_path / "store.db-wal").stat().st_size > 0
    source = SqliteStoreSource(tmp_path / "store.db")
    assert await source.count("matter") == 1
    await source.close()
    await store.close()


def test_nothing_is_made_where_nothing_is(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match=r"there is no .*store\.db"):
        SqliteStoreSource(tmp_path / "store.db")
    with pytest.raises(Unusable, match=r"there is no .*log\.db"):
        SqliteLogSource(tmp_path / "log.db")
    with pytest.raises(Unusable, match="there is no folder"):
        FolderSource(tmp_path / "files")
    assert list(tmp_path.iterdir()) == []


async def test_a_file_of_another_kind_is_refused(filled: Path) -> None:
    with pytest.raises(Unusable, match=r"store\.db is not a event log of ours"):
        SqliteLogSource(filled / "store.db")
    (filled / "store.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(Unusable, match="no database"):
        SqliteStoreSource(filled / "store.db")


async def test_nobody_begins_to_read_what_is_being_moved(filled: Path) -> None:
    log = SqliteLog(filled / "log.db")
    await log.reader("readers").fetch(1, 0)
    await log.close()
    source = SqliteLogSource(filled / "log.db")
    assert await source.read_by(["readers"]) == []
    log = SqliteLog(filled / "log.db")
    assert await log.reader("readers").fetch(1, 0) == []
    await source.close()
    assert len(await log.reader("readers").fetch(1, 0)) == 1
    await log.close()
