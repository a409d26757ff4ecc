"""A ClamAV daemon for tests: it speaks the protocol of clamd, holds its clients to it, and finds the test virus."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
LARGEST = 4 * 2**20


class Clamd:
    """What it does with INSTREAM and PING. `seen` is what it was given, `most` how many asked at once at most."""

    def __init__(self) -> None:
        self.now = self.most = 0
        self.seen: list[bytes] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            writer.write(await self._answer(reader) + b"\0")
            await writer.drain()
        finally:
            self.now -= 1
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader) -> bytes:
        command = await reader.readuntil(b"\0")
        if command == b"zPING\0":
            return b"PONG"
        assert command == b"zINSTREAM\0"
        content = b""
        while size := int.from_bytes(await reader.readexactly(4)):
            if len(content) + size > LARGEST:
                return b"INSTREAM size limit exceeded. ERROR"
            content += await reader.readexactly(size)
        self.seen.append(content)
        return b"stream: Win.Test.EICAR_HDB-1 FOUND" if EICAR in content else b"stream: OK"


@asynccontextmanager
async def running(clamd: Clamd) -> AsyncIterator[str]:
    """The address of this daemon while it runs."""
    async with await asyncio.start_server(clamd, "127.0.0.1", 0) as server:
        yield f"clamd://127.0.0.1:{server.sockets[0].getsockname()[1]}"
