"""The developers' page: every part of the pages, with made-up content."""

from fastapi import APIRouter, Request, Response

from services.tracking.pages.asking import STILL_OPEN, AnyOfficer
from shared.web.components import render_components

router = APIRouter(dependencies=STILL_OPEN)


@router.get("/desk/components")
async def components(request: Request, officer: AnyOfficer) -> Response:
    return render_components(request)
