"""The embedded pipeline on both cores: submitted → opened, read, routed, assigned, each step durable, sustained; is memory flat?

This process is intake and sentiment; routing and tracking run beside it on the same files.
"""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import uvloop

from bench.processes import free_port, running
from bench.table import Figure
from bench.texts import message
from services.house import choose, settings_of, spare_the_collector
from services.intake.actions.composing import Sent
from services.intake.actions.submitting import submit
from services.intake.door import Door, open_door
from services.intake.model.submission import Submission
from services.tracking.documents import CASE
from services.tracking.documents import KINDS as TRACKING_KINDS
from shared.ports import Store
from shared.runtime.consumer import Consumer
from shared.runtime.host import House, open_house
from shared.runtime.parked import PARKED
from shared.runtime.relay import Relay
from shared.runtime.wiring import open_store

COMPLAINTS = 100_000
AT_ONCE = 128
AHEAD = 4_000
"""How far submissions may run ahead of assignments, so that the pipeline is measured and not a backlog."""
LOOK = 0.1


@dataclass
class Progress:
    """What has been seen: assigned cases now, and the memory of both processes at each tenth of the way."""

    assigned: int = 0
    memory: list[float] = field(default_factory=list)


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        settings, own = settings_of({"HUIYING_DATA": name, "HUIYING_RATE_LIMITS": "off"})
        house = open_house(settings, own, choose(["intake", "sentiment"]))
        spare_the_collector()
        with running(["services", "routing", "tracking"], port, folder) as others:
            seconds, progress, parked = uvloop.run(_measure(house, folder, others.pid))
    rate = COMPLAINTS / seconds
    early, late = progress.memory[1], progress.memory[-1]
    return [
        Figure(
            "pipeline, embedded, both cores",
            f"{rate:,.0f}/s",
            "≥ 1,000/s",
            rate >= 1_000,
            f"{COMPLAINTS:,} of 200 characters, {parked} parked",
        ),
        Figure(
            "… memory at the end ÷ at a tenth",
            f"{late / early:.2f}",
            "flat",
            late / early < 1.2,
            f"{early:.0f} → {late:.0f} MB",
        ),
    ]


async def _measure(house: House, folder: Path, others: int) -> tuple[float, Progress, int]:
    door, progress = open_door(house.worlds["intake"]), Progress()
    consumers = [Consumer(service, store, house.log, house.clock) for service, store in house.stores]
    relay = Relay("intake", house.stores[0][1], house.log)
    tracking = open_store(f"sqlite:{folder}", "tracking", [kind.collection for kind in (*TRACKING_KINDS, PARKED)])
    parts = [asyncio.create_task(part) for part in (*[one.run() for one in consumers], relay.run(), _watch(tracking, progress, others))]
    numbers = iter(range(COMPLAINTS))
    started = time.perf_counter()
    await asyncio.gather(*[_submit(door, numbers, progress) for _ in range(AT_ONCE)])
    while progress.assigned < COMPLAINTS:
        await asyncio.sleep(LOOK)
    seconds = time.perf_counter() - started
    for part in parts:
        part.cancel()
    await asyncio.gather(*parts, return_exceptions=True)
    parked = (await tracking.count(PARKED.name, {}))[None]
    await tracking.close()
    await house.close()
    return seconds, progress, parked


async def _submit(door: Door, numbers: Iterator[int], progress: Progress) -> None:
    for number in numbers:
        while number - progress.assigned > AHEAD:
            await asyncio.sleep(LOOK)
        await submit(door, Sent(Submission(text=message(number))))


async def _watch(tracking: Store, progress: Progress, others: int) -> None:
    processes = [psutil.Process(), psutil.Process(others)]
    while True:
        counted = await tracking.count(CASE.name, {}, by="state")
        progress.assigned = counted.get("dispatched", 0) + counted.get("waiting", 0)
        while len(progress.memory) < progress.assigned * 10 // COMPLAINTS + 1:
            progress.memory.append(sum(one.memory_info().rss for one in processes) / 2**20)
        await asyncio.sleep(LOOK)
