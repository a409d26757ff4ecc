"""Attachments in GridFS, on a server of MongoDB's protocol."""

import time
from contextlib import suppress

from gridfs import NoFile
from gridfs.asynchronous import AsyncGridFSBucket
from gridfs.errors import CorruptGridFile
from uuid_utils import uuid7

from shared.adapters.attachment_names import check_name
from shared.adapters.mongo_place import Client, Database, Place, at_work, connect, patience
from shared.ports import Unavailable

BUCKET = "attachments"
UNFINISHED = "unfinished"
LEFTOVER_AFTER = 24 * 3600.0  # seconds; what was begun so long ago and not finished belongs to a process that died
PATIENCE = 30.0  # seconds for a whole file
MOST_TRIES = 5  # of a reader whom somebody replaces the file under


class GridfsAttachments:
    """See shared.ports.Attachments; ValueError for a name that is no plain one. It connects at its first use, from one event loop.

    A file has an id of its own and is seen once it is whole. The next one of the same name is written beside it, then the one before goes.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._connected: tuple[Client, Database] | None = None
        self._cleared = False

    async def put(self, name: str, content: bytes) -> None:
        check_name(name)
        with at_work(self._place), patience(PATIENCE):
            await self._clear()
            before = await self._ids(name)
            file = str(uuid7())
            unfinished = self._database()[UNFINISHED]
            await unfinished.insert_one({"_id": file, "begun": time.time()})
            await self._bucket().upload_from_stream_with_id(file, name, content)
            await self._delete(before)
            await unfinished.delete_one({"_id": file})

    async def get(self, name: str) -> bytes | None:
        check_name(name)
        with at_work(self._place), patience(PATIENCE):
            for _ in range(MOST_TRIES):
                ids = await self._ids(name)
                if not ids:
                    return None
                with suppress(NoFile, CorruptGridFile):  # replaced since: its successor is there
                    return await (await self._bucket().open_download_stream(ids[0])).read()
        raise Unavailable(f"{self._place}: {name} cannot be read: pieces of it are missing")

    async def remove(self, name: str) -> None:
        check_name(name)
        with at_work(self._place), patience(PATIENCE):
            await self._delete(await self._ids(name))

    async def ping(self) -> None:
        """Writes for real: only that notices that there is no majority, or no room."""
        with at_work(self._place):
            await self._database()[UNFINISHED].update_one({"_id": "ping"}, {"$inc": {"times": 1}}, upsert=True)

    async def close(self) -> None:
        if self._connected is not None:
            await self._connected[0].close()

    def _database(self) -> Database:
        if self._connected is None:
            self._connected = connect(self._place)
        return self._connected[1]

    def _bucket(self) -> AsyncGridFSBucket:
        return AsyncGridFSBucket(self._database(), BUCKET)

    async def _ids(self, name: str) -> list[str]:
        """The files of this name, the newest first: more than one only while it is replaced, or where that was broken off."""
        files = self._database()[BUCKET].files.find({"filename": name}, {"_id": 1}).sort([("uploadDate", -1), ("_id", -1)])
        return [one["_id"] async for one in files]

    async def _delete(self, files: list[str]) -> None:
        for file in files:
            with suppress(NoFile):
                await self._bucket().delete(file)

    async def _clear(self) -> None:
        """Once: the pieces of files that dead processes have not finished."""
        if self._cleared:
            return
        table, unfinished = self._database()[BUCKET], self._database()[UNFINISHED]
        for one in await unfinished.find({"begun": {"$lt": time.time() - LEFTOVER_AFTER}}).to_list():
            if not await table.files.find_one({"_id": one["_id"]}, {"_id": 1}):
                await table.chunks.delete_many({"files_id": one["_id"]})
            await unfinished.delete_one({"_id": one["_id"]})
        self._cleared = True
