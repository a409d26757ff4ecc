"""Programs that the tests start beside themselves: to be killed, to run out of room, to use a file at the same time."""

import asyncio
import resource
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

from shared.adapters.sqlite_log import SqliteLog
from shared.adapters.sqlite_store import SqliteStore
from shared.ports import Unavailable
from tests.contracts.examples import COLLECTIONS, matter, record

ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def started(role: str, *arguments: object) -> AsyncIterator[asyncio.subprocess.Process]:
    """A child in one of the roles below; killed at the end, whatever became of it."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.contracts.children", role, *map(str, arguments)),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield child
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()


async def lines(child: asyncio.subprocess.Process) -> list[str]:
    """What is left of its output, until it ends."""
    assert child.stdout is not None
    return (await child.stdout.read()).decode().split()


async def line(child: asyncio.subprocess.Process) -> str:
    assert child.stdout is not None
    return (await child.stdout.readline()).decode().strip()


def tell(child: asyncio.subprocess.Process) -> None:
    """A line for it to read."""
    assert child.stdin is not None
    child.stdin.write(b"go\n")


async def commit_for_ever(path: Path) -> None:
    """Sixteen at a time; says each key once its document and event are durable."""
    store, numbers = SqliteStore(path, COLLECTIONS), count()

    async def commit_on() -> None:
        for number in numbers:
            key = f"{number:06}"
            assert await store.commit([matter(key, 0, "噪" * 200, [record(key, 1)], rank=number)]) == []
            print(key, flush=True)

    await asyncio.gather(*(commit_on() for _ in range(16)))


async def run_out_of_room(path: Path) -> None:
    """Says each key it committed, 'full' when no more files may grow, then goes on once they may again."""
    store = SqliteStore(path, COLLECTIONS)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, resource.RLIM_INFINITY))
    numbers = count()
    try:
        for number in numbers:
            await _commit_three(store, number)
    except Unavailable:
        print("full", flush=True)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
    for attempt in (store.ping(), store.commit([matter("too late")])):
        try:
            await attempt
        except Unavailable:
            print("still", flush=True)
    assert len(await store.get("matter", [f"{number:06}" for number in range(10)])) == 10, "reading goes on"
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    for number in range(1000, 1010):
        await _commit_three(store, number)
    await store.close()


async def _commit_three(store: SqliteStore, number: int) -> None:
    keys = [f"{number:06}", f"{number:06}-b", f"{number:06}-c"]
    await store.commit([matter(key, 0, "噪" * 2000, [record(key, 1)]) for key in keys])
    print(" ".join(keys), flush=True)


async def append_when_told(path: Path) -> None:
    """Appends an event of case 'far' for each line that it is told."""
    log = SqliteLog(path)
    print("ready", flush=True)
    for number, _ in enumerate(sys.stdin):
        await log.append([record("far", number)])


async def hold_the_group(path: Path) -> None:
    """Reads as the group 'readers', acknowledges the first record, says how many it got, and stays."""
    reader = SqliteLog(path).reader("readers")
    deliveries = await reader.fetch(100, 10)
    await reader.ack(deliveries[0])
    print(len(deliveries), flush=True)
    await asyncio.sleep(600)


ROLES: dict[str, Callable[[Path], Coroutine[None, None, None]]] = {
    one.__name__: one for one in (commit_for_ever, run_out_of_room, append_when_told, hold_the_group)
}

if __name__ == "__main__":
    asyncio.run(ROLES[sys.argv[1]](Path(sys.argv[2])))
