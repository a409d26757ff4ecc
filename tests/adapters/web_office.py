"""A real HTTP server in the test's own loop that answers what the test names, hangs up, or falls silent."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

HANG_UP = b""
SILENCE = None


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class WebOffice:
    """`answers` are used up one by one: raw bytes of a whole answer, HANG_UP or SILENCE; then everything is 200."""

    port: int = 0
    answers: list[bytes | None] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    connections: list[asyncio.StreamWriter] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/messages"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections.append(writer)
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                await self._take(head.decode("latin-1"), reader)
                answer = self.answers.pop(0) if self.answers else reply(200)
                if answer is SILENCE:
                    await reader.read()
                writer.write(answer or b"")
                if not answer:
                    break
        except asyncio.IncompleteReadError:
            return  # the other side has closed: nothing more is asked
        finally:
            writer.close()

    async def _take(self, head: str, reader: asyncio.StreamReader) -> None:
        first, *lines = head.strip().split("\r\n")
        method, path, _ = first.split(" ")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        self.asked.append(Asked(method, path, headers, body))


def reply(status: int, body: str = "", **headers: str) -> bytes:
    """A whole answer."""
    lines = [f"HTTP/1.1 {status} x", f"Content-Length: {len(body.encode())}", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


@asynccontextmanager
async def open_web_office(tls: ssl.SSLContext | None = None) -> AsyncIterator[WebOffice]:
    office = WebOffice()
    server = await asyncio.start_server(office.serve, "127.0.0.1", 0, ssl=tls)
    office.port = server.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        server.close()
        for writer in office.connections:
            writer.transport.abort()
        await server.wait_closed()
