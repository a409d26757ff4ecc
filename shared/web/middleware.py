"""What surrounds every request, in one pass: its trace, the size of its body, the headers of its answer, its time, its crash."""

import re
import time
from collections.abc import Awaitable, Callable

from fastapi import Request, Response
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, reset_contextvars
from uuid_utils import uuid7

from shared.telemetry import REQUEST_SECONDS
from shared.web.problems import TooLarge

Headers = tuple[tuple[bytes, bytes], ...]

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
ALWAYS: Headers = (
    (b"content-security-policy", CONTENT_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
)
HTTPS_ONLY: Headers = ((b"strict-transport-security", b"max-age=31536000"),)
UNKEPT: Headers = ((b"cache-control", b"no-store"),)
"""The rule: an answer is not kept anywhere unless it says itself that it may be."""

SMALL_BODY = 2**20
"""Bytes of JSON and of plain forms; only uploads may be larger."""
SMALL_KINDS = (b"application/json", b"application/x-www-form-urlencoded")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_TRACEPARENT = re.compile(rb"[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")


class Envelope:
    """Pure ASGI, and alone: each layer around a request costs it time. `largest` body in bytes; `crashed` makes the answer to a crash."""

    def __init__(self, app: ASGIApp, *, largest: int, https: bool, crashed: Callable[[Request, Exception], Awaitable[Response]]) -> None:
        self._app, self._largest, self._crashed = app, largest, crashed
        self._headers = ALWAYS + HTTPS_ONLY if https else ALWAYS
        self._timers: dict[tuple[str, str, int], Callable[[float], None]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        headers: dict[bytes, bytes] = dict(scope["headers"])
        trace = _trace(headers.get(b"traceparent"))
        scope.setdefault("state", {})["trace"] = trace
        if scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}  # the server leaves out the body
        reply = Reply(send, self._headers)
        tokens = bind_contextvars(trace=trace)
        try:
            await self._app(scope, self._bounded(headers, receive), reply.send)
        except ClientDisconnect:
            return
        except Exception as fault:
            if reply.status:
                raise
            answer = await self._crashed(Request(scope, receive), fault)
            await answer(scope, receive, reply.send)
        finally:
            self._observe(scope, reply.status, time.perf_counter() - began)
            reset_contextvars(**tokens)

    def _bounded(self, headers: dict[bytes, bytes], receive: Receive) -> Receive:
        """The server holds a body to its declared length; only one that declares too much, or nothing, is watched here."""
        small = headers.get(b"content-type", b"").startswith(SMALL_KINDS)
        limit = min(SMALL_BODY, self._largest) if small else self._largest
        length = headers.get(b"content-length")
        if length is not None and length.isdigit() and int(length) <= limit:
            return receive
        return Body(receive, limit, int(length) if length and length.isdigit() else 0).receive

    def _observe(self, scope: Scope, status: int, seconds: float) -> None:
        route = scope.get("route")
        method: str = scope["method"]
        key = (method if method in METHODS else "other", getattr(route, "path", "unmatched"), status)
        if key not in self._timers:
            self._timers[key] = REQUEST_SECONDS.labels(*key).observe
        self._timers[key](seconds)


class Body:
    """A body that ends in TooLarge once it is larger than `limit` bytes; one that is `declared` larger is not read at all."""

    def __init__(self, receive: Receive, limit: int, declared: int) -> None:
        self._receive, self._limit, self._size, self._declared = receive, limit, 0, declared

    async def receive(self) -> Message:
        if self._declared > self._limit:
            raise TooLarge(self._limit)
        message = await self._receive()
        self._size += len(message.get("body", b""))
        if self._size > self._limit:
            raise TooLarge(self._limit)
        return message


class Reply:
    """An answer on its way out; `status` is 0 until it has begun."""

    __slots__ = ("_headers", "_send", "status")

    def __init__(self, send: Send, headers: Headers) -> None:
        self._send, self._headers, self.status = send, headers, 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            given: dict[bytes, bytes] = dict(message["headers"])
            unkept = () if b"cache-control" in given else UNKEPT
            message["headers"] = [*message["headers"], *self._headers, *unkept]
        await self._send(message)


def _trace(header: bytes | None) -> str:
    """The trace of whoever called, when they sent a valid one, else a new one: 32 hexadecimal digits."""
    known = _TRACEPARENT.fullmatch(header) if header else None
    return known.group(1).decode() if known else uuid7().hex
