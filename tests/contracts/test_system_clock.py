"""The machine's clock keeps the contract."""

from datetime import UTC, datetime, timedelta

from shared.adapters.system_clock import SystemClock
from shared.ports import Clock


def test_now_is_the_present_in_utc() -> None:
    clock: Clock = SystemClock()
    before = datetime.now(UTC)
    now = clock.now()
    assert before <= now <= datetime.now(UTC)
    assert now.utcoffset() == timedelta(0)
