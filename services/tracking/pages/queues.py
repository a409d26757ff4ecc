"""The queues: what is to be done, by due time, for the department's desk and each role of the centre; and a case by its number."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from services.tracking.actions.lists import CENTRE_QUEUES, OVERSEERS, PILES, QUEUES, BadCursor, Page, Queue, Row, queues_of
from services.tracking.model.case import Case
from services.tracking.model.life import Who
from services.tracking.model.steps import INPUTS
from services.tracking.pages import clocks
from services.tracking.pages.asking import DIGITS, STILL_OPEN, AnyOfficer, bad_request, desk_of, number_meant, who_of
from services.tracking.pages.errands import errands
from shared.web.filters import number as grouped
from shared.web.identity import Identity, require
from shared.web.judging import Judgement, proposed_judgement
from shared.web.pages import redirect, render
from shared.web.speaking import Speaker

After = Annotated[str | None, Query(max_length=300)]

TEMPLATES = {"dispatch": "tracking/dispatch.html", "callbacks": "tracking/callbacks.html", "extensions": "tracking/extensions.html"}
"""Queues whose rows say more than what is due."""

router = APIRouter(dependencies=STILL_OPEN)


@dataclass(frozen=True)
class RowView:
    """A case in a list: its document and version, and the clock that is due first."""

    case: Case
    version: int
    clock: clocks.ClockLine | None
    proposal: Judgement | None = None


def path_of(queue: Queue) -> str:
    """Where a queue is shown."""
    return f"/desk?pile={queue.name}" if queue in PILES else f"/desk/{queue.name.replace('_', '-')}"


ELSEWHERE = {frozenset({"agent"}): "/hotline", frozenset({"clerk"}): "/mailbox"}
"""Officers who have one role, and whose desk is intake's."""


@router.get("/desk")
async def desk(request: Request, officer: AnyOfficer, pile: str | None = None, after: After = None) -> Response:
    """The department's desk; officers of the centre are led to the queue of their role."""
    who = who_of(officer)
    mine = queues_of(who)
    if pile is None and (elsewhere := ELSEWHERE.get(who.roles)):
        return redirect(elsewhere)
    if pile is None and mine and mine[0] not in PILES:
        return redirect(path_of(next((queue for queue in mine if queue.roles & who.roles), mine[0])))
    if not mine:
        return render(request, "tracking/no_queue.html")
    if mine[0] not in PILES:
        raise bad_request()
    counts = await desk_of(request).lists.counts(who)
    fullest = next((queue.name for queue in PILES if counts[queue.name]), PILES[1].name)
    queue = QUEUES.get(pile or fullest)
    if queue not in PILES:
        raise bad_request()
    return await _show(request, who, queue, after, counts)


def _add(queue: Queue) -> None:
    """The page of one queue of the centre, for those who work it and those who oversee it."""
    guard = Depends(require(*queue.roles, *OVERSEERS))

    async def show(request: Request, officer: Annotated[Identity, guard], after: After = None) -> Response:
        who = who_of(officer)
        return await _show(request, who, queue, after, await desk_of(request).lists.counts(who))

    router.add_api_route(path_of(queue), show, methods=["GET"], name=queue.name)


for _queue in CENTRE_QUEUES:
    _add(_queue)


@router.get("/desk/search")
async def search(request: Request, officer: AnyOfficer, q: Annotated[str, Query(max_length=100)] = "") -> Response:
    """Opens the case with this number, or says that there is none for this officer."""
    number = number_meant(q)
    if number and await desk_of(request).cases.look(number, who_of(officer)) is not None:
        return redirect(f"/desk/cases/{number}")
    return render(request, "tracking/search.html", 404 if q else 200, asked=q)


async def _show(request: Request, who: Who, queue: Queue, after: str | None, counts: dict[str, int]) -> Response:
    try:
        page: Page = await desk_of(request).lists.page(queue.where(who), who, order=queue.order, limit=queue.rows, after=after)
    except BadCursor as fault:
        raise bad_request() from fault
    speaker = Speaker(request)
    tabs = [{"href": path_of(QUEUES[name]), "text": speaker.say(f"desk.queue.{name}"), "count": count} for name, count in counts.items()]
    return render(
        request,
        TEMPLATES.get(queue.name, "tracking/queue.html"),
        queue=queue.name,
        own=queue in PILES,
        shown=path_of(queue),
        tabs=tabs,
        rows=views(request, page.rows, proposals=queue.name == "dispatch"),
        errands=await errands(request, queue, page.rows),
        may_dispatch="dispatcher" in who.roles,
        first=path_of(queue) if after else None,
        next=_with(path_of(queue), page.next),
        done=done(request),
    )


def views(request: Request, rows: Sequence[Row], *, proposals: bool = False) -> list[RowView]:
    """Rows of a list with their clocks in words."""
    cases, speaker = desk_of(request).cases, Speaker(request)
    now, calendar = cases.clock.now(), cases.rules.calendar
    return [
        RowView(
            row.case, row.version, clocks.first_line(speaker, row.case, calendar, now),
            proposed_judgement(speaker, row.case.proposal) if proposals and row.case.proposal else None,
        )
        for row in rows
    ]  # fmt: skip


def done(request: Request) -> str | None:
    """What has just been done, in words, when the address says so."""
    step, number = request.query_params.get("done", ""), request.query_params.get("number", "")
    if step not in INPUTS or not (number.isascii() and number.isdigit() and len(number) <= DIGITS):
        return None
    return Speaker(request).say(f"desk.done.{step}", number=grouped(number))


def _with(path: str, cursor: str | None) -> str | None:
    return f"{path}{'&' if '?' in path else '?'}after={cursor}" if cursor else None
