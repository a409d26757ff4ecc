"""The storm across processes: two of each service, a broker, a database, complaints over HTTP while all that dies; nothing is missing.

The short version runs with the other tests; `make storm` runs the long one, with three brokers.
"""

import asyncio
import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from services.tracking.rules import load
from tests.scenarios.sending import Senders
from tests.scenarios.storm.comparison import Findings, Kept, compare
from tests.scenarios.storm.havoc import Havoc
from tests.scenarios.storm.holdings import open_holdings
from tests.scenarios.storm.looking import Form, look_at_the_outage, open_form, sign_in, wait_green, wait_red
from tests.servers.kafka import free_ports
from tests.topology.engines import Engines, open_engines
from tests.topology.processes import Processes


@dataclass(frozen=True)
class Size:
    """`kills` of processes, `outages` of a broker; seconds for which brokers and the way to the database are away."""

    complaints: int
    senders: int
    nodes: int
    kills: int
    outages: int
    broker_away: float
    database_away: float
    patience: float


SHORT = Size(complaints=600, senders=5, nodes=1, kills=4, outages=1, broker_away=2, database_away=5, patience=90)
LONG = Size(complaints=50_000, senders=16, nodes=3, kills=60, outages=4, broker_away=20, database_away=60, patience=900)
SIZE = LONG if os.environ.get("STORM") == "long" else SHORT
SETTINGS = {"HUIYING_INTAKE_NUMBER_BLOCK": "100"}  # with every kill the rest of a block is lost

pytestmark = [pytest.mark.storm, pytest.mark.timeout(7_200 if SIZE is LONG else 300)]


@dataclass(frozen=True)
class Stage:
    engines: Engines
    processes: Processes
    settings: dict[str, str]


@pytest.fixture
def stage(tmp_path) -> Iterator[Stage]:
    with open_engines(tmp_path, SIZE.nodes) as engines:
        if engines.kafka is None or engines.way is None:
            pytest.skip("a storm kills brokers and cuts the way to the database: only where it has started both")
        settings = engines.prepare(tmp_path)
        processes = Processes(tmp_path, settings | SETTINGS, free_ports(1)[0])
        try:
            processes.wait_ready()
            yield Stage(engines, processes, settings | {"HUIYING_DATA": str(tmp_path)})
        finally:
            processes.stop()


def test_nothing_acknowledged_is_lost_or_doubled(stage):
    havoc = Havoc(stage.processes, stage.engines, seed=7)
    form, officer = open_form(stage.processes.address), sign_in(stage.processes, "supervisor")
    began = time.monotonic()
    senders = Senders(stage.processes.address, SIZE.senders, SIZE.complaints)
    for share, blow in plan(havoc, stage.processes, form, officer):
        wait_sent(senders, share)
        blow()
    wait_sent(senders, 1)
    ended = time.monotonic()
    receipt = form.send()
    assert "已经收到" in receipt.text, "what could not be taken in during the outage is taken in now, from the same page"
    wait_green(stage.processes)
    acknowledged = [*senders.acknowledged, (form.hidden["idempotency"], shown_number(receipt.text))]
    kept, settled = asyncio.run(look(stage, [number for _, number in acknowledged]))
    found = compare(acknowledged, kept, load())
    print(table(acknowledged, kept, found, senders, havoc, ended - began, settled - ended))
    assert not found.faults, str(found)


def plan(havoc: Havoc, processes: Processes, form: Form, officer) -> list[tuple[float, Callable[[], None]]]:
    """What happens when, by the share of complaints that are sent."""

    def cut() -> None:
        with havoc.cut_database():
            began = time.monotonic()
            wait_red(processes)
            look_at_the_outage(form, officer)
            time.sleep(max(0.0, SIZE.database_away - (time.monotonic() - began)))
        wait_green(processes)

    kills = [(share, havoc.kill_process) for share in havoc.draw(SIZE.kills)]
    outages = [(share, lambda: havoc.kill_broker(SIZE.broker_away)) for share in havoc.draw(SIZE.outages)]
    return sorted([*kills, *outages, (0.5, cut)], key=lambda one: one[0])


def wait_sent(senders: Senders, share: float) -> None:
    """Until this share of the complaints has its receipt."""
    while len(senders.acknowledged) < share * SIZE.complaints and not senders.finished:
        time.sleep(0.05)
    assert senders.faults == []
    assert share < 1 or len(senders.acknowledged) == SIZE.complaints


def shown_number(page: str) -> str:
    found = re.search(r"(\d{6})-(\d{6,})-(\d)", page)
    assert found
    return "".join(found.groups())


async def look(stage: Stage, numbers: list[str]) -> tuple[Kept, float]:
    """What there is once nothing moves any more, and the moment when that was so."""
    async with open_holdings(stage.settings) as holdings:
        await holdings.wait_settled(len(numbers), SIZE.patience)
        settled = time.monotonic()
        return await holdings.everything(numbers), settled


def table(acknowledged, kept: Kept, found: Findings, senders: Senders, havoc: Havoc, sent: float, settled: float) -> str:
    rows = {
        "acknowledged": f"{len(acknowledged):,} in {sent:,.0f} s, {senders.repeated:,} tries repeated",
        "there": f"{len(kept.complaints):,} complaints, {len(kept.cases):,} cases",
        "missing": found.count("missing"),
        "doubled": found.count("doubled"),
        "out of order": found.count("order"),
        "parked": len(kept.parked),
        "replay differs": found.count("replay"),
        "on the log": f"{len(kept.records):,} records, {len({one.id for one in kept.records}):,} different",
        "killed": ", ".join(f"{name} {times}" for name, times in sorted(havoc.done.items())),
        "lag zero after": f"{settled:,.1f} s",
    }
    return "\n" + "\n".join(f"  {name:<15} {value}" for name, value in rows.items())
