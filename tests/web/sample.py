"""A tiny service for the tests of the web: a page, a form, an API, an officer's page, and every way to fail."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse
from pydantic import BaseModel, Field, SecretStr

from shared.places import Places, load_places
from shared.ports import Conflict, Unavailable
from shared.refusals import NotAllowed
from shared.runtime.keys import Keys
from shared.runtime.service import Service
from shared.runtime.settings import Settings
from shared.web.app import create_app
from shared.web.components import render_components
from shared.web.forms import posted
from shared.web.identity import Identity, end_session, require, start_session
from shared.web.limits import client_address
from shared.web.pages import redirect, render, revisitable, say
from shared.web.problems import NotFound, Problem

HERE = Path(__file__).parent
KEYS = Keys(session=b"s" * 32, contacts=b"c" * 32)
START = datetime(2026, 3, 5, 1, 30, tzinfo=UTC)
HANDLER = Identity("lin", "林晓", frozenset({"handler"}), "water")
CHIEF = Identity("chief", "周主任", frozenset({"administrator", "dispatcher"}))


@dataclass
class SetClock:
    """A clock that the test sets."""

    moment: datetime = START

    def now(self) -> datetime:
        return self.moment

    def pass_by(self, **spans: float) -> None:
        self.moment += timedelta(**spans)


class Said(BaseModel):
    text: str = Field(min_length=1, max_length=200)
    phone: str = Field("", pattern=r"^\d*$")


pages = APIRouter(include_in_schema=False)
api = APIRouter(prefix="/api/v1/sample")


@pages.get("/sample")
async def show(request: Request) -> HTMLResponse:
    return revisitable(render(request, "sample/form.html", text="", errors={}))


@pages.post("/sample")
async def take(request: Request) -> RedirectResponse:
    form = await posted(request)
    match form.get("text"):
        case "conflict":
            raise Conflict("case", "1")
        case "refused":
            raise NotAllowed("sample.too_early", days=3)
        case "unworded":
            raise NotAllowed("sample.nobody_gave_this_words")
        case "away":
            raise Unavailable("the disk is full")
        case "crash":
            raise RuntimeError("a fault of ours")
        case "misread":
            Said.model_validate({"text": "misread", "phone": str(form["phone"])})
    return redirect("/sample")


@pages.get("/sample/crash")
async def crash(request: Request) -> PlainTextResponse:
    raise RuntimeError("a fault of ours")


@pages.get("/sample/broken")
async def broken(request: Request) -> HTMLResponse:
    return render(request, "sample/broken.html")


@pages.get("/sample/limited")
async def limited(request: Request) -> PlainTextResponse:
    request.app.state.limits.check("sample", client_address(request), "2/minute")
    return PlainTextResponse(client_address(request))


@pages.get("/desk/mine")
async def mine(request: Request, officer: Annotated[Identity, Depends(require())]) -> PlainTextResponse:
    return PlainTextResponse(f"{officer.name} {officer.actor.department}")


@pages.post("/desk/mine")
async def act(request: Request, officer: Annotated[Identity, Depends(require("handler"))]) -> PlainTextResponse:
    form = await posted(request)
    return PlainTextResponse(f"{officer.login}: {form['text']}")


@pages.get("/desk/components")
async def components(request: Request, officer: Annotated[Identity, Depends(require("administrator"))]) -> HTMLResponse:
    return render_components(request)


@pages.post("/desk/in")
async def sign_in(request: Request) -> RedirectResponse:
    answer = redirect("/desk/mine")
    start_session(request, answer, HANDLER)
    return answer


@pages.post("/desk/out")
async def sign_out(request: Request) -> RedirectResponse:
    answer = redirect("/sample")
    end_session(request, answer)
    return answer


@api.post("/echo")
async def echo(said: Said) -> JSONResponse:
    return JSONResponse({"size": len(said.text)})


@api.post("/drain")
async def drain(request: Request) -> JSONResponse:
    return JSONResponse({"size": len(await request.body())})


@api.get("/things/{name}", responses={200: {"model": Said}})
async def thing(request: Request, name: str) -> JSONResponse:
    match name:
        case "gone":
            raise Problem(410, "sample_gone", since="2025")
        case "refused":
            raise NotAllowed("sample.too_early", days=1)
        case "crash":
            raise RuntimeError("a fault of ours")
        case "unknown":
            raise NotFound
    return JSONResponse({"words": say(request, "sample.days", count=1), "trace": request.state.trace})


@api.post("/things/{name}")
async def change(name: str, officer: Annotated[Identity, Depends(require("handler"))]) -> JSONResponse:
    return JSONResponse({"by": officer.login, "token": officer.token})


def make_app(clock: SetClock, *, waiting: dict[str, str] | None = None, services: tuple[Service, ...] = (), **given: Any) -> FastAPI:
    async def ready() -> dict[str, str]:
        return waiting or {}

    sample = Service(
        "sample",
        routers=(pages, api),
        public=frozenset({("GET", "/sample"), ("POST", "/sample")}),
        templates=HERE / "templates",
        words=HERE / "words.toml",
        state={"sample": "given"},
    )
    values: dict[str, Any] = {"rate_limits": "off", "session_key": SecretStr("s" * 32), **given}
    return create_app(Settings(**values), KEYS, (sample, *services), sample_places(), clock, ready=ready)


def sample_places() -> Places:
    return load_places()
