"""A process that moves house and is killed with -9 on the way, again and again; then one that comes to its end.

`python -m tests.scenarios.moving_child FROM TO PART:CALL:SECONDS …`: each is killed so long after this call of its progress.
"""

import asyncio
import os
import signal
import sys
from threading import Timer

from services.house import settings_of
from services.moving import move, read_places
from shared.runtime import log_moving, migration
from tests.scenarios.moved import ABROAD


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def attempt(from_: str, to: str, part: str, call: int, seconds: float) -> bool:
    """Moves until it dies; whether everything was the same when it does not."""
    calls = 0

    def progress(name: str, done: int, total: int) -> None:
        nonlocal calls
        calls += name == part
        if name == part and calls == call:
            Timer(seconds, die).start() if seconds else die()

    settings, _ = settings_of(ABROAD)
    migration.PAGE, log_moving.PAGE = 20, 50  # many small steps
    return asyncio.run(move(read_places(from_, settings), read_places(to, settings), progress)).same


def in_fork(from_: str, to: str, part: str = "", call: int = 0, seconds: float = 0) -> str:
    """How an attempt of a process of its own ended; what is imported is imported once for all of them."""
    child = os.fork()
    if child == 0:
        os._exit(0 if attempt(from_, to, part, call, seconds) else 1)
    _, status = os.waitpid(child, 0)
    return "killed" if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL else f"ended {os.waitstatus_to_exitcode(status)}"


if __name__ == "__main__":
    FROM, TO, *DEATHS = sys.argv[1:]
    for one in DEATHS:
        name, call, seconds = one.rsplit(":", 2)
        print(in_fork(FROM, TO, name, int(call), float(seconds)), flush=True)
    print(in_fork(FROM, TO), flush=True)
