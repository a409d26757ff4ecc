"""The supervisor's board: what is wrong now, where; the list behind each figure, and its export."""

import csv
import io
from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from services.tracking.actions.figures import HEAD
from services.tracking.actions.lists import OVERSEERS, BadCursor
from services.tracking.model.case import Case
from services.tracking.model.life import Who
from services.tracking.pages.asking import STILL_OPEN, bad_request, desk_of, refused_models, who_of
from services.tracking.pages.queues import After, views
from shared.ports import Equal, Order, Where
from shared.web.identity import Identity, require
from shared.web.pages import render
from shared.web.problems import NotYours
from shared.web.speaking import Speaker

SIGNALS = {"overdue": "red", "critical": "red", "due_today": "amber"}
"""Figures that shout when they are not 0."""
MOST_EXPORTED = 10_000
NEVER_EXPORTED = "S3"
COLUMNS = (
    "number", "state", "department", "type", "urgency", "sensitivity", "category", "district", "received_at", "due_at", "closed_at",
    "overdue", "outcome", "solved", "satisfied", "hand_backs", "redos",
)  # fmt: skip

Overseer = Annotated[Identity, Depends(require(*OVERSEERS, "dispatcher"))]
Code = Annotated[str | None, Query(max_length=60)]

router = APIRouter(prefix="/board", dependencies=STILL_OPEN)


@router.get("")
async def board(request: Request, officer: Overseer) -> Response:
    """The page, or for htmx the figures alone (the page asks for them again now and then)."""
    found = await desk_of(request).figures.board(who_of(officer))
    if found is None:
        raise NotYours
    shown: dict[str, Any] = {"board": found, "head": HEAD, "signals": SIGNALS, "urgent": views(request, found.urgent)}
    return render(request, "tracking/board.html", refused=refused_models(request), **shown)


@router.get("/cases")
async def cases(request: Request, officer: Overseer, figure: str = "open", department: Code = None, after: After = None) -> Response:
    """The list behind a figure."""
    where, order = _condition(request, figure, department)
    try:
        page = await desk_of(request).lists.page(where, who_of(officer), order=order, after=after)
    except BadCursor as fault:
        raise bad_request() from fault
    query = f"figure={figure}" + (f"&department={department}" if department else "")
    return render(
        request,
        "tracking/board_cases.html",
        figure=figure,
        department=department,
        rows=views(request, page.rows),
        first=f"/board/cases?{query}" if after else None,
        next=f"/board/cases?{query}&after={page.next}" if page.next else None,
        export=f"/board/cases.csv?{query}",
        most=MOST_EXPORTED,
    )


@router.get("/cases.csv")
async def export(request: Request, officer: Overseer, figure: str = "open", department: Code = None) -> Response:
    """The same list as CSV for spreadsheets: codes made names, nothing that was said, and nothing of the strictest kind."""
    where, order = _condition(request, figure, department)
    lines = _lines(request, where, order, who_of(officer))
    name = f"{figure}{f'-{department}' if department else ''}.csv"
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _condition(request: Request, figure: str, department: str | None) -> tuple[Where, Order]:
    found = desk_of(request).figures.conditions().get(figure)
    if found is None or (department and department not in request.app.state.places.departments):
        raise bad_request()
    where, order = found
    return ({**where, "department": Equal(department)} if department else where), order


async def _lines(request: Request, where: Where, order: Order, who: Who) -> AsyncIterator[bytes]:
    yield ("\N{ZERO WIDTH NO-BREAK SPACE}" + _line(COLUMNS)).encode()  # spreadsheets take it for the sign of UTF-8
    speaker, zone = Speaker(request), desk_of(request).figures.zone
    async for case in desk_of(request).lists.each(where, who, order=order, most=MOST_EXPORTED):
        if case.sensitivity != NEVER_EXPORTED:
            yield _line(_cells(speaker, zone, case)).encode()


def _cells(speaker: Speaker, zone: ZoneInfo, case: Case) -> tuple[object, ...]:
    def name(code: str | None) -> str:
        return speaker.name(code) if code else ""

    def time(moment: datetime | None) -> str:
        return moment.astimezone(zone).isoformat(sep=" ", timespec="seconds")[:19] if moment else ""

    return (
        case.number, speaker.say(f"desk.state.{case.state}"), name(case.department), speaker.say(f"desk.type.{case.complaint_type}"),
        case.urgency, case.sensitivity, name(case.category), name(case.place.district), time(case.received_at), time(case.due_at),
        time(case.closed_at), "1" if case.overdue else "0", speaker.say(f"desk.outcome.{case.outcome}") if case.outcome else "",
        case.solved or "", case.satisfied or "", case.hand_backs, case.redos,
    )  # fmt: skip


def _line(cells: Iterable[object]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()
