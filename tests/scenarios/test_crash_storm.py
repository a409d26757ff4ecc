"""The crash storm: hundreds of crashes at every kind of moment, two relays and two of each consumer, and nothing is lost or doubled."""

import asyncio
import json
import random
from collections import Counter, defaultdict

import pytest

from services.intake.documents import COMPLAINT
from services.tracking.documents import CASE
from shared.runtime.consumer import Consumer
from shared.runtime.relay import Relay
from tests.scenarios.city import TEXTS, open_city
from tests.scenarios.crashing import Crash, Crashing

COMPLAINTS = 150
CHANCE = 0.12

pytestmark = pytest.mark.storm


async def _forever(start):
    """A part that is started anew whenever it crashes, as whoever runs the process would."""
    while True:
        part = start()
        try:
            while True:
                await part.step(limit=7, wait=0.01) if isinstance(part, Consumer) else await part.step()
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
        object.__setattr__(city.door, "world", _with_store(city.door.world, stores["intake"]))
        parts = [
            lambda service=service: Consumer(service, stores[service.name], log, city.house.clock, log.reader(service.name, exclusive=False))
            for service, _ in city.house.stores
            for _ in range(2)
        ]
        parts += [lambda name=name: Relay(name, stores[name], log) for name in ("intake", "tracking") for _ in range(2)]
        running = [asyncio.create_task(_forever(part)) for part in parts]
        await asyncio.gather(*[_submitted(city, number, acknowledged) for number in range(COMPLAINTS)])
        await _quiet(city)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await city.settle()
        await _compare(city, acknowledged)
    assert len(crashes) > 200, Counter(crashes)
    assert {"before commit", "after commit", "before append", "after append", "before sent", "after ack"} <= set(crashes)


def _with_store(world, store):
    from dataclasses import replace

    return replace(world, store=store)


async def _quiet(city):
    """Waits until every case has been dispatched or queued under the storm."""
    async with asyncio.timeout(60):
        while sum((await city.store("tracking").count(CASE.name, {}, by="state")).get(state, 0) for state in ("waiting", "dispatched")) < COMPLAINTS:
            await asyncio.sleep(0.02)


async def _compare(city, acknowledged):
    complaints = await city.everything("intake", COMPLAINT, "received_at")
    cases = await city.everything("tracking", CASE, "received_at")
    assert len(acknowledged) == COMPLAINTS
    assert Counter(one.number for one in complaints) == Counter(acknowledged.values()) == Counter(one.number for one in cases)
    assert await city.parked() == []
    for case in cases:
        types = Counter(entry.type for entry in case.timeline)
        assert types.pop("case.opened") == 1
        assert sum(types.values()) == 1, "dispatched or queued, once"
        assert case.state in ("waiting", "dispatched")
    states = {case.number: case.state for case in cases}
    assert {one.number: one.state for one in complaints} == states, "the citizen's door shows what the desk has"
    await _check_order(city)


async def _check_order(city):
    """Whatever was written twice, the first of each kind stands in the order of cause and effect."""
    reader = city.house.log.reader("look", exclusive=False)
    firsts: dict[str, list[str]] = defaultdict(list)
    while deliveries := await reader.fetch(1_000, 0):
        for one in deliveries:
            name = json.loads(one.raw)["event"]["type"]
            if name not in firsts[one.case]:
                firsts[one.case].append(name)
        await reader.ack(deliveries[-1])
    await reader.close()
    for names in firsts.values():
        assert names[0] == "complaint.submitted"
        ended = max(names.index(name) for name in names if name in ("case.dispatched", "case.queued"))
        assert ended > max(names.index("complaint.read"), names.index("department.proposed"), names.index("case.opened"))
