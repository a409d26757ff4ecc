"""A store on a server of MongoDB's protocol as something to move from, and to move to."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from pymongo import ReplaceOne
from pymongo.errors import BulkWriteError

from shared.adapters.mongo_documents import WHOLE, row, stored
from shared.adapters.mongo_indexes import DUPLICATES, MOVE, NOTES, shape_of
from shared.adapters.mongo_place import Document, Place, connect, patience, translated
from shared.ports import Change, Collection, Kept, Stored, Unsent, Unusable
from shared.ports.moving import Whole

COUNT_PATIENCE = 600.0
"""Seconds for a server to count everything one by one; an estimate is not enough here."""


class Mark(NamedTuple):
    """A document with unsent events: since when, as the server's milliseconds, its kind and key. Marks rise in the order of moving."""

    since: int
    kind: str
    key: str


class MongoStoreSource:
    """See shared.ports.moving.StoreSource. It connects at its first use."""

    def __init__(self, place: Place) -> None:
        self._place = place
        with translated(place):
            self._client, self._database = connect(place)

    async def kinds(self) -> set[str]:
        with translated(self._place):
            names = [name for name in await self._database.list_collection_names() if not name.startswith(("_", "system."))]
            return {name for name in names if await self._database[name].find_one({}, {"_id": 1})}

    async def count(self, kind: str) -> int:
        with translated(self._place), patience(COUNT_PATIENCE):
            return await self._database[kind].count_documents({})

    async def page(self, kind: str, after: str | None, limit: int) -> list[Stored]:
        where: Document = {} if after is None else {"_id": {"$gt": after}}
        with translated(self._place):
            found = await self._database[kind].find(where, WHOLE, sort=[("_id", 1)], limit=limit, batch_size=limit).to_list()
        return [stored(kind, one) for one in found]

    async def get(self, kind: str, keys: Sequence[str]) -> dict[str, Stored]:
        with translated(self._place):
            found = await self._database[kind].find({"_id": {"$in": list(keys)}}, WHOLE, batch_size=max(1, len(keys))).to_list()
        return {one["_id"]: stored(kind, one) for one in found}

    async def unsent_after(self, mark: object, limit: int) -> list[Unsent]:
        """So many documents' events, in the order in which their documents came to have any."""
        while found := await self._with_unsent(mark, limit):
            if unsent := [Unsent(mark, Kept(event["case"], event["raw"])) for mark, one in found for event in one.get("_outbox", ())]:
                return unsent
            mark = found[-1][0]  # all of these were emptied, and nobody has noted it yet
        return []

    async def move(self) -> str | None:
        with translated(self._place):
            note = await self._database[NOTES].find_one({"_id": MOVE})
        return note["text"] if note else None

    async def close(self) -> None:
        await self._client.close()

    async def _with_unsent(self, mark: object, limit: int) -> list[tuple[Mark, Document]]:
        order, found = [("_unsent", 1), ("_id", 1)], list[tuple[Mark, Document]]()
        with translated(self._place):
            for kind in await self.kinds():
                some = self._database[kind].find(_behind(mark, kind), {"_unsent": 1, "_outbox": 1}, sort=order, limit=limit)
                found += [(Mark(one["_unsent"], kind, one["_id"]), one) for one in await some.to_list()]
        return sorted(found, key=lambda one: one[0])[:limit]


class MongoStoreTarget(MongoStoreSource):
    """See shared.ports.moving.StoreTarget. `MongoStore.prepare` has made the indexes before."""

    def __init__(self, place: Place, collections: Sequence[Collection]) -> None:
        super().__init__(place)
        self._collections = {collection.name: collection for collection in collections}

    async def put(self, documents: Sequence[Whole]) -> None:
        for kind in {one.stored.kind for one in documents}:
            collection = self._collections[kind]
            whole = [(one.stored.key, _document(collection, one)) for one in documents if one.stored.kind == kind]
            try:
                with translated(self._place):
                    await self._database[kind].bulk_write([ReplaceOne({"_id": key}, one, upsert=True) for key, one in whole], ordered=False)
            except BulkWriteError as fault:
                error = fault.details["writeErrors"][0]
                if error["code"] not in DUPLICATES:
                    raise
                key = whole[error["index"]][0]
                raise Unusable(f"{kind} {key}: {error['errmsg'][:300]}; put the documents right where they come from") from fault

    async def keep_move(self, text: str) -> None:
        with translated(self._place):
            await self._database[NOTES].update_one({"_id": MOVE}, {"$set": {"text": text}}, upsert=True)


def _behind(mark: object, kind: str) -> Document:
    """Documents of the kind with unsent events whose own marks come behind this one."""
    if not isinstance(mark, Mark):
        return {"_unsent": {"$gt": 0}}
    if kind == mark.kind:
        return {"$or": [{"_unsent": {"$gt": mark.since}}, {"_unsent": mark.since, "_id": {"$gt": mark.key}}]}
    return {"_unsent": {"$gte" if kind > mark.kind else "$gt": mark.since}}


def _document(collection: Collection, document: Whole) -> dict[str, Any]:
    """As a writer would have left it. Raises Unusable when it is larger than the server can keep."""
    kept = document.stored
    try:
        written = row(collection, Change(kept.kind, kept.key, 0, kept.body, document.fields, handled=kept.handled), shape_of(collection))
    except ValueError as fault:
        raise Unusable(str(fault)) from fault
    return {**written.written, "_version": kept.version}
