"""Attachments going out: pictures are shown, everything else is only handed out, and nothing of it ever runs on our pages."""

from fastapi import APIRouter, Request, Response

from services.intake.actions.opening import Opened, Part, open_for_complainant, open_for_officer
from services.intake.pages.knocking import door_of
from services.intake.pages.officers import Officer, viewer_of
from services.intake.pages.remembering import remembered
from shared.web.identity import Identity
from shared.web.problems import NotFound

router = APIRouter(include_in_schema=False)

SEALED_OFF = {"Content-Security-Policy": "sandbox; default-src 'none'", "Cross-Origin-Resource-Policy": "same-origin"}
"""Beside the headers of all our answers (nosniff among them): whatever a browser makes of a file, it has no origin and no script."""


@router.get("/photos/{name}")
async def photo(request: Request, name: str, officer: Officer) -> Response:
    return await _for_officer(request, "photos", name, officer)


@router.get("/photos/{name}/small")
async def thumbnail(request: Request, name: str, officer: Officer) -> Response:
    return await _for_officer(request, "photos", name, officer, small=True)


@router.get("/files/{name}")
async def file(request: Request, name: str, officer: Officer) -> Response:
    return await _for_officer(request, "files", name, officer)


@router.get("/progress/photos/{name}")
async def own_photo(request: Request, name: str) -> Response:
    return await _for_complainant(request, "photos", name)


@router.get("/progress/photos/{name}/small")
async def own_thumbnail(request: Request, name: str) -> Response:
    return await _for_complainant(request, "photos", name, small=True)


@router.get("/progress/files/{name}")
async def own_file(request: Request, name: str) -> Response:
    return await _for_complainant(request, "files", name)


async def _for_officer(request: Request, part: Part, name: str, officer: Identity, *, small: bool = False) -> Response:
    return _answer(part, await open_for_officer(door_of(request), part, name, viewer_of(officer), small=small))


async def _for_complainant(request: Request, part: Part, name: str, *, small: bool = False) -> Response:
    """Only while this browser is remembered, and only of the matter it has opened."""
    known = remembered(request)
    return _answer(part, await open_for_complainant(door_of(request), part, name, *known, small=small) if known else None)


def _answer(part: Part, opened: Opened | None) -> Response:
    if opened is None:
        raise NotFound
    way = "inline" if part == "photos" else "attachment"
    headers = {**SEALED_OFF, "Content-Disposition": f'{way}; filename="{opened.name}"'}
    return Response(opened.content, media_type=opened.media_type, headers=headers)
