"""kill -9 of the real process at random points while submissions flow: every acknowledged number is there once, in order, and assigned."""

import json
import random
import time
from collections import Counter

import httpx
import pytest

from services.intake.documents import COMPLAINT
from services.tracking.documents import CASE
from tests.processes import PATIENCE, System
from tests.scenarios.city import open_city
from tests.scenarios.sending import Senders

KILLS = 6
SENDERS = 4

pytestmark = [pytest.mark.storm, pytest.mark.timeout(240)]


@pytest.fixture
def storm(tmp_path, free_port):
    """Runs the storm; gives what was acknowledged, and leaves the system running after the last start."""
    house = System(tmp_path, free_port)
    house.wait_ready()
    seeded = random.Random(7)  # noqa: S311 - a storm that can be repeated
    senders = Senders(house.address, SENDERS)
    for _ in range(KILLS):
        time.sleep(seeded.uniform(0.2, 1.2))  # the moment of death is what varies
        house.kill()
        house.start()
        house.wait_ready()
    senders.finish()
    assert senders.faults == []
    yield house, senders.acknowledged
    house.stop()


def _lag(house: System) -> float:
    lines = httpx.get(f"{house.address}/metrics").text.splitlines()
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith("huiying_lag_records{"))


async def test_every_acknowledged_complaint_is_there_once_in_order_and_assigned(storm, tmp_path):
    house, acknowledged = storm
    assert len(acknowledged) > 100
    _wait_assigned(house)
    assert house.stop() == 0, "stopped in order"
    async with open_city(tmp_path) as city:
        await city.settle()
        complaints = {one.number: one for one in await city.everything("intake", COMPLAINT)}
        cases = {one.number: one for one in await city.everything("tracking", CASE)}
        assert await city.parked() == []
        await _check_log(city, [number for _, number in acknowledged])
    numbers = Counter(number for _, number in acknowledged)
    assert set(numbers.values()) == {1}, "a number for each complaint"
    assert len({key for key, _ in acknowledged}) == len(acknowledged)
    assert set(numbers) <= set(complaints)
    assert set(complaints) == set(cases)
    for number, case in cases.items():
        assert case.state in ("dispatched", "waiting"), "in its department, or before a dispatcher with the proposal"
        assert (case.department is not None) == (case.state == "dispatched")
        assert case.timeline[0].type == "case.opened"
        assert len(case.timeline) == 2
        assert complaints[number].progress.state == case.state


def _wait_assigned(house: System) -> None:
    until = time.monotonic() + PATIENCE
    while _lag(house) > 0 and time.monotonic() < until:
        time.sleep(0.05)
    assert _lag(house) == 0


async def _check_log(city, numbers):
    """Each acknowledged complaint is on the log under one record id, before everything that it caused."""
    first: dict[str, str] = {}
    ids: dict[str, set[str]] = {}
    for one in await city.records():
        record = json.loads(one.raw)
        first.setdefault(one.case, record["event"]["type"])
        if record["event"]["type"] == "complaint.submitted":
            ids.setdefault(one.case, set()).add(record["id"])
    assert set(numbers) <= set(ids)
    assert {len(found) for found in ids.values()} == {1}
    assert set(first.values()) == {"complaint.submitted"}
