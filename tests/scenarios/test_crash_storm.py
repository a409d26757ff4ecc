"""The crash storm: hundreds of crashes at every kind of moment, two relays and two of each consumer, and nothing is lost or doubled."""

import asyncio
import json
import random
from collections import Counter, defaultdict
from dataclasses import replace

import pytest

from services.intake.documents import COMPLAINT
from services.tracking.documents import CASE
from shared.runtime.consumer import Consumer
from shared.runtime.relay import Relay
from tests.scenarios.city import TEXTS, open_city
from tests.scenarios.crashing import Crash, Crashing

ROUND = 40
CRASHES = 250
CHANCE = 0.15

pytestmark = pytest.mark.storm


async def _forever(start):
    """A part that is started anew whenever it crashes, as whoever runs the process would."""
    while True:
        part = start()
        try:
            while True:
                await part.step(limit=10, wait=0.01) if isinstance(part, Consumer) else await part.step()
                await asyncio.sleep(0)
        except Crash:
            continue


async def _submitted(city, number, acknowledged):
    """Submits until there is a receipt, with the same key each time, as a client does whose answer did not come."""
    while True:
        try:
            acknowledged[number] = (await city.submit(f"{TEXTS[number % len(TEXTS)]}（{number}）", key=f"key-{number}")).number
            return
        except Crash:
            await asyncio.sleep(0)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_nothing_is_lost_or_doubled(tmp_path, seed):
    crashes: list[str] = []
    seeded = random.Random(seed)  # noqa: S311 - a storm that can be repeated
    acknowledged: dict[int, str] = {}
    async with open_city(tmp_path) as city:
        steady = {service.name: store for service, store in city.house.stores}
        stores = {name: Crashing(store, CHANCE, seeded, crashes) for name, store in steady.items()}
        log = Crashing(city.house.log, CHANCE, seeded, crashes)
        object.__setattr__(city.door, "world", replace(city.door.world, store=stores["intake"]))
        parts = [
            lambda service=service: Consumer(
                service, stores[service.name], log, city.house.clock, log.reader(service.name, exclusive=False)
            )
            for service, _ in city.house.stores
            for _ in range(2)
        ]
        parts += [lambda name=name: Relay(name, stores[name], log) for name in ("intake", "tracking") for _ in range(2)]
        running = [asyncio.create_task(_forever(part)) for part in parts]
        while len(crashes) < CRASHES:
            begun = len(acknowledged)
            await asyncio.gather(*[_submitted(city, number, acknowledged) for number in range(begun, begun + ROUND)])
            await _quiet(city, begun + ROUND)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await city.settle()
        await _compare(city, acknowledged)
    assert {"before commit", "after commit", "before append", "after append", "before sent", "after ack"} <= set(crashes)


async def _quiet(city, complaints):
    """Waits until every case has been dispatched or queued under the storm."""
    async with asyncio.timeout(60):
        while await _assigned(city) < complaints:  # noqa: ASYNC110 - what the storm does is watched from outside
            await asyncio.sleep(0.02)


async def _assigned(city):
    counted = await city.store("tracking").count(CASE.name, {}, by="state")
    return counted.get("waiting", 0) + counted.get("dispatched", 0)


async def _compare(city, acknowledged):
    complaints = await city.everything("intake", COMPLAINT)
    cases = await city.everything("tracking", CASE)
    assert Counter(one.number for one in complaints) == Counter(acknowledged.values()) == Counter(one.number for one in cases)
    assert await city.parked() == []
    for case in cases:
        types = Counter(entry.type for entry in case.timeline)
        assert types.pop("case.opened") == 1
        assert sum(types.values()) == 1, "dispatched or queued, once"
        assert case.state in ("waiting", "dispatched")
    states = {case.number: case.state for case in cases}
    assert {one.number: one.progress.state for one in complaints} == states, "the citizen's door shows what the desk has"
    await _check_order(city)


async def _check_order(city):
    """Whatever was written twice, the first of each kind stands in the order of cause and effect."""
    firsts: dict[str, list[str]] = defaultdict(list)
    for one in await city.records():
        name = json.loads(one.raw)["event"]["type"]
        if name not in firsts[one.case]:
            firsts[one.case].append(name)
    for names in firsts.values():
        assert names[0] == "complaint.submitted"
        ended = max(names.index(name) for name in names if name in ("case.dispatched", "case.queued"))
        assert ended > max(names.index("complaint.read"), names.index("department.proposed"), names.index("case.opened"))
