"""The app as a whole: routes, description, static files, health."""

from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from httpx import AsyncClient

from shared.runtime.service import Service
from shared.web.app import PUBLIC
from shared.web.pages import STATIC
from tests.web.browsing import browser, signed_in
from tests.web.sample import CHIEF, SetClock, make_app


async def test_a_process_that_runs_and_can_serve_says_so(client: AsyncClient) -> None:
    assert (await client.get("/livez")).text == "ok\n"
    ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"ready": True, "waiting": {}, "remarks": {}})


async def test_a_process_that_waits_says_what_for(clock: SetClock) -> None:
    client = browser(make_app(clock, waiting={"tracking store": "the disk is full"}))
    ready = await client.get("/readyz")
    said = {"ready": False, "waiting": {"tracking store": "the disk is full"}, "remarks": {}}
    assert (ready.status_code, ready.json()) == (503, said)
    assert (await client.get("/livez")).status_code == 200


async def test_prometheus_finds_figures(client: AsyncClient) -> None:
    metrics = await client.get("/metrics")
    assert "huiying_request_seconds_bucket" in metrics.text
    assert metrics.headers["content-type"].startswith("text/plain; version=")


async def test_the_description_holds_what_programs_call_and_no_pages(client: AsyncClient) -> None:
    document: dict[str, Any] = (await client.get("/openapi.json")).json()
    assert set(document["paths"]) == {
        "/api/v1/sample/echo", "/api/v1/sample/drain", "/api/v1/sample/things/{name}", "/livez", "/readyz", "/metrics",
    }  # fmt: skip
    responses = document["paths"]["/api/v1/sample/echo"]["post"]["responses"]
    assert list(responses["default"]["content"]) == ["application/problem+json"]
    assert "422" not in responses
    assert document["components"]["schemas"]["Problem"]["required"]
    assert "HTTPValidationError" not in document["components"]["schemas"]
    things = document["paths"]["/api/v1/sample/things/{name}"]
    assert "security" not in things["get"]
    assert things["post"]["security"] == [{"token": []}]
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
async def test_no_page_comes_from_elsewhere(client: AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


async def test_static_files_are_kept_for_ever_under_their_hash(client: AsyncClient) -> None:
    page = (await client.get("/sample")).text
    address = page.split('href="/static/base.css?v=')[1].split('"')[0]
    kept = await client.get(f"/static/base.css?v={address}", headers={"accept-encoding": "gzip"})
    assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert kept.headers["content-encoding"] == "gzip"
    assert kept.text == (STATIC / "base.css").read_text()
    assert (await client.get("/static/base.css")).headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/static/none.css", "/static/../app.py", "/static/%2e%2e/app.py", "/static/"])
async def test_nothing_but_the_files_there_are(client: AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


async def test_a_page_is_small_on_the_wire(client: AsyncClient, clock: SetClock) -> None:
    signed_in(client, CHIEF, clock)
    page = await client.get("/desk/components")
    assert page.status_code == 200
    parts = [part.split('"')[0] for part in page.text.split('"/static/')[1:]]
    assert len(parts) >= 6
    size = len(page.content)
    for part in parts:
        answer = await client.get(f"/static/{part}", headers={"accept-encoding": "gzip"})
        assert answer.status_code == 200
        size += int(answer.headers.get("content-length", 0))
    assert size < 60_000


def test_routes_are_one_flat_list_with_the_programs_first(app: FastAPI) -> None:
    paths = [route.path for route in app.routes if isinstance(route, APIRoute)]
    api = [path.startswith("/api/") for path in paths]
    assert api == sorted(api, reverse=True)
    assert {("GET", "/livez"), ("POST", "/language"), ("GET", "/openapi.json")} <= PUBLIC


def test_a_service_puts_its_things_on_the_state(app: FastAPI) -> None:
    assert app.state.sample == "given"


def service(*routers: APIRouter, **state: Any) -> Service:
    return Service("other", routers=routers, state=state)


def test_two_services_cannot_claim_one_path_or_one_name(clock: SetClock) -> None:
    rival, nested = APIRouter(), APIRouter()
    rival.add_api_route("/sample", lambda: None, methods=["GET"])
    nested.include_router(rival)
    with pytest.raises(ValueError, match="claimed twice"):
        make_app(clock, services=(service(rival),))
    with pytest.raises(ValueError, match="not a plain route"):
        make_app(clock, services=(service(nested),))
    with pytest.raises(ValueError, match="taken"):
        make_app(clock, services=(service(sample="again"),))
