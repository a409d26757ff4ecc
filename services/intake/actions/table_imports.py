"""Imports from a page: the table is kept, its beginning shown, then taken in by a job that may be stopped at any moment and go on.

Tables say how to reach people: as long as they lie here they are sealed, and who opens one that another has sent is written down.
"""

import asyncio
import csv
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path

from uuid_utils import uuid7

from services.intake.actions.looking import Viewer, write_look
from services.intake.columns import ColumnsFault, tell_columns
from services.intake.documents import TABLE_IMPORT
from services.intake.door import Door
from services.intake.importing import ImportReport, import_file, open_table
from services.intake.model import table_import
from services.intake.model.table_import import KEPT, TableImport
from services.intake.numbering import MACHINE
from services.intake.sealing import Broken, Seal
from shared.events import Actor
from shared.ports import Between, Order, Unavailable, stamp
from shared.runtime.keys import derive
from shared.runtime.work import Action, until_written
from shared.telemetry import logger

SHOWN_ROWS = 5
SHOWN_TABLES = 50

log = logger(__name__)


@dataclass(frozen=True)
class Beginning:
    """The header of a table, its first rows, and where each field's column is as far as the headers tell. `fault`: nothing can be told."""

    header: list[str]
    rows: list[list[str]]
    columns: Mapping[str, int]
    fault: str = ""


async def keep_table(door: Door, name: str, content: bytes, by: Actor) -> TableImport:
    """Keeps a table that was sent. Its document comes first, so that no file is ever forgotten."""
    now = door.clock.now()
    table = TableImport(id=uuid7().hex, name=name[:100], size=len(content), by=by.id, at=now, due_at=now + KEPT)
    action = Action(door.store, now, by)
    await action.load(TABLE_IMPORT, table.id)
    action.apply(TABLE_IMPORT, table.id, table)
    await action.commit()
    await _keep(door, _file(table), content)
    return table


async def find_table(door: Door, key: str) -> TableImport | None:
    return await TABLE_IMPORT.read(door.store, key)


async def newest_tables(door: Door) -> list[TableImport]:
    """The imports of late, newest first."""
    return await TABLE_IMPORT.find(door.store, {}, order=Order("at", descending=True), limit=SHOWN_TABLES)


async def note_opening(door: Door, table: TableImport, viewer: Viewer, reason: str) -> None:
    """Durable on return: who opens a table that another officer has sent. Raises Unavailable."""
    if table.by != viewer.actor.id:
        await write_look(door, f"import:{table.id}", viewer, reason)


async def look_into(door: Door, table: TableImport, mapping: Mapping[str, str]) -> Beginning | None:
    """The beginning of a table, or None when it is gone. Raises Unavailable."""
    content = await _read(door, _file(table))
    return None if content is None else await asyncio.to_thread(_beginning, table, content, mapping)


def _beginning(table: TableImport, content: bytes, mapping: Mapping[str, str]) -> Beginning:
    """Beside the event loop: a workbook may take minutes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / _file(table)
        path.write_bytes(content)
        try:
            with open_table(path) as (rows, _):
                header = next(rows, None)
                first = [row.values for row in islice(rows, SHOWN_ROWS)]
        except ColumnsFault as fault:
            return Beginning([], [], {}, str(fault))
    if header is None or header.fault:
        return Beginning([], [], {}, "there is no table in this file")
    try:
        return Beginning(header.values, first, tell_columns(table.name, header.values, mapping))
    except ColumnsFault:  # a column was named that is not there; the choice is made anew
        return Beginning(header.values, first, tell_columns(table.name, header.values, {}))


async def start(door: Door, key: str, mapping: Mapping[str, str], by: Actor) -> TableImport:
    """Lets the job take the table in. Raises NotAllowed when it runs already or is gone, LookupError."""
    return await _change(door, key, by, lambda table: table_import.start(table, mapping, door.clock.now()))


async def refused_rows(door: Door, table: TableImport) -> bytes | None:
    """The rows that were refused, as a CSV that can be put right; None when there are none (any more)."""
    return await _read(door, _refused(table))


async def take_tables_in(door: Door) -> int:
    """Takes in what was started, and drops what has lain long enough; how many there were."""
    now = door.clock.now()
    due = Between(high=stamp(now + timedelta(microseconds=1)))
    found = await TABLE_IMPORT.find(door.store, {"due_at": due}, order=Order("due_at"), limit=1)
    for table in found:
        await (_take_in(door, table) if table.state == "running" else _drop(door, table))
    return len(found)


async def _take_in(door: Door, table: TableImport) -> None:
    """From the beginning, also after a stop: what was taken in before is known."""
    content = await _read(door, _file(table))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / _file(table)
        path.write_bytes(content or b"")
        try:
            report = await import_file(door, path, mapping=table.mapping, channel=table.channel)
        except (ColumnsFault, csv.Error) as fault:
            await _fail(door, table, str(fault))
        except Unavailable:
            raise
        except Exception as surprise:  # else it would be tried for ever, and hold up every other table
            log.exception("a table could not be taken in", table=table.id)
            await _fail(door, table, f"the table cannot be taken in ({type(surprise).__name__})")
        else:
            await _finish(door, table, report)


async def _fail(door: Door, table: TableImport, reason: str) -> None:
    await _change(door, table.id, MACHINE, lambda one: table_import.fail(one, reason, door.clock.now()))


async def _finish(door: Door, table: TableImport, report: ImportReport) -> None:
    if report.refused:
        await _keep(door, _refused(table), report.refused_file.read_bytes())
    counts = (report.added, report.known, report.refused)
    await _change(door, table.id, MACHINE, lambda one: table_import.finish(one, *counts, door.clock.now()))
    await door.files.remove(_file(table))


async def _drop(door: Door, table: TableImport) -> None:
    await door.files.remove(_file(table))
    await door.files.remove(_refused(table))
    await _change(door, table.id, MACHINE, table_import.drop)


async def _change(door: Door, key: str, by: Actor, step: Callable[[TableImport], TableImport]) -> TableImport:
    return await until_written(lambda: _try_change(door, key, by, step))


async def _try_change(door: Door, key: str, by: Actor, step: Callable[[TableImport], TableImport]) -> TableImport:
    action = Action(door.store, door.clock.now(), by)
    table = await action.load(TABLE_IMPORT, key)
    if table is None:
        raise LookupError(f"there is no import {key}")
    changed = step(table)
    if changed != table:
        action.apply(TABLE_IMPORT, key, changed)
        await action.commit()
    return changed


async def _keep(door: Door, name: str, content: bytes) -> None:
    await door.files.put(name, await asyncio.to_thread(_seal(door).close_file, content, name))


async def _read(door: Door, name: str) -> bytes | None:
    """None for what is gone, or was sealed with another key."""
    sealed = await door.files.get(name)
    try:
        return None if sealed is None else await asyncio.to_thread(_seal(door).open_file, sealed, name)
    except Broken:
        return None


def _seal(door: Door) -> Seal:
    return Seal(derive(door.world.keys.contacts, "tables"))


def _file(table: TableImport) -> str:
    return f"table-{table.id}.tbl"


def _refused(table: TableImport) -> str:
    return f"table-{table.id}-refused.csv"
