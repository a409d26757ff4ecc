"""The sweep: 200 thousand open cases, five thousand due, two sweepers at once; each is marked once."""

import asyncio
import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import uvloop

from bench.stock import cases, days_ago, fill, the_rules
from bench.table import Figure
from services.tracking.documents import CASE, KINDS
from services.tracking.model.case import Case
from services.tracking.model.clocks import Rules
from services.tracking.sweep import Sweep
from shared.ports import Between, Store, stamp
from shared.runtime.parked import PARKED
from shared.runtime.wiring import open_clock, open_store

OPEN, DUE = 200_000, 5_000


def _stock(rules: Rules) -> Iterator[Case]:
    """Mostly cases of this moment, with nothing due, and among them some whose first reminder has come."""
    fresh, old = cases(OPEN - DUE, days_ago(0), rules), cases(DUE, days_ago(0.7), rules, day=date(2020, 1, 2))
    for position, case in enumerate(fresh):
        yield case
        if position % (OPEN // DUE) == 0 and (due := next(old, None)) is not None:
            yield due
    yield from old


async def _sweep(folder: Path, rules: Rules) -> tuple[float, int, Counter[str]]:
    await fill(folder, _stock(rules), both=False)
    stores: list[Store] = [open_store(f"sqlite:{folder}", "tracking", [kind.collection for kind in (*KINDS, PARKED)]) for _ in range(2)]
    sweepers = [Sweep(store, open_clock(), rules) for store in stores]
    before = await _due(stores[0])
    started = time.perf_counter()
    await asyncio.gather(*[_until_done(sweeper) for sweeper in sweepers])
    seconds = time.perf_counter() - started
    marked: Counter[str] = Counter()
    while unsent := await stores[0].unsent(10_000):
        events = [(one.record.case, json.loads(one.record.raw)["event"]) for one in unsent]
        marked.update(json.dumps([case, event["clock"], event["at_share"]]) for case, event in events)
        await stores[0].sent([one.mark for one in unsent])
    for store in stores:
        await store.close()
    return seconds, before, marked


async def _until_done(sweeper: Sweep) -> None:
    while await sweeper.mark():
        continue


async def _due(store: Store) -> int:
    return (await store.count(CASE.name, {"next_mark_at": Between(None, stamp(open_clock().now()))}))[None]


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        seconds, due, marked = uvloop.run(_sweep(Path(folder), the_rules()))
    once = len(marked) > 0 and set(marked.values()) == {1} and len({json.loads(name)[0] for name in marked}) == due
    note = f"{OPEN:,} open, {due:,} due, two sweepers on one store: {len(marked):,} marks"
    return [Figure("sweep", f"{seconds:.1f} s", "each marked once", once, note)]
