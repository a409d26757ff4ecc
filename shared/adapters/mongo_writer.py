"""Writes to a server of MongoDB's protocol: changes that come while a bulk is under way gather into the next one."""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import DeleteOne, InsertOne, UpdateOne
from pymongo.errors import BulkWriteError, OperationFailure

from shared.adapters.mongo_documents import Row, index_name, unique_field
from shared.adapters.mongo_place import Database, Document, Place, at_work, meaning
from shared.ports import Collection, Conflict, Index, Unavailable

GROUP_SIZE = 500  # changes in one bulk
MOST_WAITING = 10_000  # writes in the queue before the next ones are refused
DUPLICATE, TOO_LARGE = 11000, (10334, 17419, 17420)

Outcome = Conflict | Exception | None


@dataclass(eq=False)
class _Write:
    rows: Sequence[Row]
    done: asyncio.Future[list[Outcome]]


class MongoWriter:
    """One for each store."""

    def __init__(self, place: Place, collections: Sequence[Collection]) -> None:
        self._place = place
        self._unique = {
            collection.name: {name: index.fields for index in collection.indexes if index.unique for name in _names(index)}
            for collection in collections
        }
        self._waiting: deque[_Write] = deque()
        self._writing: asyncio.Task[None] | None = None

    async def write(self, database: Database, rows: Sequence[Row]) -> list[Conflict]:
        """Durable on return; those refused, in order. Raises Unavailable when it is not known what was written."""
        if len(self._waiting) >= MOST_WAITING:
            raise Unavailable(f"{self._place}: {MOST_WAITING} writes are waiting already")
        loop = asyncio.get_running_loop()
        write = _Write(rows, loop.create_future())
        self._waiting.append(write)
        if self._writing is None or self._writing.done():
            self._writing = loop.create_task(self._write_waiting(database))
        outcomes = await write.done
        for outcome in outcomes:
            if isinstance(outcome, Unavailable):
                raise Unavailable(*outcome.args)  # many may get the same one
            if isinstance(outcome, Exception) and not isinstance(outcome, Conflict):
                raise outcome
        return [outcome for outcome in outcomes if isinstance(outcome, Conflict)]

    async def close(self) -> None:
        """Finishes what is being written."""
        if self._writing is not None:
            await asyncio.wait({self._writing})

    async def _write_waiting(self, database: Database) -> None:
        while self._waiting:
            group = self._next_group()
            rows = [row for write in group for row in write.rows]
            kinds = {kind: [row for row in rows if row.change.kind == kind] for kind in {row.change.kind for row in rows}}
            outcomes: dict[Row, Outcome] = {}
            for result in await asyncio.gather(*(self._write_kind(database, kind, of_kind) for kind, of_kind in kinds.items())):
                outcomes |= result
            for write in group:
                if not write.done.done():  # its caller is cancelled when the process stops
                    write.done.set_result([outcomes[row] for row in write.rows])
            await asyncio.sleep(0)  # lets those just served put in their next writes, so that they are not a turn late

    def _next_group(self) -> list[_Write]:
        group, size = [], 0
        while self._waiting and size < GROUP_SIZE:
            group.append(self._waiting.popleft())
            size += len(group[-1].rows)
        return group

    async def _write_kind(self, database: Database, kind: str, rows: Sequence[Row]) -> dict[Row, Outcome]:
        try:
            with at_work(self._place):
                return await self._bulk(database, kind, rows)
        except Exception as fault:
            return dict.fromkeys(rows, fault)

    async def _bulk(self, database: Database, kind: str, rows: Sequence[Row]) -> dict[Row, Outcome]:
        """Exact for each row in one round trip, where nothing is refused.

        An update is an upsert: where its version is gone, the server tries to insert and finds the key taken, and says so of this very
        row; plain updates would only say how many found their document. One that does insert has found no document at all: somebody
        removed it, so what it made is removed again.
        """
        try:
            details: Mapping[str, Any] = (await database[kind].bulk_write([_operation(row) for row in rows], ordered=False)).bulk_api_result
        except BulkWriteError as fault:
            details = fault.details
            if details["writeConcernErrors"]:
                raise
        outcomes: dict[Row, Outcome] = dict.fromkeys(rows)
        if made := [rows[one["index"]] for one in details["upserted"]]:
            await database[kind].bulk_write([_removal(row) for row in made], ordered=False)
            outcomes |= {row: Conflict(kind, row.change.key) for row in made}
        return outcomes | await self._refused(database, kind, {rows[error["index"]]: error for error in details["writeErrors"]})

    async def _refused(self, database: Database, kind: str, errors: Mapping[Row, Document]) -> dict[Row, Outcome]:
        """Why. An insert's own key and a version that is gone come before a unique field that is taken."""
        taken = {row: self._taken(kind, error) for row, error in errors.items() if error["code"] == DUPLICATE}
        asked = [row.change.key for row, unique in taken.items() if unique]
        found = database[kind].find({"_id": {"$in": asked}}, {"_version": 1})
        versions = {one["_id"]: one["_version"] async for one in found} if asked else {}
        outcomes = {row: self._fault(row, error) for row, error in errors.items() if row not in taken}
        for row, unique in taken.items():
            current = versions.get(row.change.key, 0) == row.change.expected
            outcomes[row] = Conflict(kind, row.change.key, unique if current else ())
        return outcomes

    def _taken(self, kind: str, error: Document) -> tuple[str, ...]:
        """The fields of the unique index that refused; none when it was the key. Some servers say it in a sentence alone."""
        fields = next(iter(error.get("keyPattern", ())), "")
        index = error["errmsg"].partition(" dup key")[0].rpartition("index: ")[2]
        return self._unique[kind].get(fields) or self._unique[kind].get(index, ())

    def _fault(self, row: Row, error: Document) -> Outcome:
        """What befell one write alone."""
        if error["code"] in TOO_LARGE:
            return ValueError(f"{row.change.kind} {row.change.key} is too large for this store with the events that wait on it")
        fault = OperationFailure(error["errmsg"], error["code"])
        meant = meaning(self._place, fault)
        return Unavailable(str(meant)) if meant else fault


def _names(index: Index) -> tuple[str, str]:
    """What servers call a unique index that refuses: its field, its name."""
    return unique_field(index), index_name(index)


def _operation(row: Row) -> InsertOne[Any] | UpdateOne:
    change = row.change
    if not change.expected:
        return InsertOne(row.written)
    return UpdateOne({"_id": change.key, "_version": change.expected}, row.written, upsert=True)


def _removal(row: Row) -> DeleteOne:
    return DeleteOne({"_id": row.change.key, "_version": row.change.expected + 1})
