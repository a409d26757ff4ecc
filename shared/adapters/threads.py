"""Work in threads that a busy event loop must not starve."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TypeVar

PATIENCE = 0.003  # seconds that a thread may take before the event loop makes way
WAY = 0.0003  # seconds that the event loop then stands still

T = TypeVar("T")


async def in_thread(executor: Executor | None, work: Callable[..., T], *arguments: object) -> T:
    """The result of `work` in a thread of `executor` (None: the loop's own).

    A loop with much to do lets go of the interpreter's lock only for moments, too short for a thread to wake and take it, and that for
    seconds on end. So while the thread is at work the loop stands still now and then, for at most a tenth of the time.
    """
    done = asyncio.get_running_loop().run_in_executor(executor, work, *arguments)
    while not (await asyncio.wait({done}, timeout=PATIENCE))[0]:
        _make_way()
    return await done


def _make_way() -> None:
    time.sleep(WAY)
