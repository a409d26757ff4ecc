"""The banner of critical cases that nobody has taken: on top of the desk, looked at again every few seconds."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.tracking.actions.lists import LONGEST_WAITING
from services.tracking.model.alarming import UNTAKEN, is_untaken
from services.tracking.model.case import Case
from services.tracking.pages.asking import STILL_OPEN, desk_of, who_of
from shared.ports import Equal, OneOf, Where
from shared.web.identity import Identity, require
from shared.web.pages import render

SHOWN = 10
"""Cases in the banner; the longest waiting come first."""

DutyDesk = Annotated[Identity, Depends(require("agent", "dispatcher", "supervisor"))]

router = APIRouter(dependencies=STILL_OPEN)


@dataclass(frozen=True)
class AlarmView:
    """A critical case, how many minutes it has waited, and how often the duty desk was told again."""

    case: Case
    minutes: int
    again: int


@router.get("/desk/alarm")
async def alarm(request: Request, officer: DutyDesk) -> Response:
    """The cases that this officer may see; a page of its own, or for the banner only its part."""
    desk = desk_of(request)
    where: Where = {"open": Equal(True), "urgency": Equal("U1"), "state": OneOf(UNTAKEN)}
    page = await desk.lists.page(where, who_of(officer), order=LONGEST_WAITING, limit=SHOWN)
    now = desk.cases.clock.now()
    shown = [_view(row.case, now) for row in page.rows if is_untaken(row.case)]
    template = "tracking/alarm_list.html" if "hx-request" in request.headers else "tracking/alarm.html"
    return render(request, template, alarms=shown, more=page.next is not None)


def _view(case: Case, now: datetime) -> AlarmView:
    since = case.alarms[0] if case.alarms else case.received_at
    return AlarmView(case, int((now - since) / timedelta(minutes=1)), max(len(case.alarms) - 1, 0))
