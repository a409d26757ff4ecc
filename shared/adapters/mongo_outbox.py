"""The events that documents have kept: which of them this process carries to the log, and how they are forgotten."""

import time
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pymongo import UpdateOne

from shared.adapters.mongo_place import Database, Document
from shared.ports import Change, Kept, Unsent

LOOK_EVERY = 5.0  # seconds between two looks for events that nobody carries
LEFT_AFTER = 10.0  # seconds after which another process is taken to have died before it carried its events
FOUND_AT_ONCE = 1000  # documents
MOST_FRESH = 20_000  # documents remembered; events of others are found by the look

Place = tuple[str, str]  # kind and key
_CLEAR = {"$unset": {"_outbox": "", "_unsent": ""}}


class Mark(NamedTuple):
    """An event of a document: its number, the document's version when it was read, how many unsent events it had."""

    kind: str
    key: str
    number: int
    version: int
    of: int


class MongoOutbox:
    """Every process carries the events of the documents that it wrote itself, with all that others left on them, so that a document's
    events go out in order and several processes divide the work. What a dead one left is found by the index on `_unsent`.
    """

    def __init__(self, kinds: Sequence[str]) -> None:
        self._kinds = kinds
        self._fresh: dict[Place, int] = {}
        """Documents with unsent events, the longest waiting first, and the version that this process knows of; 0 where it knows none."""
        self._next_look, self._age, self._waits = 0.0, 0.0, False

    def remember(self, changes: Iterable[Change], *, certain: bool) -> None:
        """What this process has written, or may have written: then it is enough to look at the document once."""
        for change in changes:
            place = (change.kind, change.key)
            if change.events and (place in self._fresh or len(self._fresh) < MOST_FRESH):
                self._fresh[place] = max(self._fresh.get(place, 0), change.expected + 1 if certain else 0)

    async def read(self, database: Database, limit: int) -> list[Unsent]:
        """The oldest unsent events, those of one document in order; the same again until they are marked as sent."""
        if time.monotonic() >= self._next_look and not self._waits:
            await self._look(database)
        unsent: list[Unsent] = []
        places, start = list(self._fresh), 0
        while len(unsent) < limit and start < len(places):
            some = places[start : start + limit]
            start += limit
            for document in await self._documents(database, some):
                unsent += document
        self._waits = bool(unsent)
        return unsent[:limit]

    async def forget(self, database: Database, marks: Sequence[Mark]) -> None:
        """A document whose version is still the one that was read has no event but those that were read: if all of them were sent,
        one update clears them all. Else they are pulled by their numbers, which are never used again.
        """
        self._waits = False
        for kind in {mark.kind for mark in marks}:
            sent: dict[str, set[Mark]] = {}
            for mark in marks:
                if mark.kind == kind:
                    sent.setdefault(mark.key, set()).add(mark)
            whole = {key: version for key, some in sent.items() if (version := _whole_version(some)) is not None}
            some_left = (sent.keys() - whole.keys()) | await self._clear(database, kind, whole)
            pulls = [UpdateOne({"_id": key}, _pull(sent[key])) for key in some_left]
            if pulls:
                await database[kind].bulk_write(pulls, ordered=False)

    async def _clear(self, database: Database, kind: str, versions: dict[str, int]) -> set[str]:
        """The documents among these that have another version by now, which are left as they are; the others have nothing left to send."""
        if not versions:
            return set()
        updates = [UpdateOne({"_id": key, "_version": version}, _CLEAR) for key, version in versions.items()]
        moved: set[str] = set()
        if (await database[kind].bulk_write(updates, ordered=False)).matched_count < len(updates):
            found = database[kind].find({"_id": {"$in": list(versions)}}, {"_version": 1}, batch_size=len(versions))
            moved = {one["_id"] async for one in found if one["_version"] != versions[one["_id"]]}
        for key in versions.keys() - moved:
            if self._fresh.get((kind, key), versions[key] + 1) <= versions[key]:
                del self._fresh[kind, key]
        return moved

    async def _documents(self, database: Database, places: Sequence[Place]) -> list[list[Unsent]]:
        """The unsent events of these documents, in their order. Those that have none any more are forgotten."""
        found: dict[Place, Document] = {}
        for kind in {kind for kind, _ in places}:
            keys = [key for a_kind, key in places if a_kind == kind]
            table = database[kind].find({"_id": {"$in": keys}}, {"_version": 1, "_outbox": 1, "_unsent": 1}, batch_size=len(keys))
            found |= {(kind, one["_id"]): one async for one in table}
            pulled = {key: found[kind, key]["_version"] for key in keys if _is_pulled_empty(found.get((kind, key), {}))}
            await self._clear(database, kind, pulled)
        for place in places:
            self._forget_if_empty(place, found.get(place, {}))
        return [_unsent(place, found[place]) for place in places if place in found]

    def _forget_if_empty(self, place: Place, document: Document) -> None:
        """Unless this process has written it again since it was read."""
        if not document.get("_outbox") and "_unsent" not in document and self._fresh.get(place, 0) <= document.get("_version", 0):
            self._fresh.pop(place, None)

    async def _look(self, database: Database) -> None:
        """The first look takes whatever is there, later ones what others have left for long."""
        before = (time.time() - self._age) * 1000
        for kind in self._kinds:
            left = database[kind].find({"_unsent": {"$lte": before}}, {"_id": 1}).sort("_unsent").limit(FOUND_AT_ONCE)
            async for one in left:
                self._fresh.setdefault((kind, one["_id"]), 0)
        self._next_look, self._age = time.monotonic() + LOOK_EVERY, LEFT_AFTER


def _whole_version(sent: set[Mark]) -> int | None:
    """The version at which these were all the unsent events of their document; None when they were not."""
    first = next(iter(sent))
    return first.version if len(sent) == first.of and all(mark.version == first.version for mark in sent) else None


def _pull(sent: set[Mark]) -> Document:
    return {"$pull": {"_outbox": {"number": {"$in": [mark.number for mark in sent]}}}}


def _is_pulled_empty(document: Document) -> bool:
    """Whether its events went by their numbers, the last one too, so that it is still found as one that has some."""
    return "_unsent" in document and not document.get("_outbox")


def _unsent(place: Place, document: Document) -> list[Unsent]:
    events = document.get("_outbox", ())
    return [Unsent(Mark(*place, event["number"], document["_version"], len(events)), Kept(event["case"], event["raw"])) for event in events]
