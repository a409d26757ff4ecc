"""The pipeline over HTTP beside brokers and a database: submitted → assigned, with one, two and four instances of each service.

Everything shares the two cores: the clients, the services, a Kafka broker and the server of MongoDB's protocol with its helper index.
Beside it, by the same clients, the embedded system in one process and in two. A complaint is assigned when its event stands on the log.
"""

import asyncio
import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import uvloop

from bench.load import Connection
from bench.processes import free_port, running
from bench.table import Figure, share
from bench.texts import message
from services.house import PLANS
from shared.events import type_of
from shared.ports import EventLog
from shared.runtime.settings import read_settings
from shared.runtime.wiring import open_log
from tests.servers.kafka import Kafka
from tests.servers.mongo import ProtocolServer
from tests.topology.engines import Engines

COMPLAINTS, WARM_UP = 12_000, 3_000
BURST, BURST_SECONDS = 50, 20
"""Complaints in a second that a large city has at its worst; latency is measured at that rate."""
CONNECTIONS = 64
AHEAD = 2_000
"""How far submissions may run ahead of assignments, so that the pipeline is measured and not a backlog."""
GOAL = 700
ASSIGNED = {"case.dispatched", "case.queued"}
LOOK = 0.02
PATIENCE = 120.0
SERVICES = tuple(plan.name for plan in PLANS)


@dataclass
class Town:
    """What is measured: where complaints are posted, where the log is, and its processes by name."""

    ports: list[int]
    settings: dict[str, str]
    processes: dict[str, list[psutil.Process]] = field(default_factory=dict)

    def spent(self) -> dict[str, float]:
        """Seconds of processor time so far, by name."""
        own = {"clients": [psutil.Process()]}
        return {name: sum(sum(one.cpu_times()[:2]) for one in group) for name, group in (self.processes | own).items()}


@dataclass
class Outcome:
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    shares: dict[str, float] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        return COMPLAINTS / self.seconds


def run() -> list[Figure]:
    figures: list[Figure] = []
    for title, processes in (("all in one process", [SERVICES]), ("in two processes", [SERVICES[:2], SERVICES[2:]])):
        with embedded(processes) as town:
            figures += _figures(f"embedded, {title}", uvloop.run(_measure(town)))
    for instances in (1, 2, 4):
        with distributed(instances) as town:
            outcome = uvloop.run(_measure(town))
        figures += _figures(f"Kafka and Mongo, {instances} × 4 processes", outcome, GOAL if instances == 1 else None)
    return figures


def _figures(title: str, outcome: Outcome, goal: int | None = None) -> list[Figure]:
    median, slowest = share(outcome.latencies, 0.5), share(outcome.latencies, 0.99)
    shares = ", ".join(f"{name} {part:.0%}" for name, part in outcome.shares.items())
    met = None if goal is None else outcome.rate >= goal
    how = f"{COMPLAINTS:,} by {CONNECTIONS} connections; of two cores: {shares}"
    return [
        Figure(title, f"{outcome.rate:,.0f}/s", f"≥ {goal}/s" if goal else "", met, how),
        Figure("… from receipt to assigned", f"{median * 1e3:,.0f} ms", note=f"p50 at {BURST}/s; p99 {slowest * 1e3:,.0f} ms"),
    ]


@contextmanager
def embedded(processes: list[tuple[str, ...]]) -> Iterator[Town]:
    """The services on SQLite files, divided among these processes."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        town = Town([], {"HUIYING_DATA": name})
        for services in processes:
            _start(stack, town, services, Path(name), "+".join(services))
        yield town


@contextmanager
def distributed(instances: int) -> Iterator[Town]:
    """Each service as processes of its own, so many of each, over a broker and a database that start empty."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        database = ProtocolServer(memory="2g")
        stack.callback(database.stop)
        kafka = Kafka(folder / "kafka", memory="512m")
        stack.callback(kafka.stop)
        kafka.wait_ready()
        engines = Engines(kafka.addresses, database.url, replicas=1)
        settings = engines.prepare(folder) | {"HUIYING_SESSION_KEY": "s" * 32, "HUIYING_CONTACTS_KEY": "c" * 32}
        engines.help_updates()
        town = Town([], settings)
        for service in SERVICES:
            for _ in range(instances):
                _start(stack, town, (service,), folder, service)
        town.processes |= {"Kafka": [psutil.Process(kafka.processes[1].pid)], "Mongo": [psutil.Process(database.process.pid)]}
        yield town


