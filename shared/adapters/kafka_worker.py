"""A thread of one client's own, for calls that wait: the event loop goes on, and a call that hangs keeps no process from ending."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")


class Worker:
    """Runs one call after the other. The thread starts with the first and ends with `end`."""

    def __init__(self, name: str) -> None:
        self._calls: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)

    async def run(self, call: Callable[[], T]) -> T:
        """The call's result. Whoever is cancelled meanwhile leaves a call that has begun running."""
        done: Future[T] = Future()
        self._calls.put((done, call))
        if self._thread.ident is None:
            self._thread.start()
        return await asyncio.wrap_future(done)

    def end(self) -> None:
        """No more calls; the thread ends when it has done those it was given."""
        self._calls.put(None)

    def _work(self) -> None:
        while (item := self._calls.get()) is not None:
            done, call = item
            if done.set_running_or_notify_cancel():
                try:
                    done.set_result(call())
                except BaseException as fault:
                    done.set_exception(fault)
