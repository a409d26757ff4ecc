"""What operators see of notices."""

import pytest
from prometheus_client import REGISTRY

from tests.services.intake.sending import open_notices


@pytest.fixture
async def notices(open_intake):
    async with open_notices(open_intake) as opened:
        yield opened


async def test_what_operators_see(notices):
    def counted(result: str) -> float:
        return REGISTRY.get_sample_value("huiying_notices_total", {"channel": "email", "kind": "redo", "result": result}) or 0.0

    before = {result: counted(result) for result in ("deferred", "sent")}
    notices.office.faults["RCPT"] = ["451 later"]
    await notices.queue(await notices.matter(), kind="redo")
    await notices.send()
    notices.house.clock.forward(minutes=1, seconds=40)
    await notices.sender().step()
    assert counted("deferred") - before["deferred"] == counted("sent") - before["sent"] == 1
    assert REGISTRY.get_sample_value("huiying_notices_waiting_notices", {"channel": "email"}) == 1
    assert REGISTRY.get_sample_value("huiying_notices_late_seconds", {"channel": "email"}) == 40
    notices.house.clock.forward(minutes=1)
    await notices.sender().step()
    assert REGISTRY.get_sample_value("huiying_notices_waiting_notices", {"channel": "email"}) == 0
    assert REGISTRY.get_sample_value("huiying_notices_late_seconds", {"channel": "email"}) == 0
