"""The gateway in front of the services: divides by path, shares among the instances that answer, says in words when none does.

`python -m tests.topology.gateway PORT intake=PORT,PORT tracking=PORT,PORT …`
"""

import sys
from collections.abc import AsyncIterator, Mapping, Sequence

import httpx
import uvicorn
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from tests.deploy.paths import Paths, fits, read_paths
from tests.topology.apologies import apologize

HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade", "expect"}
)
OURS = frozenset({"x-forwarded-for", "x-forwarded-proto", "forwarded"})
"""What the gateway says itself: what a caller says of it is not believed."""
TIMEOUTS = {"connect": 2.0, "read": 60.0, "write": 60.0, "pool": 10.0}
IDLE_SECONDS = 10
"""Shorter than the services keep a connection that nobody uses, so that none is used that they are about to close."""
REPEATABLE = frozenset({"GET", "HEAD", "OPTIONS"})
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Gateway:
    """An ASGI application. `instances` are the ports of each service on this machine."""

    def __init__(self, paths: Paths, instances: Mapping[str, Sequence[int]]) -> None:
        self._paths, self._instances = paths, instances
        self._turns = dict.fromkeys(instances, 0)
        limits = httpx.Limits(max_connections=1_000, max_keepalive_connections=200, keepalive_expiry=IDLE_SECONDS)
        self._upstream = httpx.AsyncHTTPTransport(limits=limits)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        answer = await self._answer(request)
        await answer(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        path = request.scope["path"]
        if any(fits(path, closed) for closed in self._paths.closed):
            return apologize(path, 404)
        try:
            return await self._forward(request, self._in_turn(self._paths.owner(path)))
        except NEVER_SENT:
            return apologize(path, 503)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody reads it
        except httpx.TransportError:
            return apologize(path, 502)

    def _in_turn(self, service: str) -> list[int]:
        """The instances, beginning with the one whose turn it is."""
        ports, turn = self._instances[service], self._turns[service]
        self._turns[service] = (turn + 1) % len(ports)
        return [*ports[turn:], *ports[:turn]]

    async def _forward(self, request: Request, ports: Sequence[int]) -> Response:
        """The first answer of an instance. What has reached one is sent to no other, unless it changes nothing."""
        for place, port in enumerate(ports, start=1):
            try:
                return _passed_on(await self._upstream.handle_async_request(_onward(request, port)))
            except httpx.TransportError as fault:
                again = isinstance(fault, NEVER_SENT) or (request.method in REPEATABLE and not _has_body(request.headers))
                if place == len(ports) or not again:
                    raise
        raise httpx.ConnectError("no instance")


def _has_body(headers: Headers) -> bool:
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"


def _onward(request: Request, port: int) -> httpx.Request:
    """The request as an instance gets it: the same bytes of path, query and body, and who it came from."""
    query: bytes = request.scope["query_string"]
    target: bytes = request.scope["raw_path"] + (b"?" + query if query else b"")
    caller = request.client.host if request.client else ""
    headers = [
        *((name, value) for name, value in _carried(request.headers.items()) if name not in OURS),
        ("x-forwarded-for", caller), ("x-forwarded-proto", request.url.scheme),
    ]  # fmt: skip
    return httpx.Request(
        request.method, httpx.URL(scheme="http", host="127.0.0.1", port=port, raw_path=target), headers=headers,
        content=request.stream() if _has_body(request.headers) else None, extensions={"timeout": TIMEOUTS},
    )  # fmt: skip


def _passed_on(answer: httpx.Response) -> Response:
    async def body() -> AsyncIterator[bytes]:
        try:
            async for part in answer.aiter_raw():
                yield part
        finally:
            await answer.aclose()

    passed = StreamingResponse(body(), answer.status_code)
    passed.raw_headers = [(name.encode(), value.encode()) for name, value in _carried(answer.headers.multi_items())]
    return passed


def _carried(headers: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those that are for the other end and not for the next hop."""
    named = {part.strip().lower() for name, value in headers if name.lower() == "connection" for part in value.split(",")}
    return [(name.lower(), value) for name, value in headers if name.lower() not in HOP_BY_HOP | named]


def main(port: int, instances: Mapping[str, Sequence[int]]) -> None:
    """Serves until stopped."""
    gateway = Gateway(read_paths(), instances)
    uvicorn.run(
        gateway, host="127.0.0.1", port=port, loop="uvloop", lifespan="off", log_level="warning", access_log=False, server_header=False,
        date_header=False, proxy_headers=False, timeout_graceful_shutdown=2,
    )  # fmt: skip


if __name__ == "__main__":
    named = (word.partition("=") for word in sys.argv[2:])
    main(int(sys.argv[1]), {service: [int(one) for one in ports.split(",")] for service, _, ports in named})
