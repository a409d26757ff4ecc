"""What a matter began with, unchanged: for officers who may see the case."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.intake.actions.calling import calls_of
from services.intake.actions.clerking import see
from services.intake.actions.looking import visible
from services.intake.actions.mail_records import mails_of
from services.intake.pages.knocking import door_of
from services.intake.pages.officers import viewer_of
from shared.web.identity import Identity, require
from shared.web.pages import render
from shared.web.problems import NotFound

router = APIRouter(include_in_schema=False)

Officer = Annotated[Identity, Depends(require())]


@router.get("/originals/{number}")
async def originals(request: Request, number: str, officer: Officer) -> Response:
    """The calls that led to the matter: what the agents typed while listening, what was said, where the recordings are. The mails that
    it was made of, as they are read. For those whom the contact is closed to without what callers say of themselves (all of these but the
    edited text), and without signature and quotation.
    """
    door, viewer = door_of(request), viewer_of(officer)
    complaint = await visible(door, number, viewer, "originals.not_your_matter")
    if complaint is None:
        raise NotFound
    mails = [await see(door, record) for record in await mails_of(door, number)]
    return render(
        request, "intake/originals.html", complaint=complaint, calls=await calls_of(door, number), mails=mails,
        named=viewer.reaches(complaint),
    )  # fmt: skip
