"""A full disk: nothing is acknowledged that is not kept, people are told so and keep what they typed, and with room again all goes on."""

import re

import httpx
import pytest

from services.intake.documents import COMPLAINT
from services.tracking.documents import CASE
from tests.processes import System
from tests.scenarios.city import open_city

ROOM = 6_000_000
MOST = 4_000

pytestmark = [pytest.mark.storm, pytest.mark.timeout(180)]


@pytest.fixture
def full(tmp_path, free_port):
    """The system on a disk that ran full while complaints came in; with the numbers that were acknowledged."""
    system = System(tmp_path, free_port)
    system.wait_ready()
    system.fill_disk_at(ROOM)
    with httpx.Client(base_url=system.address, timeout=30) as client:
        answers = []
        while not answers or (answers[-1].status_code == 201 and len(answers) < MOST):
            answers.append(client.post("/api/v1/complaints", json={"text": "小区停水三天了，没有人来修。" * 100 + str(len(answers))}))
        system.fill_disk_at(1)  # and the last bytes are gone too
        yield system, client, answers[-1], [answer.json()["number"] for answer in answers[:-1]]
    system.stop()


async def test_people_are_told_and_nothing_acknowledged_is_lost(full, tmp_path):
    system, client, refused, acknowledged = full
    assert len(acknowledged) > 50
    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
    assert int(refused.headers["retry-after"]) > 0
    ready = client.get("/readyz")
    assert ready.status_code == 503
    assert {"intake.store", "tracking.store", "log"} <= set(ready.json()["waiting"])
    typed = "我写了很久的一段话。" * 50
    page = client.get("/")
    hidden = {name: _hidden(page.text, name) for name in ("csrf", "idempotency")}
    answer = client.post("/complaints", data={**hidden, "text": typed})
    assert answer.status_code == 503
    assert typed in answer.text
    system.kill()
    system.start()
    system.wait_ready()
    again = client.post("/complaints", data={**hidden, "text": typed}, follow_redirects=True)
    assert (again.status_code, "已经收到" in again.text) == (200, True)
    assert system.stop() == 0
    async with open_city(tmp_path) as city:
        await city.settle()
        complaints = {one.number for one in await city.everything("intake", COMPLAINT)}
        cases = {one.number: one.state for one in await city.everything("tracking", CASE)}
        assert await city.parked() == []
    assert set(acknowledged) <= complaints
    assert complaints == set(cases)
    assert set(cases.values()) <= {"dispatched", "waiting"}


def _hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found
    return found[1]
