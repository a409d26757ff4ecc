"""The page of imports: send a table, name its columns while looking at its first rows, see what came of it."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import UploadFile

from services.intake.actions.table_imports import (
    Beginning,
    find_table,
    keep_table,
    look_into,
    newest_tables,
    note_opening,
    refused_rows,
    start,
)
from services.intake.columns import SYNONYMS
from services.intake.door import Door
from services.intake.model.table_import import TableImport
from services.intake.pages.knocking import door_of
from services.intake.pages.officers import viewer_of
from shared.refusals import NotAllowed
from shared.web.forms import posted
from shared.web.identity import Identity, require
from shared.web.pages import redirect, render, say
from shared.web.problems import NotFound

router = APIRouter(include_in_schema=False)

Importer = Annotated[Identity, Depends(require("clerk", "administrator"))]
LARGEST_TABLE = 50 * 2**20
"""Bytes; larger ones are imported by the command."""


@router.get("/import")
async def imports(request: Request, officer: Importer) -> Response:
    return render(request, "intake/imports.html", tables=await newest_tables(door_of(request)), fault="")


@router.post("/import")
async def send_table(request: Request, officer: Importer) -> Response:
    """Keeps the table and leads to its columns."""
    form, door = await posted(request), door_of(request)
    sent = form.get("table")
    content = await sent.read(LARGEST_TABLE + 1) if isinstance(sent, UploadFile) else b""
    fault = "fault.table_missing" if not content else "fault.table_too_large" if len(content) > LARGEST_TABLE else ""
    if fault or not isinstance(sent, UploadFile):
        return render(request, "intake/imports.html", 422, tables=await newest_tables(door), fault=fault)
    table = await keep_table(door, sent.filename or "", content, officer.actor)
    return redirect(f"/import/{table.id}")


@router.get("/import/{key}")
async def one_import(request: Request, key: str, officer: Importer) -> Response:
    table = await _table(door_of(request), key)
    beginning = await _look(request, table, officer, table.mapping)
    return _page(request, table, beginning, dict(table.mapping))


@router.post("/import/{key}")
async def name_columns(request: Request, key: str, officer: Importer) -> Response:
    """Starts it with the columns as they were chosen; `look` only shows again what they would give."""
    form, door = await posted(request), door_of(request)
    table = await _table(door, key)
    chosen = {field: str(form.get(field, "")) for field in SYNONYMS if form.get(field)}
    beginning = await _look(request, table, officer, chosen)
    if beginning and ("text" not in beginning.columns or form.get("which") == "look"):
        return _page(request, table, beginning, chosen, 422 if "text" not in beginning.columns else 200)
    try:
        await start(door, key, chosen, officer.actor)
    except NotAllowed as refusal:
        return _page(request, await _table(door, key), beginning, chosen, 409, refusal.why)
    return redirect(f"/import/{key}")


@router.get("/import/{key}/refused")
async def download_refused(request: Request, key: str, officer: Importer) -> Response:
    """The refused rows with line and reason, as a CSV to be put right."""
    table = await _table(door_of(request), key)
    content = await refused_rows(door_of(request), table)
    if content is None:
        raise NotFound
    await _note(request, table, officer)
    return Response(content, media_type="text/csv", headers={"Content-Disposition": f'attachment; filename="refused-{key[:8]}.csv"'})


async def _look(request: Request, table: TableImport, officer: Identity, mapping: Mapping[str, str]) -> Beginning | None:
    """The table's beginning while its columns are to be named."""
    if table.state not in ("waiting", "failed"):
        return None
    await _note(request, table, officer)
    return await look_into(door_of(request), table, mapping)


async def _note(request: Request, table: TableImport, officer: Identity) -> None:
    await note_opening(door_of(request), table, viewer_of(officer), say(request, "import.look_reason"))


async def _table(door: Door, key: str) -> TableImport:
    table = await find_table(door, key)
    if table is None:
        raise NotFound
    return table


def _page(
    request: Request, table: TableImport, beginning: Beginning | None, chosen: dict[str, str], status: int = 200, refusal: str = ""
) -> Response:
    """`chosen` are the columns that were named, else what the headers tell."""
    told = {field: beginning.header[place] for field, place in beginning.columns.items()} if beginning else {}
    missing = bool(beginning and beginning.header and "text" not in beginning.columns)
    return render(
        request, "intake/import.html", status, table=table, beginning=beginning, fields=list(SYNONYMS), chosen={**told, **chosen},
        missing=missing, refusal=refusal,
    )  # fmt: skip
