"""The envelope: trace, body size, headers, time, and nothing that slips past it."""

from collections.abc import AsyncIterator

import pytest
import structlog
from fastapi import FastAPI, Request, Response
from httpx import AsyncClient
from prometheus_client import REGISTRY
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.web.middleware import CONTENT_POLICY, SMALL_BODY, Envelope
from tests.web.browsing import browser
from tests.web.sample import SetClock, make_app

DRAIN = "/api/v1/sample/drain"


async def in_chunks(size: int, chunk: int = 2**16) -> AsyncIterator[bytes]:
    """A body without a declared length, as curl sends with Transfer-Encoding: chunked."""
    for _ in range(size // chunk):
        yield b"x" * chunk
    yield b"x" * (size % chunk)


@pytest.mark.parametrize(
    "path", ["/sample", "/nowhere", "/sample/crash", "/api/v1/sample/things/a", "/livez", "/static/base.css", "/desk/mine"]
)
async def test_every_answer_has_the_headers(client: AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers
    assert headers["content-security-policy"] == CONTENT_POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "unsafe" not in CONTENT_POLICY
    assert "cache-control" in headers
    assert "strict-transport-security" not in headers


async def test_nothing_is_kept_unless_it_says_so(client: AsyncClient) -> None:
    assert (await client.get("/nowhere")).headers["cache-control"] == "no-store"
    assert (await client.get("/sample")).headers["cache-control"] == "private, no-cache"


async def test_https_is_promised_where_people_come_by_https(clock: SetClock) -> None:
    answer = await browser(make_app(clock, public_url="https://12345.example.org")).get("/livez")
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


async def test_a_trace_that_is_sent_is_followed_and_a_bad_one_replaced(client: AsyncClient) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"

    async def seen(header: str) -> str:
        answer = await client.get("/api/v1/sample/things/a", headers={"traceparent": header} if header else {})
        return str(answer.json()["trace"])

    assert await seen(f"00-{trace}-00f067aa0ba902b7-01") == trace
    for bad in ("", "nonsense", f"00-{'0' * 32}-00f067aa0ba902b7-01", f"00-{trace.upper()}-00f067aa0ba902b7-01", f"00-{trace}-x-01"):
        made = await seen(bad)
        assert len(made) == 32
        assert made != trace
    assert await seen("") != await seen("")


async def test_the_trace_of_one_request_does_not_stay_for_the_next(client: AsyncClient) -> None:
    await client.get("/livez")
    assert "trace" not in structlog.contextvars.get_contextvars()


async def test_json_is_held_to_a_small_body(client: AsyncClient) -> None:
    json = {"content-type": "application/json"}
    assert (await client.post(DRAIN, content=b" " * SMALL_BODY, headers=json)).json() == {"size": SMALL_BODY}
    answer = await client.post(DRAIN, content=b" " * (SMALL_BODY + 1), headers=json)
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"
    assert answer.json()["megabytes"] == 1


async def test_a_chunked_body_is_counted_as_it_comes(clock: SetClock) -> None:
    client = browser(make_app(clock, max_body_mb=2))
    json = {"content-type": "application/json"}
    assert (await client.post(DRAIN, content=in_chunks(2**21))).json() == {"size": 2**21}
    assert (await client.post(DRAIN, content=in_chunks(2**21 + 1))).status_code == 413
    assert (await client.post(DRAIN, content=in_chunks(2**20 + 1), headers=json)).status_code == 413
    assert (await client.post("/api/v1/sample/echo", content=in_chunks(2**20 + 1), headers=json)).status_code == 413


async def test_a_large_upload_is_refused_before_it_is_read(clock: SetClock) -> None:
    client = browser(make_app(clock, max_body_mb=1))
    headers = {"content-length": str(2**30), "content-type": "multipart/form-data; boundary=b"}
    await client.get("/sample")
    answer = await client.post("/sample", content=in_chunks(10), headers=headers)
    assert answer.status_code == 413
    assert "最多提交 1 MB" in answer.text


async def test_a_length_that_is_no_number_is_counted(client: AsyncClient) -> None:
    answer = await client.post(
        DRAIN, content=in_chunks(SMALL_BODY + 1), headers={"content-length": "-5", "content-type": "application/json"}
    )
    assert answer.status_code == 413


async def test_head_is_get_without_the_body(client: AsyncClient) -> None:
    answer = await client.head("/livez")
    assert answer.status_code == 200
    assert (await client.head("/nowhere")).status_code == 404


def observed(method: str, route: str, status: str) -> float:
    return REGISTRY.get_sample_value("huiying_request_seconds_count", {"method": method, "route": route, "status": status}) or 0


async def test_time_is_measured_by_the_routes_template(client: AsyncClient) -> None:
    before = (
        observed("GET", "/api/v1/sample/things/{name}", "200"),
        observed("GET", "unmatched", "404"),
        observed("other", "unmatched", "404"),
    )
    await client.get("/api/v1/sample/things/a")
    await client.get("/api/v1/sample/things/b")
    await client.get("/somebody/13812345678")
    await client.request("BREW", "/somebody")
    after = (
        observed("GET", "/api/v1/sample/things/{name}", "200"),
        observed("GET", "unmatched", "404"),
        observed("other", "unmatched", "404"),
    )
    assert [now - then for now, then in zip(after, before, strict=True)] == [2, 1, 1]


async def run(app: ASGIApp) -> list[Message]:
    """One request to a bare app inside the envelope; what was sent."""
    sent: list[Message] = []

    async def crashed(request: Request, fault: Exception) -> Response:
        return Response(f"crashed: {fault}", 500)

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
    await Envelope(app, largest=10, https=False, crashed=crashed)(scope, receive, send)
    return sent


async def test_a_client_that_left_is_no_crash() -> None:
    async def left(scope: Scope, receive: Receive, send: Send) -> None:
        raise ClientDisconnect

    assert await run(left) == []


async def test_a_crash_after_the_answer_began_breaks_the_connection() -> None:
    async def late(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError("late")

    with pytest.raises(RuntimeError, match="late"):
        await run(late)


async def test_a_crash_before_it_is_answered() -> None:
    async def early(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError("early")

    start, body = await run(early)
    assert start["status"] == 500
    assert (b"x-content-type-options", b"nosniff") in start["headers"]
    assert body["body"] == b"crashed: early"


async def test_one_layer_is_enough(app: FastAPI) -> None:
    assert len(app.user_middleware) == 1
