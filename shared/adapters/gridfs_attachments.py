"""Attachments in GridFS, on a server of MongoDB's protocol."""

import time
from contextlib import suppress

from gridfs import NoFile
from gridfs.asynchronous import AsyncGridFSBucket
from gridfs.errors import CorruptGridFile
from uuid_utils import uuid7

from shared.adapters.attachment_names import check_name
from shared.adapters.mongo_place import Place, at_work, patience
from shared.adapters.mongo_server import MongoServer
from shared.ports import Unavailable

BUCKET = "attachments"
UNFINISHED = "unfinished"
LEFTOVER_AFTER = 24 * 3600.0  # seconds; what was begun so long ago and not finished belongs to a process that died
PATIENCE = 30.0  # seconds for a whole file
PING_PATIENCE = 2.0
MOST_TRIES = 5  # of a reader whom somebody replaces the file under


class GridfsAttachments:
    """See shared.ports.Attachments; ValueError for a name that is no plain one. It connects at its first use, from one event loop.

    A file has an id of its own and is seen once it is whole. The next one of the same name is written beside it, then the one before goes.
    """

    def __init__(self, place: Place) -> None:
        self._server = MongoServer(place)
        self._cleared = False

    async def put(self, name: str, content: bytes) -> None:
        await self._server.apart(self._put(check_name(name), content))

    async def get(self, name: str) -> bytes | None:
        return await self._server.apart(self._get(check_name(name)))

    async def remove(self, name: str) -> None:
        await self._server.apart(self._remove(check_name(name)))

    async def ping(self) -> None:
        """Writes for real: only that notices that there is no majority, or no room."""
        await self._server.apart(self._ping())

    async def close(self) -> None:
        await self._server.close()

    async def _put(self, name: str, content: bytes) -> None:
        with at_work(self._server.place):
            await self._clear()
            before = await self._ids(name)
            file = str(uuid7())
            unfinished = self._server.database[UNFINISHED]
            await unfinished.insert_one({"_id": file, "begun": time.time()})
            with patience(PATIENCE):
                await self._bucket().upload_from_stream_with_id(file, name, content)
            await self._delete(before)
            await unfinished.delete_one({"_id": file})

    async def _get(self, name: str) -> bytes | None:
        with at_work(self._server.place):
            for _ in range(MOST_TRIES):
                ids = await self._ids(name)
                if not ids:
                    return None
                with suppress(NoFile, CorruptGridFile), patience(PATIENCE):  # replaced since: its successor is there
                    return await (await self._bucket().open_download_stream(ids[0])).read()
        raise Unavailable(f"{self._server.place}: {name} cannot be read: pieces of it are missing")

    async def _remove(self, name: str) -> None:
        with at_work(self._server.place):
            await self._delete(await self._ids(name))

    async def _ping(self) -> None:
        with at_work(self._server.place), patience(PING_PATIENCE):
            await self._server.database[UNFINISHED].update_one({"_id": "ping"}, {"$inc": {"times": 1}}, upsert=True)

    def _bucket(self) -> AsyncGridFSBucket:
        return AsyncGridFSBucket(self._server.database, BUCKET)

    async def _ids(self, name: str) -> list[str]:
        """The files of this name, the newest first: more than one only while it is replaced, or where that was broken off."""
        files = self._server.database[BUCKET].files.find({"filename": name}, {"_id": 1}).sort([("uploadDate", -1), ("_id", -1)])
        return [one["_id"] async for one in files]

    async def _delete(self, files: list[str]) -> None:
        for file in files:
            with suppress(NoFile):
                await self._bucket().delete(file)

    async def _clear(self) -> None:
        """Once: the pieces of files that dead processes have not finished."""
        if self._cleared:
            return
        table, unfinished = self._server.database[BUCKET], self._server.database[UNFINISHED]
        for one in await unfinished.find({"begun": {"$lt": time.time() - LEFTOVER_AFTER}}).to_list():
            if not await table.files.find_one({"_id": one["_id"]}, {"_id": 1}):
                await table.chunks.delete_many({"files_id": one["_id"]})
            await unfinished.delete_one({"_id": one["_id"]})
        self._cleared = True
