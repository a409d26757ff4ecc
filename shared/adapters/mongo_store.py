"""The store on a server of MongoDB's protocol: a database for each service, a collection for each kind, one document a case."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from shared.adapters import mongo_indexes, mongo_query
from shared.adapters.declared import check_names
from shared.adapters.mongo_documents import WHOLE, is_text, row, stored
from shared.adapters.mongo_outbox import Mark, MongoOutbox
from shared.adapters.mongo_place import Database, Document, Place, at_work, patience, read_place, translated
from shared.adapters.mongo_server import MongoServer
from shared.adapters.mongo_writer import MongoWriter
from shared.ports import Change, Collection, Conflict, Cursor, Order, Scalar, Stored, Unsent, Where

__all__ = ["MongoStore", "Place", "read_place"]

KEYS_AT_ONCE = 1000
COUNT_PATIENCE = 15.0  # seconds; whole years of a city may be counted
PING_PATIENCE = 2.0

T = TypeVar("T")


class MongoStore:
    """See shared.ports.Store. It connects at its first use, from one event loop, and serves nothing until `check` has passed once.

    Raises ValueError for names that cannot be used.
    """

    def __init__(self, place: Place, collections: Sequence[Collection]) -> None:
        check_names(collections)
        self._server = MongoServer(place)
        self._collections = {collection.name: collection for collection in collections}
        self._shapes = {collection.name: mongo_indexes.shape_of(collection) for collection in collections}
        self._writer = MongoWriter(place, collections)
        self._outbox = MongoOutbox(tuple(self._collections))
        self._checked = False
        self._checking: asyncio.Task[None] | None = None

    async def get(self, kind: str, keys: Sequence[str]) -> dict[str, Stored]:
        wanted = [key for key in dict.fromkeys(keys) if is_text(key)]
        table = self._collection(kind).name

        async def find(database: Database) -> list[Document]:
            found: list[Document] = []
            for start in range(0, len(wanted), KEYS_AT_ONCE):
                some = {"_id": {"$in": wanted[start : start + KEYS_AT_ONCE]}}
                found += await database[table].find(some, WHOLE, batch_size=KEYS_AT_ONCE).to_list()
            return found

        return {document["_id"]: stored(kind, document) for document in (await self._ask(find) if wanted else ())}

    async def find(self, kind: str, where: Where, *, order: Order, limit: int, after: Cursor | None = None) -> list[Stored]:
        question, sort = mongo_query.find(self._collection(kind), where, order, after)
        if limit <= 0:
            return []
        rows = await self._ask(lambda database: database[kind].find(question, WHOLE, sort=sort, limit=limit, batch_size=limit).to_list())
        return [stored(kind, document) for document in rows]

    async def count(self, kind: str, where: Where, *, by: str | None = None) -> dict[Scalar, int]:
        pipeline = mongo_query.count(self._collection(kind), where, by)

        async def count(database: Database) -> list[Document]:
            await database.command("ping")  # who has that much patience would learn of an outage late
            with patience(COUNT_PATIENCE):
                return await (await database[kind].aggregate(pipeline)).to_list()

        counted: dict[Scalar, int] = {one["_id"]: one["number"] for one in await self._ask(count)}
        return counted if by is not None else counted or {None: 0}

    async def commit(self, changes: Sequence[Change]) -> list[Conflict]:
        rows = [row(self._collection(change.kind), change, self._shapes[change.kind]) for change in changes]
        if len({(change.kind, change.key) for change in changes}) < len(changes):
            raise ValueError("two changes of one document in one commit")
        if not rows:
            return []
        try:
            refused = await self._ask(lambda database: self._writer.write(database, rows))
        except BaseException:  # some of it may be written, or will be
            self._outbox.remember(changes, certain=False)
            raise
        conflicts = {(conflict.kind, conflict.key) for conflict in refused}
        self._outbox.remember((one for one in changes if (one.kind, one.key) not in conflicts), certain=True)
        return refused

    async def unsent(self, limit: int) -> list[Unsent]:
        return await self._ask(lambda database: self._outbox.read(database, limit))

    async def sent(self, marks: Sequence[object]) -> None:
        ours = [mark for mark in marks if isinstance(mark, Mark)]
        if len(ours) < len(marks):
            raise ValueError("a mark of another store")
        if ours:
            await self._ask(lambda database: self._outbox.forget(database, ours))

    async def prepare(self) -> None:
        await self._server.apart(self._prepare())

    async def check(self) -> None:
        await self._server.apart(self._check())

    async def ping(self) -> None:
        """Writes for real: only that notices that there is no majority, or no room."""

        async def write(database: Database) -> None:
            with patience(PING_PATIENCE):
                await database[mongo_indexes.NOTES].update_one({"_id": "ping"}, {"$inc": {"times": 1}}, upsert=True)

        await self._ask(write)

    async def close(self) -> None:
        """Finishes what is being written, then lets go of the server."""
        await self._writer.close()
        await self._server.close()

    async def _ask(self, work: Callable[[Database], Awaitable[T]]) -> T:
        return await self._server.apart(self._asked(work))

    async def _asked(self, work: Callable[[Database], Awaitable[T]]) -> T:
        with at_work(self._server.place):
            if not self._checked:
                if self._checking is None or self._checking.done():
                    self._checking = asyncio.create_task(self._check())
                await self._checking  # one look for all who wait
            return await work(self._server.database)

    async def _check(self) -> None:
        with translated(self._server.place):
            await mongo_indexes.check(self._server.database, tuple(self._collections.values()))
        self._checked = True

    async def _prepare(self) -> None:
        with translated(self._server.place), patience(None):  # an index over many documents takes its time
            await mongo_indexes.prepare(self._server.database, tuple(self._collections.values()))

    def _collection(self, kind: str) -> Collection:
        if kind not in self._collections:
            raise ValueError(f"no collection {kind!r}")
        return self._collections[kind]
