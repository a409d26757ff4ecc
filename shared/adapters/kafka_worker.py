"""A thread of one client's own, for calls that wait: the event loop goes on, and a call that hangs keeps no process from ending."""

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, TypeVar

from shared.ports import Unavailable

GOODBYE = 3.0
"""Seconds for the last call."""

log = logging.getLogger(__name__)
T = TypeVar("T")


class Worker:
    """Runs one call after the other. The thread starts with the first and ends with `end`."""

    def __init__(self, name: str) -> None:
        self._calls: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._ended = False

    async def run(self, call: Callable[[], T]) -> T:
        """The call's result. Whoever is cancelled meanwhile leaves a call that has begun running. Raises Unavailable after the end."""
        if self._ended:
            raise Unavailable(f"{self._thread.name}: closed")
        done: Future[T] = Future()
        self._calls.put((done, call))
        if self._thread.ident is None:
            self._thread.start()
        return await asyncio.wrap_future(done)

    async def end(self, last: Callable[[], None]) -> None:
        """One last call, then the thread ends. It is waited for only so long: what hangs on a broker that is gone must not hold a stop."""
        if self._ended:
            return
        self._ended = True
        done: Future[None] = Future()
        self._calls.put((done, last))
        self._calls.put(None)
        if self._thread.ident is None:
            self._thread.start()
        if not (await asyncio.wait({asyncio.wrap_future(done)}, timeout=GOODBYE))[0]:
            log.warning("%s has not ended within %g seconds and is left to itself", self._thread.name, GOODBYE)
        elif fault := done.exception():
            log.warning("%s did not end in order: %s", self._thread.name, type(fault).__name__)

    def _work(self) -> None:
        while (item := self._calls.get()) is not None:
            done, call = item
            if done.set_running_or_notify_cancel():
                try:
                    done.set_result(call())
                except BaseException as fault:
                    done.set_exception(fault)
