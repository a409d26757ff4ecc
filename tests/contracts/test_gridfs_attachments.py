"""Attachments in GridFS keep the contract; what is left of them when something breaks off."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pymongo
import pytest

from shared.adapters.gridfs_attachments import LEFTOVER_AFTER, GridfsAttachments
from tests.contracts.attachments_contract import AttachmentsContract, OpenAttachments
from tests.contracts.mongo_databases import Databases, databases


@pytest.fixture
def places(mongo_url: str) -> Iterator[Databases]:
    with databases(mongo_url) as places:
        yield places


@pytest.fixture
async def open_gridfs(places: Databases) -> AsyncIterator[OpenAttachments]:
    opened: list[GridfsAttachments] = []

    async def open_attachments() -> GridfsAttachments:
        opened.append(GridfsAttachments(places.place()))
        return opened[-1]

    yield open_attachments
    for attachments in opened:
        await attachments.close()


class TestGridfs(AttachmentsContract):
    @pytest.fixture
    def open_attachments(self, open_gridfs: OpenAttachments) -> OpenAttachments:
        return open_gridfs


async def test_what_dead_processes_left_half_written_is_cleared_away(places: Databases) -> None:
    attachments = GridfsAttachments(places.place())
    await attachments.put("kept", b"kept")
    with pymongo.MongoClient[Any](places.url) as client:
        database = client[places.place().database]
        begun = time.time() - LEFTOVER_AFTER - 60
        database["attachments.chunks"].insert_many([{"files_id": name, "n": 0, "data": b"half"} for name in ("old", "new")])
        [whole] = database["attachments.files"].distinct("_id")
        unfinished = [{"_id": "old", "begun": begun}, {"_id": "new", "begun": time.time()}, {"_id": whole, "begun": begun}]
        database["unfinished"].insert_many(unfinished)
        again = GridfsAttachments(places.place())
        await again.put("other", b"other")
        assert {one["_id"] for one in database["unfinished"].find()} == {"new"}
        assert database["attachments.chunks"].count_documents({"files_id": {"$in": ["old", "new"]}}) == 1
        assert (await again.get("kept"), await again.get("other")) == (b"kept", b"other")
    await attachments.close()
    await again.close()


async def test_nothing_is_left_of_what_was_replaced_or_removed(places: Databases) -> None:
    attachments = GridfsAttachments(places.place())
    for n in range(3):
        await attachments.put("a", bytes([n]) * 600_000)
    await attachments.put("b", b"b")
    await attachments.remove("b")
    with pymongo.MongoClient[Any](places.url) as client:
        database = client[places.place().database]
        assert [database[f"attachments.{part}"].count_documents({}) for part in ("files", "chunks")] == [1, 3]
        assert database["unfinished"].count_documents({}) == 0
    await attachments.close()


async def test_a_reader_gets_one_whole_content_while_others_replace_it(places: Databases) -> None:
    attachments, contents = GridfsAttachments(places.place()), [bytes([n]) * 700_000 for n in range(6)]
    await attachments.put("a", contents[0])
    reading = asyncio.gather(*(attachments.get("a") for _ in range(20)))
    for content in contents:
        await attachments.put("a", content)
    assert all(read in contents for read in await reading)
    assert await attachments.get("a") == contents[-1]
    await attachments.close()
