"""The tables of a store's file: one for each collection, brought up to what the collections declare today."""
# ruff: noqa: S608 - names are checked (see declared.check_names), values are bound

import sqlite3
from collections.abc import Sequence

from shared.adapters.declared import field_value
from shared.ports import Collection, Index, Unusable

OUTBOX, MOVE = "_outbox", "_move"  # our own tables and columns begin with _, which no collection and no field may


def prepare(connection: sqlite3.Connection, collections: Sequence[Collection]) -> None:
    """Makes what is missing, within the caller's transaction. Raises Unusable when stored documents break a new unique index."""
    # AUTOINCREMENT: a number used again would let a late `sent` forget a newer event
    connection.execute(
        f"CREATE TABLE IF NOT EXISTS {OUTBOX} (number INTEGER PRIMARY KEY AUTOINCREMENT, case_key TEXT NOT NULL, record BLOB NOT NULL)"
    )
    connection.execute(f"CREATE TABLE IF NOT EXISTS {MOVE} (move TEXT NOT NULL)")
    connection.execute("CREATE TABLE IF NOT EXISTS _fields (kind TEXT, field TEXT, UNIQUE (kind, field))")
    connection.create_function("field_value", 1, field_value, deterministic=True)
    for collection in collections:
        connection.execute(
            f'CREATE TABLE IF NOT EXISTS "{collection.name}" '
            "(_key TEXT UNIQUE NOT NULL, _version INTEGER NOT NULL, _body TEXT NOT NULL, _handled TEXT NOT NULL)"
        )
        _match_fields(connection, collection)
        _match_indexes(connection, collection)


def index_name(collection: Collection, index: Index) -> str:
    return ".".join((collection.name, *index.fields)) + (" unique" if index.unique else "")


def _match_fields(connection: sqlite3.Connection, collection: Collection) -> None:
    """A field that is new to stored documents is read from their bodies, where they have a member of that name; else it is None.

    A field that is no longer declared keeps its column, unwritten; `_fields` remembers, so that it is read anew should it come back.
    """
    columns = {row[1] for row in connection.execute(f'PRAGMA table_info("{collection.name}")')}
    known = {row[0] for row in connection.execute("SELECT field FROM _fields WHERE kind = ?", (collection.name,))}
    for field in collection.fields:
        if field not in columns:
            connection.execute(f'ALTER TABLE "{collection.name}" ADD COLUMN "{field}"')
        if field not in known:
            connection.execute(f"""UPDATE "{collection.name}" SET "{field}" = field_value(json_extract(_body, '$."{field}"'))""")
    connection.execute("DELETE FROM _fields WHERE kind = ?", (collection.name,))
    connection.executemany("INSERT INTO _fields VALUES (?, ?)", [(collection.name, field) for field in collection.fields])


def _match_indexes(connection: sqlite3.Connection, collection: Collection) -> None:
    wanted = {index_name(collection, index): index for index in collection.indexes}
    made_by_us = "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL"
    existing = {row[0] for row in connection.execute(made_by_us, (collection.name,))}
    for name in existing - wanted.keys():
        connection.execute(f'DROP INDEX "{name}"')
    for name in wanted.keys() - existing:
        _make_index(connection, collection, wanted[name], name)


def _make_index(connection: sqlite3.Connection, collection: Collection, index: Index, name: str) -> None:
    """The key comes last, so that an index hands out its rows in the very order of a list; a unique one cannot have it."""
    columns = index.fields if index.unique else (*index.fields, "_key")
    listed = ", ".join(f'"{column}"' for column in columns)
    try:
        connection.execute(f'CREATE {"UNIQUE" if index.unique else ""} INDEX "{name}" ON "{collection.name}" ({listed})')
    except sqlite3.IntegrityError as fault:
        raise Unusable(
            f"{collection.name}: several stored documents have the same {', '.join(index.fields)}, which must be unique from now on: "
            "start the version that wrote them and put them right first"
        ) from fault
