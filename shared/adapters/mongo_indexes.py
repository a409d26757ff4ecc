"""What the collections need on the server: made by the command, looked at by a start. Stored documents get fields that are new to them."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from pymongo import UpdateOne
from pymongo.errors import BulkWriteError, OperationFailure

from shared.adapters.declared import field_value
from shared.adapters.mongo_documents import OURS, index_name, scalar, unique_field, unique_values
from shared.adapters.mongo_place import Database, Document
from shared.ports import Collection, Index, Scalar, Unusable
from shared.ports.moving import refuse_half_moved

NOTES = "_store"
"""A collection of our own: the format, and for each kind and shape which fields its writers set and whether all documents have them."""
MOVE = "move"
"""The note of the move that fills or has filled the database."""
FORMAT = 1
PAGE = 500
UNSENT = f"{OURS}unsent"
DUPLICATES = {11000, 11001, 12582}

Spec = tuple[tuple[str, ...], bool, bool]
"""The fields of an index in order, whether it is unique, whether it is sparse."""


def shape_of(collection: Collection) -> str:
    """A name for what a writer of this declaration sets on a document: its fields, and those that carry unique indexes."""
    unique = sorted(unique_field(index) for index in collection.indexes if index.unique)
    return hashlib.sha256(json.dumps([sorted(collection.fields), unique]).encode()).hexdigest()[:8]


def specs_of(collection: Collection) -> dict[str, Spec]:
    """The indexes by their names. The key comes last, so that an index hands out its rows in the very order of a list."""
    specs = {index_name(index): _spec(index) for index in collection.indexes}
    return specs | {UNSENT: (("_unsent",), False, True)}


def _spec(index: Index) -> Spec:
    return ((unique_field(index),), True, True) if index.unique else ((*index.fields, "_id"), False, False)


async def check(database: Database, collections: Sequence[Collection]) -> None:
    """Raises Unusable with the command that helps, when something is missing or made by a newer version."""
    notes = {note["_id"]: note async for note in database[NOTES].find()}
    _check_format(database, notes.get("format"))
    if move := notes.get(MOVE):
        refuse_half_moved(move["text"], database.name)
    for collection in collections:
        existing = await _existing(database, collection.name)
        missing = [name.removeprefix(OURS) for name, spec in specs_of(collection).items() if existing.get(name) != spec]
        if missing or not notes.get(_note(collection), {}).get("filled"):
            what = f"the indexes {', '.join(missing)}" if missing else "fields of documents stored before"
            raise Unusable(f"{database.name}.{collection.name}: {what} are missing: run `huiying prepare` of this version first")


def _check_format(database: Database, found: Document | None) -> None:
    if found and found["number"] > FORMAT:
        raise Unusable(
            f"{database.name} was written by a newer version (its format is {found['number']}, this version knows {FORMAT}): "
            "start that newer version again, or name another database"
        )


async def prepare(database: Database, collections: Sequence[Collection]) -> None:
    """Makes what is missing and drops what is no longer declared. May be run again at any time, also after it was stopped half way.

    The database is then prepared for this declaration and no other. Processes of another one that still run write documents without
    the fields that are new here, so it is run once more when the last of them has stopped.
    """
    _check_format(database, await database[NOTES].find_one({"_id": "format"}))
    await database[NOTES].update_one({"_id": "format"}, {"$set": {"number": FORMAT}}, upsert=True)
    for collection in collections:
        note = {"kind": collection.name, "fields": list(collection.fields)}
        await database[NOTES].update_one({"_id": _note(collection)}, {"$set": note, "$setOnInsert": {"filled": False}}, upsert=True)
        others = {"kind": collection.name, "_id": {"$ne": _note(collection)}}
        await database[NOTES].update_many(others, {"$set": {"filled": False}})
        await _match_fields(database, collection)
        await _match_indexes(database, collection)
        await database[NOTES].update_one({"_id": _note(collection)}, {"$set": {"filled": True}})


def _note(collection: Collection) -> str:
    return f"{collection.name} {shape_of(collection)}"


async def _existing(database: Database, name: str) -> dict[str, Spec]:
    """The indexes of a collection by name; none where there is no such collection yet."""
    return {
        index["name"]: (tuple(index["key"]), bool(index.get("unique")), bool(index.get("sparse")))
        async for index in await database[name].list_indexes()
    }


async def _match_indexes(database: Database, collection: Collection) -> None:
    wanted, table = specs_of(collection), database[collection.name]
    existing = {name: spec for name, spec in (await _existing(database, collection.name)).items() if name.startswith(OURS)}
    for name in existing:
        if existing[name] != wanted.get(name):
            await table.drop_index(name)
    for name, (fields, unique, sparse) in wanted.items():
        if existing.get(name) == (fields, unique, sparse):
            continue
        options: dict[str, Any] = {name: True for name, wish in (("unique", unique), ("sparse", sparse)) if wish}
        try:
            await table.create_index([(field, 1) for field in fields], name=name, **options)
        except OperationFailure as fault:
            if fault.code not in DUPLICATES:
                raise
            raise _several(collection, name) from fault


def _several(collection: Collection, name: str) -> Unusable:
    return Unusable(
        f"{collection.name}: several stored documents have the same {name.removeprefix(OURS)}, which must be unique from now on: "
        "start the version that wrote them and put them right first"
    )


async def _match_fields(database: Database, collection: Collection) -> None:
    """Documents whose writer declared other fields, page by page. Those written meanwhile by such a writer wait for the next time."""
    table, shape, after = database[collection.name], shape_of(collection), None
    known = {note["_id"].partition(" ")[2]: set(note["fields"]) async for note in database[NOTES].find({"kind": collection.name})}
    while True:
        where: Document = {"_shape": {"$ne": shape}} if after is None else {"_shape": {"$ne": shape}, "_id": {"$gt": after}}
        page = await table.find(where, {"_outbox": 0, "_handled": 0}).sort("_id").limit(PAGE).to_list()
        if not page:
            return
        updates = [UpdateOne({"_id": one["_id"], "_version": one["_version"]}, _filled(collection, one, known, shape)) for one in page]
        try:
            await table.bulk_write(updates, ordered=False)
        except BulkWriteError as fault:
            if any(error["code"] not in DUPLICATES for error in fault.details["writeErrors"]):
                raise
            raise _several(collection, "unique field") from fault
        after = page[-1]["_id"]


def _filled(collection: Collection, document: Document, known: dict[str, set[str]], shape: str) -> Document:
    """The update that gives a document the fields its writer did not know, from its body's members of the same names; else None."""
    lacking = set(collection.fields) - known.get(document.get("_shape", ""), set())
    body: Any = json.loads(document["_body"])
    members: dict[str, Any] = body if isinstance(body, dict) else {}
    values = {name: scalar(field_value(_scalar(members.get(name)))) for name in lacking}
    taken = unique_values(collection, document | values)
    values |= {name: text for name, text in taken.items() if text is not None}
    freed = {name: "" for name, text in taken.items() if text is None}
    return {"$set": {**values, "_shape": shape}} | ({"$unset": freed} if freed else {})


def _scalar(member: Any) -> Scalar:
    """A list or an object as its text, as SQLite has it."""
    return json.dumps(member, ensure_ascii=False, separators=(",", ":")) if isinstance(member, dict | list) else member
