"""Attachments in GridFS keep the contract."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pymongo
import pytest

from shared.adapters.gridfs_attachments import GridfsAttachments
from shared.adapters.mongo_place import Place
from tests.contracts.attachments_contract import AttachmentsContract, OpenAttachments


@pytest.fixture
async def open_attachments(mongo_url: str) -> AsyncIterator[OpenAttachments]:
    place, opened = Place(mongo_url, f"test_{uuid4().hex[:12]}"), list[GridfsAttachments]()

    async def open_attachments() -> GridfsAttachments:
        opened.append(GridfsAttachments(place))
        return opened[-1]

    yield open_attachments
    for attachments in opened:
        await attachments.close()
    with pymongo.MongoClient[dict[str, object]](mongo_url) as client:
        client.drop_database(place.database)


class TestGridfs(AttachmentsContract):
    @pytest.fixture
    def open_attachments(self, open_attachments: OpenAttachments) -> OpenAttachments:
        return open_attachments
