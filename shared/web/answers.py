"""How a fault is told: problem+json to programs, a calm page to people, with what they had typed."""

import traceback
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse
from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from shared.ports import Conflict, Unavailable
from shared.refusals import NotAllowed
from shared.telemetry import logger
from shared.web import forms, pages
from shared.web.paths import SAFE_METHODS, is_api, local_path, path_of
from shared.web.problems import Answer, NotSignedIn, Problem, answer_for

log = logger(__name__)

LAST_RESORT = "系统出错了，请稍后再试。\nSomething went wrong on our side. Please try again later.\n{trace}\n"
SIGN_IN = "/desk/sign-in?next="

FAULTS = (Problem, NotAllowed, Conflict, Unavailable, RequestValidationError, HTTPException)
SECRET_FIELDS = frozenset({forms.FIELD, "password", "query_code", "code"})
"""Fields that are never shown back on a fault's page."""


class ProblemResponse(JSONResponse):
    media_type = "application/problem+json"


def install(app: FastAPI) -> None:
    """Lets the app answer every fault that has a place in the table; what has none is answered by the middleware."""
    for fault in FAULTS:
        app.add_exception_handler(fault, answer)


async def answer(request: Request, fault: Exception) -> Response:
    """The answer to any fault."""
    found = answer_for(fault)
    if isinstance(fault, Unavailable):
        log.warning("request refused in an outage", reason=str(fault))
    elif found.status >= 500:
        _log("request failed", fault, found.code)
    title, detail = (_words(request, key, found.facts) for key in (found.title, found.detail))
    if is_api(request):
        return _problem(request, found, title, detail)
    if isinstance(fault, NotSignedIn) and (request.method in SAFE_METHODS or "hx-request" in request.headers):
        return _to_sign_in(request)
    typed = await _typed(request, fault)
    page = pages.render(
        request, "problem.html", found.status, answer=found, title=title, detail=detail, typed=typed, trace=request.state.trace
    )
    page.headers.update(found.headers)
    return page


async def crashed(request: Request, fault: Exception) -> Response:
    """The answer to a fault of ours, even when the page about it cannot be made either."""
    try:
        return await answer(request, fault)
    except Exception as another:
        _log("no page for a fault", another, "crashed")
        return PlainTextResponse(LAST_RESORT.format(trace=request.state.trace), 500)


def _log(message: str, fault: BaseException, code: str) -> None:
    """A model that refuses its input says in its message what the input was, which may be personal: then only where and why."""
    link: BaseException | None = fault
    while link is not None and not isinstance(link, ValidationError):
        link = link.__cause__ or link.__context__
    if link is None:
        log.error(message, code=code, exc_info=fault)
    else:
        errors = link.errors(include_url=False, include_context=False, include_input=False)
        log.error(message, code=code, fault=type(fault).__name__, errors=errors, stack=traceback.format_tb(fault.__traceback__))


def _problem(request: Request, found: Answer, title: str, detail: str) -> Response:
    body = {
        **jsonable_encoder(found.members),
        "type": "about:blank", "title": title, "status": found.status, "detail": detail, "code": found.code, "trace": request.state.trace,
    }  # fmt: skip
    return ProblemResponse(body, found.status, headers=dict(found.headers))


def _words(request: Request, key: str, facts: Mapping[str, Any]) -> str:
    """A code that nobody has given words to must not turn a refusal into a crash."""
    try:
        return pages.say(request, key, **facts)
    except LookupError:
        log.error("no words", key=key)
        return pages.say(request, "problem.unworded")


def _to_sign_in(request: Request) -> Response:
    """To the sign-in page and back; htmx is told by a header, for it would put the page into a fragment's place."""
    if "hx-request" in request.headers:
        back = urlsplit(request.headers.get("hx-current-url", ""))
        page = local_path(back.path + (f"?{back.query}" if back.query else ""), "/desk")
        return Response(status_code=401, headers={"HX-Redirect": SIGN_IN + quote(page, safe="/")})
    return pages.redirect(SIGN_IN + quote(path_of(request), safe="/"))


async def _typed(request: Request, fault: Exception) -> list[str]:
    """The texts of the form that could not be taken, so that nobody has to type them again."""
    if isinstance(fault, NotSignedIn):
        await forms.read_form(request)
    form: FormData | None = getattr(request.state, "form", None)
    if form is None:
        return []
    return [value for name, value in form.multi_items() if isinstance(value, str) and value.strip() and name not in SECRET_FIELDS]
