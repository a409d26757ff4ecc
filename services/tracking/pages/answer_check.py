"""What of the complainant stands in an answer that an agent types while listening, as a fragment for the desk it is typed at."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.tracking.model.replies import check_leaks
from services.tracking.pages.asking import STILL_OPEN, desk_of
from services.tracking.pages.reply_gate import view_of
from shared.web.forms import posted
from shared.web.identity import Identity, require
from shared.web.pages import render
from shared.web.speaking import Speaker

LONGEST = 20_000
"""Characters of each that are looked at; an answer has no more."""

Listener = Annotated[Identity, Depends(require("agent", "supervisor"))]

router = APIRouter(include_in_schema=False, dependencies=STILL_OPEN)


@router.post("/desk/answers/check")
async def check(request: Request, officer: Listener) -> Response:
    """Fields `title` and `text` of the matter, `public` of the answer. Nothing is kept."""
    form = await posted(request)
    title, text, public = (str(form.get(name, ""))[:LONGEST].strip() for name in ("title", "text", "public"))
    found = check_leaks(title, text, public, desk_of(request).cases.rules.replies)
    gate = view_of(Speaker(request), found, public) if found.findings else None
    return render(request, "tracking/answer_check.html", gate=gate)