def _start(stack: ExitStack, town: Town, services: tuple[str, ...], folder: Path, name: str) -> None:
    port = free_port()
    process = stack.enter_context(running(["services", *services], port, folder, settings=town.settings))
    town.processes.setdefault(name, []).append(psutil.Process(process.pid))
    if "intake" in services:
        town.ports.append(port)


async def _measure(town: Town) -> Outcome:
    settings, _ = read_settings(town.settings, {})
    log = open_log(settings)
    run = _Run(log)
    watching = asyncio.create_task(run.watch())
    try:
        await run.submit(town, WARM_UP)
        before, started = town.spent(), time.perf_counter()
        await run.submit(town, COMPLAINTS)
        seconds = time.perf_counter() - started
        after = town.spent()
        run.latencies.clear()
        await run.submit(town, BURST * BURST_SECONDS, BURST)
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        await log.close()
    cores = os.cpu_count() or 1
    return Outcome(seconds, run.latencies, {name: (after[name] - before[name]) / seconds / cores for name in after})


class _Run:
    """Complaints on their way: posted here, seen on the log when they are assigned."""

    def __init__(self, log: EventLog) -> None:
        self._reader = log.reader("bench")
        self._received: dict[str, float] = {}
        self._assigned: dict[str, float] = {}
        self._posted = 0
        self.latencies: list[float] = []

    async def submit(self, town: Town, count: int, pace: float = float("inf")) -> None:
        """Posts so many, at most `pace` in a second, and waits until they are assigned. Raises TimeoutError when they are not."""
        numbers, started = iter(range(count)), time.perf_counter()
        opened = [await Connection(town.ports[one % len(town.ports)]).open() for one in range(CONNECTIONS)]
        await asyncio.gather(*[self._post(connection, numbers, started, pace) for connection in opened])
        for connection in opened:
            await connection.close()
        async with asyncio.timeout(PATIENCE):
            while len(self._assigned) < self._posted:
                await asyncio.sleep(LOOK)

    async def _post(self, connection: Connection, numbers: Iterator[int], started: float, pace: float) -> None:
        for number in numbers:
            await asyncio.sleep(max(0.0, started + number / pace - time.perf_counter()))
            while self._posted - len(self._assigned) > AHEAD:
                await asyncio.sleep(LOOK)
            body = json.dumps({"text": message(number), "title": "测试"}).encode()
            status, _, answer = await connection.ask("POST", "/api/v1/complaints", body)
            assert status == 201, answer
            self._posted += 1
            self._match(json.loads(answer)["number"].replace("-", ""), self._received, time.perf_counter())

    async def watch(self) -> None:
        """Sees who is assigned, until cancelled."""
        while True:
            deliveries = await self._reader.fetch(1_000, 1.0)
            now = time.perf_counter()
            for one in deliveries:
                if type_of(one.raw) in ASSIGNED and one.case not in self._assigned:
                    self._match(one.case, self._assigned, now)
            if deliveries:
                await self._reader.ack(deliveries[-1])

    def _match(self, case: str, seen: dict[str, float], now: float) -> None:
        """A complaint's latency is known once both its receipt and its assignment were seen, whichever came first."""
        seen[case] = now
        if case in self._received and case in self._assigned:
            self.latencies.append(max(0.0, self._assigned[case] - self._received[case]))
