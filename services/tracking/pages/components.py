"""The developers' page: every part of the pages, with made-up content."""

from fastapi import APIRouter, Request, Response

from services.tracking.pages.asking import AnyOfficer
from shared.web.pages import render

router = APIRouter()


@router.get("/desk/components")
async def components(request: Request, officer: AnyOfficer) -> Response:
    return render(request, "components.html")
