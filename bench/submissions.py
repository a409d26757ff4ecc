"""Durable submissions over HTTP on one core, beside a route that does nothing: the same body, the same load, in turns."""

import json
import tempfile
from pathlib import Path

import uvloop

from bench.load import Outcome, post
from bench.processes import free_port, running
from bench.table import Figure, share
from bench.texts import message

CONNECTIONS = 64
REQUESTS = 15_000
ROUNDS = 3
PATH = "/api/v1/complaints"


def run() -> list[Figure]:
    """Server on core 0, load on core 1 by the caller's affinity."""
    bodies = [json.dumps({"text": message(number), "title": "测试"}).encode() for number in range(1_000)]
    ours, nothing = free_port(), free_port()
    with (
        tempfile.TemporaryDirectory() as folder,
        running(["services", "intake"], ours, Path(folder), core=0),
        running(["bench.no_operation", str(nothing)], nothing, Path(folder), core=0),
    ):
        durable, idle = _in_turns(ours, nothing, bodies)
    ratio = share([a.rate / b.rate for a, b in zip(durable, idle, strict=True)], 0.5)
    slowest = share([one for outcome in durable for one in outcome.seconds], 0.99) * 1_000
    assert all(set(outcome.statuses) == {201} for outcome in (*durable, *idle)), "every answer is a receipt"
    rates = f"{share([one.rate for one in durable], 0.5):,.0f}/s beside {share([one.rate for one in idle], 0.5):,.0f}/s"
    return [
        Figure(
            "durable submissions ÷ no-op route", f"{ratio:.2f}", "≥ 0.5", ratio >= 0.5, f"{rates}; {CONNECTIONS} connections, one core each"
        ),
        Figure("… p99", f"{slowest:.0f} ms", "< 60 ms", slowest < 60, f"{ROUNDS} × {REQUESTS:,} submissions"),
    ]


def _in_turns(ours: int, nothing: int, bodies: list[bytes]) -> tuple[list[Outcome], list[Outcome]]:
    def load(port: int, count: int) -> Outcome:
        return uvloop.run(post(port, PATH, lambda number: bodies[number % len(bodies)], count, CONNECTIONS))

    for port in (ours, nothing):
        load(port, REQUESTS // 10)
    durable, idle = [], []
    for _ in range(ROUNDS):
        durable.append(load(ours, REQUESTS))
        idle.append(load(nothing, REQUESTS))
    return durable, idle
