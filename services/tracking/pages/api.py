"""The API of cases for officers' programs: lists, one case, its steps. Kept from version to version."""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import AwareDatetime, ValidationError

from services.tracking.actions.lists import BadCursor, of_state
from services.tracking.model.case import Case
from services.tracking.model.life import Step, Who
from services.tracking.model.steps import INPUTS, StepInput
from services.tracking.pages.asking import STILL_OPEN, AnyOfficer, bad_request, desk_of, who_of
from services.tracking.pages.shapes import NUMBER, STEP_BODY, CaseBody, CaseList, body_of, line_of
from services.tracking.pages.step_form import check_departments
from shared.events.tracking import State
from shared.ports import Between, Conflict, Equal, stamp
from shared.refusals import NotAllowed
from shared.web.problems import NotFound, Problem

MOST = 200
ETAG = re.compile(r'(?:W/)?"(\d{1,9})"')

router = APIRouter(prefix="/api/v1/cases", tags=["cases"], dependencies=STILL_OPEN)

Number = Annotated[str, Path(max_length=40, examples=[NUMBER])]
StepName = Annotated[str, Path(json_schema_extra={"enum": list(INPUTS)}, examples=["accept"])]
Department = Annotated[str | None, Query(pattern=r"^[a-z0-9_]{1,60}$", examples=["water"])]
Due = Annotated[AwareDatetime | None, Query(description="only cases whose next clock is due before this")]
After = Annotated[str | None, Query(max_length=300, description="`next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=MOST)]
Match = Annotated[str | None, Header(alias="If-Match", max_length=40, description="the ETag that was read", examples=['"3"'])]


@router.get("", summary="Cases, by due time")
async def cases(
    request: Request, officer: AnyOfficer, state: State | None = None, department: Department = None, due_before: Due = None,
    after: After = None, limit: Limit = 50,
) -> CaseList:  # fmt: skip
    """Open cases by what is due first; with an ended `state`, those that ended last in front. Only what the officer may see."""
    where, order = of_state(state)
    if department is not None:
        where = {**where, "department": Equal(department)}
    if due_before is not None:
        where = {**where, "due_at": Between(None, stamp(due_before))}
    try:
        page = await desk_of(request).lists.page(where, who_of(officer), order=order, limit=limit, after=after)
    except BadCursor as fault:
        raise bad_request() from fault
    return CaseList(items=[line_of(row.case, row.version) for row in page.rows], next=page.next)


@router.get("/{number}", summary="One case", response_model=CaseBody)
async def case(request: Request, officer: AnyOfficer, number: Number) -> Response:
    """What the officer may not see is not found. The ETag is the version that a step has to name."""
    found = await desk_of(request).cases.look(number, who_of(officer))
    if found is None:
        raise NotFound
    return _answer(*found, who_of(officer))


@router.post("/{number}/steps/{step}", summary="Take a step", response_model=CaseBody, openapi_extra=STEP_BODY)
async def take(request: Request, officer: AnyOfficer, number: Number, step: StepName, if_match: Match = None) -> Response:
    """The new case. 409 carries the present state when the case has changed or the step is not possible now; 428 without If-Match."""
    who = who_of(officer)
    known = next((one for one in INPUTS if one == step), None)
    if known is None:
        raise NotFound
    version = _version(if_match)
    desk = desk_of(request)
    given = _read(known, await request.body())
    try:
        check_departments(given, request.app.state.places)
        taken = await desk.cases.take(number, known, given, who, officer.actor, version, request.state.trace)
    except NotAllowed as refusal:
        raise type(refusal)(refusal.why, **refusal.facts, present=await _present(request, number, who)) from refusal
    except Conflict as conflict:
        raise Problem(409, "conflict", present=await _present(request, number, who)) from conflict
    if taken is None:
        raise NotFound
    return _answer(*taken, who)


def _version(if_match: str | None) -> int:
    found = ETAG.fullmatch(if_match.strip()) if if_match else None
    if found is None:
        raise Problem(428, "needs_version")
    return int(found[1])


def _read(step: Step, body: bytes) -> StepInput:
    try:
        return INPUTS[step].model_validate_json(body or b"{}")
    except ValidationError as fault:
        errors = [{**error, "loc": ("body", *error["loc"])} for error in fault.errors(include_url=False, include_context=False)]
        raise RequestValidationError(errors) from fault


async def _present(request: Request, number: str, who: Who) -> dict[str, Any]:
    """Where the case stands now, for whoever has to decide again."""
    found = await desk_of(request).cases.look(number, who)
    if found is None:
        raise NotFound
    body = body_of(*found, who)
    return {"state": body.state, "version": body.version, "department": body.department, "allowed_steps": body.allowed_steps}


def _answer(case: Case, version: int, who: Who) -> Response:
    body = body_of(case, version, who).model_dump_json()
    return Response(body, media_type="application/json", headers={"ETag": f'"{version}"'})
