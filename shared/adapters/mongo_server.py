"""One adapter's way to a server of MongoDB's protocol: opened at its first use, from one event loop, and let go of in order."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from shared.adapters.mongo_place import Client, Database, Place, connect

T = TypeVar("T")


class MongoServer:
    """Nobody outside cancels the driver: it may come off badly, with a lock of its own that nobody gives back (Python below 3.12)."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._connected: tuple[Client, Database] | None = None
        self._at_work: set[asyncio.Task[Any]] = set()

    @property
    def database(self) -> Database:
        if self._connected is None:
            self._connected = connect(self.place)
        return self._connected[1]

    async def apart(self, work: Coroutine[Any, Any, T]) -> T:
        """Its result. Who waits for it may be cancelled; it goes on to its end, which the bounds of the driver set."""
        task = asyncio.create_task(work)
        self._at_work.add(task)
        task.add_done_callback(self._done)
        return await asyncio.shield(task)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._at_work.discard(task)
        if not task.cancelled():
            task.exception()  # has been told, unless who waited has gone

    async def close(self) -> None:
        """Waits for what is under way, some seconds at most."""
        if self._at_work:
            await asyncio.wait(self._at_work)
        if self._connected is not None:
            await self._connected[0].close()
