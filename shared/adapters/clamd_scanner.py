"""Looks for malicious content by asking a ClamAV daemon: its INSTREAM command over TCP or a Unix socket (man clamd)."""

import asyncio
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from urllib.parse import urlsplit

from shared.ports import Unavailable

PORT = 3310
ANSWER_SECONDS = 60.0
"""For one file, from waiting for a place to the answer."""
PING_SECONDS = 5.0
LONGEST_ANSWER = 1_000
AT_ONCE = 4
"""Files scanned at the same time; a daemon has ten threads unless told otherwise."""

_PIECE = 1 << 16
_FOUND = re.compile(r"stream: (\S.{0,200}) FOUND")


class ClamdScanner:
    """See shared.ports.Scanner. `url` is clamd://HOST:PORT or clamd:SOCKET; raises ValueError for any other."""

    def __init__(self, url: str, answer_seconds: float = ANSWER_SECONDS) -> None:
        parts = urlsplit(url)
        if parts.scheme != "clamd" or bool(parts.hostname) == bool(parts.path.strip("/")) or parts.query or parts.fragment:
            raise ValueError("there are clamd://HOST:PORT and clamd:SOCKET")
        self._host, self._port, self._socket = parts.hostname, parts.port or PORT, parts.path
        self._url, self._seconds = url, answer_seconds
        self._places = asyncio.Semaphore(AT_ONCE)

    async def scan(self, content: bytes) -> str | None:
        answer = await self._ask(_streamed(content), self._seconds)
        if answer == "stream: OK":
            return None
        found = _FOUND.fullmatch(answer)
        if found is None:
            raise Unavailable(f"{self._url}: {answer}")
        return found[1]

    async def ping(self) -> None:
        if (answer := await self._ask([b"zPING\0"], PING_SECONDS)) != "PONG":
            raise Unavailable(f"{self._url}: {answer}")

    async def _ask(self, request: Iterable[bytes], seconds: float) -> str:
        """The daemon's answer to one command. Raises Unavailable."""
        try:
            async with asyncio.timeout(seconds), self._places:
                return await self._exchange(request)
        except TimeoutError as fault:
            raise Unavailable(f"{self._url}: no answer within {seconds:g} seconds") from fault
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError) as fault:
            raise Unavailable(f"{self._url}: no whole answer: {fault}") from fault
        except OSError as fault:
            raise Unavailable(f"{self._url}: {fault.strerror or fault}") from fault

    async def _exchange(self, request: Iterable[bytes]) -> str:
        reader, writer = await self._connect()
        try:
            _, answer = await asyncio.gather(_write(writer, request), reader.readuntil(b"\0"))
        finally:
            writer.transport.abort()
        return answer[:-1].decode(errors="replace").strip()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._host:
            return await asyncio.open_connection(self._host, self._port, limit=LONGEST_ANSWER)
        return await asyncio.open_unix_connection(self._socket, limit=LONGEST_ANSWER)


def _streamed(content: bytes) -> Iterator[bytes]:
    """The command with the content in pieces, each behind its length in four bytes; a piece of no length ends it."""
    yield b"zINSTREAM\0"
    for start in range(0, len(content), _PIECE):
        piece = content[start : start + _PIECE]
        yield len(piece).to_bytes(4)
        yield piece
    yield bytes(4)


async def _write(writer: asyncio.StreamWriter, request: Iterable[bytes]) -> None:
    with suppress(ConnectionError):  # what is too large for the daemon is answered before all is read, and then it hangs up
        for piece in request:
            writer.write(piece)
            await writer.drain()
