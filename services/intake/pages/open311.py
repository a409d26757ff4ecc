"""Open311 GeoReport v2: other apps list what can be reported, report it, and follow it. docs/decisions/open311.md says how it maps."""

import asyncio
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from services.intake.actions.apps import app_of
from services.intake.actions.composing import Sent
from services.intake.actions.open311 import Wanted, is_own, list_public, read_some
from services.intake.actions.submitting import OtherRequest, submit
from services.intake.documents.app import App
from services.intake.faults import Refused
from services.intake.model.complaint import Complaint
from services.intake.model.open311 import SHELVES, period
from services.intake.pages.georeport import KINDS, Faults, GeoReportRoute, answer
from services.intake.pages.knocking import count_submission, door_of, idempotency_key, reader_language
from services.intake.pages.open311_shapes import check_service, read_moment, read_request, receipt, service_request, services
from shared.web.forms import read_form
from shared.web.pages import say
from shared.web.problems import Problem

router = APIRouter(prefix="/open311", include_in_schema=False, route_class=GeoReportRoute)

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
CHANGED = "2026-11-22T00:00:00+08:00"
"""When this endpoint last changed what it offers."""
MOST_IDS, MOST_CODES = 50, 8


@router.get("/discovery.{format}")
async def discovery(request: Request) -> Response:
    settings = door_of(request).world.settings
    endpoint = {
        "specification": SPECIFICATION, "url": f"{settings.address}/open311/v2", "changeset": CHANGED,
        "type": "production" if settings.mode == "production" else "test", "formats": [kind.split(";")[0] for kind in KINDS.values()],
    }  # fmt: skip
    contact = say(request, "open311.contact", hotline=settings.hotline)
    facts = {"changeset": CHANGED, "contact": contact, "key_service": contact, "endpoints": [endpoint]}
    return answer(request, "discovery", facts)


@router.get("/v2/services.{format}")
async def list_services(request: Request) -> Response:
    _check_jurisdiction(request)
    return answer(request, "services", services(request, door_of(request)))


@router.get("/v2/services/{code}.{format}")
async def definition(request: Request, code: str) -> Response:
    """No service asks for more than the fields of every request."""
    _check_jurisdiction(request)
    return answer(request, "service_definition", {"service_code": check_service(request, door_of(request), code), "attributes": []})


@router.post("/v2/requests.{format}")
async def file_request(request: Request) -> Response:
    """201 with the number; 200 when the same Idempotency-Key has brought the same before."""
    form, door = await read_form(request), door_of(request)
    _check_jurisdiction(request, str(form.get("jurisdiction_id", "")))
    app = await count_submission(request, str(form.get("api_key", "") or request.query_params.get("api_key", "")))
    check_service(request, door, str(form.get("service_code", "")))
    submission = read_request(request, form)
    sent = Sent(submission, key=idempotency_key(request), trace=request.state.trace, language=reader_language(request), app=app)
    try:
        given = await submit(door, sent)
    except Refused as refusal:
        raise Faults(400, [say(request, refusal.why)]) from refusal
    except OtherRequest as fault:
        raise Problem(400, "idempotency_key_reused") from fault
    return answer(request, "service_requests", receipt(request, door, given), 201 if given.created else 200)


@router.get("/v2/requests.{format}")
async def list_requests(request: Request) -> Response:
    """Public ones, newest first; or those that are named."""
    door, asked = door_of(request), request.query_params
    app = await _reader(request)
    if named := _split(asked.get("service_request_id", "")):
        _bound(request, named, MOST_IDS)
        return await _tell(request, await read_some(door, named, app), app)
    codes = [check_service(request, door, code) for code in _split(asked.get("service_code", ""))]
    _bound(request, codes, MOST_CODES)
    low, high = _period(request, asked.get("start_date", ""), asked.get("end_date", ""))
    statuses = _split(asked.get("status", "")) or list(SHELVES)
    if not SHELVES.keys() >= set(statuses):
        raise Faults(400, [say(request, "open311.bad_status")])
    shelves = [shelf for status, shelf in SHELVES.items() if status in statuses]
    return await _tell(request, await list_public(door, Wanted(shelves, codes, low, high)), app)


@router.get("/v2/requests/{id}.{format}")
async def one_request(request: Request, id: str) -> Response:
    """One that is public, or that the asking app filed. Others are told from none by nobody."""
    app = await _reader(request)
    found = await read_some(door_of(request), [id], app)
    if not found:
        raise Faults(404, [say(request, "open311.no_request")])
    return await _tell(request, found, app)


async def _reader(request: Request) -> App | None:
    """The app that reads, or None for anybody. Raises Problem for another's key, TooMany."""
    door, key = door_of(request), request.query_params.get("api_key")
    _check_jurisdiction(request)
    app = await app_of(door, key) if key else None
    if app:
        request.app.state.limits.check("app_reads", app.id, door.own.app_reads)
    else:
        request.app.state.limits.check_address("app_reads", request, door.own.app_reads)
    if key and app is None:
        raise Problem(403, "app_unknown")
    return app


async def _tell(request: Request, complaints: list[Complaint], app: App | None) -> Response:
    """Scrubbing a thousand texts takes its time, so it is done beside the others' requests."""
    door = door_of(request)

    def told() -> list[dict[str, Any]]:
        return [service_request(request, door, complaint, own=is_own(complaint, app)) for complaint in complaints]

    return answer(request, "service_requests", await asyncio.to_thread(told))


def _check_jurisdiction(request: Request, posted: str = "") -> None:
    """Another city's name is not ours to answer for. Raises Faults."""
    ours = door_of(request).own.jurisdiction
    asked = posted or request.query_params.get("jurisdiction_id", "")
    if ours and asked and asked != ours:
        raise Faults(404, [say(request, "open311.no_jurisdiction")])


def _period(request: Request, start: str, end: str) -> tuple[datetime, datetime]:
    try:
        return period(read_moment(request, start), read_moment(request, end), door_of(request).clock.now())
    except (ValueError, OverflowError) as fault:
        raise Faults(400, [say(request, "open311.bad_period")]) from fault


def _split(written: str) -> list[str]:
    return [part.strip() for part in written.split(",") if part.strip()]


def _bound(request: Request, parts: list[str], most: int) -> None:
    if len(parts) > most:
        raise Faults(400, [say(request, "open311.too_many", most=most)])
