"""One request over HTTP, of which it is known whether it has left: the word to go ahead is asked for between connecting and sending."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from shared.ports import Unavailable
from shared.ports.outside import InDoubt

MOST_OF_AN_ANSWER = 65_536
"""Bytes that are read of an answer; what comes behind them is not waited for."""
SENDING = "send_request_headers.started"

Going = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Answer:
    """The status, and the beginning of the body as it came."""

    status: int
    body: bytes

    @property
    def beginning(self) -> str:
        """For people: the status and the first words."""
        return f"{self.status} {' '.join(self.body[:200].decode(errors='replace').split())}"


def open_client(seconds: float, *, keep: bool) -> httpx.AsyncClient:
    """A client that follows no redirects; with `keep` connections are used again."""
    limits = httpx.Limits(max_connections=50, max_keepalive_connections=20 if keep else 0, keepalive_expiry=5.0)
    headers = {"User-Agent": "huiying", "Accept-Encoding": "identity"}
    return httpx.AsyncClient(timeout=seconds, limits=limits, follow_redirects=False, headers=headers)


async def exchange(client: httpx.AsyncClient, request: httpx.Request, going: Going, seconds: float) -> Answer:
    """Sends the request and gives the answer; once the word to go ahead is given, all the rest takes at most `seconds`.

    Raises Unavailable when it never left, InDoubt when it left and no answer came.
    """
    left, limit = False, asyncio.timeout(None)

    async def watch(event: str, info: Mapping[str, Any]) -> None:
        nonlocal left
        if event.endswith(SENDING) and info["request"].method != b"CONNECT" and not left:
            await going()
            left = True
            limit.reschedule(asyncio.get_running_loop().time() + seconds)

    request.extensions = {**request.extensions, "trace": watch}
    try:
        async with limit:
            answer = await client.send(request, stream=True)
            try:
                return Answer(answer.status_code, await _beginning(answer))
            finally:
                await answer.aclose()
    except (httpx.TransportError, TimeoutError) as fault:
        said = f"{type(fault).__name__} {fault}".strip()
        raise (InDoubt(f"no answer: {said}") if left else Unavailable(f"{request.url.host} cannot be reached: {said}")) from fault


async def _beginning(answer: httpx.Response) -> bytes:
    content = b""
    async for part in answer.aiter_raw():
        content += part
        if len(content) >= MOST_OF_AN_ANSWER:
            break
    return content[:MOST_OF_AN_ANSWER]
