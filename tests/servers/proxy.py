"""A small TCP proxy in a thread of its own, which a test cuts and restores: the way to a server, without harming the server."""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


class Proxy:
    """Listens on a free port and carries everything to the port `target` of `host`.

    `cut()` ends every connection and refuses new ones; `silence()` keeps the connections and carries nothing; `restore()` ends both.
    """

    def __init__(self, target: int, host: str = "127.0.0.1") -> None:
        self._target = (host, target)
        self._loop = asyncio.new_event_loop()
        self._open, self._flowing = True, asyncio.Event()
        self._writers: set[asyncio.StreamWriter] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._do(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = int(self._server.sockets[0].getsockname()[1])
        self.restore()

    def cut(self) -> None:
        self._do(self._set(open_=False, flowing=True))

    def silence(self) -> None:
        self._do(self._set(open_=True, flowing=False))

    def restore(self) -> None:
        self._do(self._set(open_=True, flowing=True))

    def close(self) -> None:
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        done: Future[T] = asyncio.run_coroutine_threadsafe(work, self._loop)
        return done.result(10)

    async def _set(self, *, open_: bool, flowing: bool) -> None:
        self._open = open_
        self._flowing.set() if flowing else self._flowing.clear()
        if not open_:
            for writer in list(self._writers):
                writer.transport.abort()

    async def _end(self) -> None:
        await self._set(open_=False, flowing=True)
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._open:
            writer.transport.abort()
            return
        self._writers.add(writer)
        with suppress(OSError):
            there, back = await asyncio.open_connection(*self._target)
            self._writers.add(back)
            await asyncio.gather(self._carry(reader, back), self._carry(there, writer))
            self._writers.discard(back)
        self._writers.discard(writer)
        writer.transport.abort()

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                await self._flowing.wait()
                sink.write(data)
                await sink.drain()
        sink.close()
