"""The API for other apps: hand in a complaint and its attachments, follow it by number and code. Kept from version to version."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request, Response, UploadFile

from services.intake.actions.apps import LONGEST_KEY as LONGEST_APP_KEY
from services.intake.actions.composing import Sent
from services.intake.actions.following import look_up, look_up_by_keypad, opened_by, take_wish
from services.intake.actions.submitting import OtherRequest, submit
from services.intake.actions.uploading import keep_upload, read_uploads
from services.intake.developing import LARGEST_FILE
from services.intake.faults import Refused
from services.intake.model.complaint import Complaint
from services.intake.model.submission import Submission
from services.intake.model.wishes import Wish
from services.intake.pages.knocking import (
    LONGEST_KEY,
    count_attachments,
    count_keypad,
    count_lookup,
    count_submission,
    count_wish,
    door_of,
    idempotency_key,
    reader_language,
)
from services.intake.pages.quick import QuickRoute
from services.intake.pages.shapes import (
    SUBMISSIONS,
    Asked,
    ProgressBody,
    RateBody,
    ReceiptBody,
    SupplementBody,
    UploadBody,
    UrgeBody,
    WithCode,
    WithdrawBody,
)
from services.intake.pages.speaking import spoken
from services.intake.pages.telling import tell
from shared.web.pages import say
from shared.web.problems import NotFound, Problem

router = APIRouter(prefix="/api/v1", tags=["complaints"])
quick = APIRouter(prefix="/api/v1", tags=["complaints"], route_class=QuickRoute)

KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "the same again gives the same receipt",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY},
}
"""Described here and read by hand: a declared header costs the busiest route a fifth of its time."""
APP: dict[str, Any] = {
    "name": "Huiying-App",
    "in": "header",
    "required": False,
    "description": "the API key of a registered app: the complaint is known as filed through it, and the app is told of its progress",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_APP_KEY},
}
Said = Annotated[Submission, Body(openapi_examples=SUBMISSIONS)]


@quick.post(
    "/complaints",
    status_code=201,
    summary="Hand in a complaint",
    responses={201: {"model": ReceiptBody}, 200: {"model": ReceiptBody, "description": "The same key with the same body: taken in before"}},
    openapi_extra={"parameters": [KEY, APP]},
)
async def hand_in(request: Request, submission: Said) -> Response:
    """The receipt, once the complaint is durable."""
    door = door_of(request)
    app = await count_submission(request, request.headers.get("huiying-app"))
    try:
        sent = Sent(submission, key=idempotency_key(request), trace=request.state.trace, language=reader_language(request), app=app)
        receipt = await submit(door, sent)
    except Refused as refusal:
        raise invalid(request, refusal) from refusal
    except OtherRequest as fault:
        raise Problem(422, "idempotency_key_reused") from fault
    body = ReceiptBody(
        number=receipt.number, query_code=receipt.query_code, received_at=receipt.received_at,
        progress_url=f"{door.world.settings.address}/progress",
    )  # fmt: skip
    return Response(body.model_dump_json(), 201 if receipt.created else 200, media_type="application/json")


@router.post("/uploads", status_code=201, summary="Send an attachment ahead of its complaint")
async def send_ahead(request: Request, photo: UploadFile) -> UploadBody:
    """One file, told by its content. Pictures (JPEG, PNG, WebP, GIF, BMP, TIFF of one page; at most 10 MB) are made smaller and lose
    everything but what can be seen. PDF, Word, Excel, PowerPoint (without macros), plain text, audio (MP3, M4A, WAV, AMR, Ogg) and video
    (MP4, 3GP, MOV, WebM) of at most 20 MB are kept as they are. Everything else is refused.
    """
    door = door_of(request)
    request.app.state.limits.check_address("uploads", request, door.own.uploads)
    count_attachments(request, [photo])
    try:
        upload = await keep_upload(door, await photo.read(LARGEST_FILE + 1))
    except Refused as refusal:
        raise invalid(request, refusal) from refusal
    return UploadBody(id=upload.id, expires_at=upload.expires_at)


@router.post("/progress", summary="Where a complaint stands")
async def progress(request: Request, asked: Asked) -> ProgressBody:
    """An unknown number and a wrong code are answered alike. `spoken` is for voice menus."""
    if asked.keypad_code is not None:
        count_keypad(request, asked.number)
        return _told(request, await look_up_by_keypad(door_of(request), asked.number, asked.keypad_code))
    count_lookup(request, asked.number)
    return _told(request, await look_up(door_of(request), asked.number, asked.query_code or ""))


@router.post("/progress/rate", summary="Say whether it was solved")
async def rate(request: Request, body: RateBody) -> ProgressBody:
    return await _wish(request, body, body)


@router.post("/progress/urge", summary="Ask for it to go faster, once a day")
async def urge(request: Request, body: UrgeBody) -> ProgressBody:
    return await _wish(request, body, body)


@router.post("/progress/withdraw", summary="Take the complaint back")
async def withdraw(request: Request, body: WithdrawBody) -> ProgressBody:
    return await _wish(request, body, body)


@router.post("/progress/supplement", summary="Add to what was said")
async def supplement(request: Request, body: SupplementBody) -> ProgressBody:
    """`photos` are the ids of uploads. A supplement has no idempotency key: sent again, it is added again."""
    return await _wish(request, body, body, body.photos)


async def _wish(request: Request, asked: WithCode, given: Wish, uploads: Sequence[str] = ()) -> ProgressBody:
    door = door_of(request)
    count_wish(request, asked.number, theirs=opened_by(door, asked.number, asked.query_code) is not None)
    try:
        attachments = await read_uploads(door, uploads)
    except Refused as refusal:
        raise invalid(request, refusal) from refusal
    return _told(request, await take_wish(door, asked.number, asked.query_code, given, request.state.trace, attachments))


def _told(request: Request, complaint: Complaint | None) -> ProgressBody:
    if complaint is None:
        raise NotFound
    matter = tell(request, door_of(request), complaint)
    return ProgressBody.of(matter, spoken(request, matter))


def invalid(request: Request, refusal: Refused) -> Problem:
    """What cannot be taken in, as the API tells it: the field, the code and the words."""
    return Problem(422, "invalid", fields=[{"field": refusal.field, "why": refusal.why, "message": say(request, refusal.why)}])
