"""Whole lives over HTTP: submit, dispatch, accept, contact, reply, rate, close; with 1 thousand and with 200 thousand cases stored."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import uvloop

from bench.load import Connection
from bench.processes import ROOT, free_port, running
from bench.stock import cases, days_ago, fill, the_rules
from bench.table import Figure

FEW, MANY = 1_000, 200_000
LIVES = 300
AT_ONCE = 16
ROUNDS = 3
PATIENCE = 0.004
LEAD = "water_company"
TEXT = "我家自来水管爆裂，小区停水三天了，自来水公司一直没有来修，请尽快恢复供水。"


def run() -> list[Figure]:
    """Both systems run side by side and take turns, so that the machine's mood is the same for both."""
    with tempfile.TemporaryDirectory() as few, tempfile.TemporaryDirectory() as many:
        tokens = [_prepare(Path(folder), count) for folder, count in ((few, FEW), (many, MANY))]
        ports = [free_port(), free_port()]
        with running(["services"], ports[0], Path(few)), running(["services"], ports[1], Path(many)):
            rates = uvloop.run(_in_turns(ports, tokens))
    first, second = (sorted(one)[len(one) // 2] for one in rates)
    ratio = second / first
    note = f"{first:.0f}/s with {FEW:,} stored, {second:.0f}/s with {MANY:,}; {AT_ONCE} at once, {ROUNDS} × {LIVES} lives each, in turns"
    return [Figure("whole lives over HTTP, second ÷ first", f"{ratio:.2f}", "≥ 0.9", ratio >= 0.9, note)]


def _prepare(folder: Path, count: int) -> dict[str, str]:
    """A stock of cases, and a token for each of the people that a life needs."""
    uvloop.run(fill(folder, cases(count, days_ago(0), the_rules())))
    environment = os.environ | {"HUIYING_DATA": str(folder), "HUIYING_LOG_LEVEL": "warning"}

    def huiying(*arguments: str) -> str:
        command = [sys.executable, "-c", "from services.command import main; main()", *arguments]
        return (
            subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout.strip().splitlines()[-1]
        )

    huiying("account", "add", "centre", "--name", "centre", "--role", "dispatcher", "--role", "reviewer", "--role", "supervisor")
    huiying("account", "add", "water", "--name", "water", "--role", "liaison", "--role", "handler", "--department", LEAD)
    return {login: huiying("token", login, "--days", "1") for login in ("centre", "water")}


async def _in_turns(ports: list[int], tokens: list[dict[str, str]]) -> list[list[float]]:
    rates: list[list[float]] = [[], []]
    for turn in range(ROUNDS):
        for which in (0, 1):
            started = time.perf_counter()
            numbers = iter(range(turn * LIVES, (turn + 1) * LIVES))
            await asyncio.gather(*[_worker(ports[which], tokens[which], numbers) for _ in range(AT_ONCE)])
            rates[which].append(LIVES / (time.perf_counter() - started))
    return rates


async def _worker(port: int, tokens: dict[str, str], numbers: Any) -> None:
    connection = await Connection(port).open()
    for number in numbers:
        await _life(connection, tokens, f"{TEXT}（{number}）")
    await connection.close()


async def _life(connection: Connection, tokens: dict[str, str], text: str) -> None:
    status, _, receipt = await connection.ask_json("POST", "/api/v1/complaints", {"text": text})
    assert status == 201, (status, receipt)
    number = receipt["number"]
    case = await _until(connection, number, tokens, ("waiting", "dispatched"))
    if case["state"] == "waiting" or case["department"] != LEAD:
        case = await _to_water(connection, number, tokens, case)
    await _step(connection, number, tokens["water"], "accept", {})
    await _step(connection, number, tokens["water"], "contact", {"reached": True, "words": "已电话联系"})
    await _step(connection, number, tokens["water"], "reply", {"public": "已经恢复供水，给您带来不便请谅解。", "outcome": "solved"})
    case = await _until(connection, number, tokens, ("replied", "awaiting_callback"))
    if case["state"] == "replied":
        await _step(connection, number, tokens["centre"], "pass_review", {})
    secret = {"number": number, "query_code": receipt["query_code"]}
    await _may(connection, secret, "rate")
    status, _, answer = await connection.ask_json(
        "POST", "/api/v1/progress/rate", {**secret, "solved": "yes", "satisfied": 5, "process": 5}
    )
    assert status == 200, (status, answer)
    await _until(connection, number, tokens, ("closed",))


async def _to_water(connection: Connection, number: str, tokens: dict[str, str], case: dict[str, Any]) -> dict[str, Any]:
    if case["state"] == "dispatched":
        raise AssertionError(f"the machine sent the message to {case['department']}; the bench counts on the water office")
    return await _step(connection, number, tokens["centre"], "dispatch", {"department": LEAD, "basis": "供水条例"})


async def _step(connection: Connection, number: str, token: str, step: str, given: dict[str, Any]) -> dict[str, Any]:
    who = {"Authorization": f"Bearer {token}"}
    _, found, _ = await connection.ask_json("GET", f"/api/v1/cases/{number}", headers=who)
    status, _, case = await connection.ask_json("POST", f"/api/v1/cases/{number}/steps/{step}", given, {**who, "If-Match": found["etag"]})
    assert status == 200, (step, status, case)
    return dict(case)


async def _until(connection: Connection, number: str, tokens: dict[str, str], states: tuple[str, ...]) -> dict[str, Any]:
    """The case once it is in one of the states; asks again after a breath."""
    while True:
        status, _, case = await connection.ask_json(
            "GET", f"/api/v1/cases/{number}", headers={"Authorization": f"Bearer {tokens['centre']}"}
        )
        if status == 200 and case["state"] in states:
            return dict(case)
        await asyncio.sleep(PATIENCE)


async def _may(connection: Connection, secret: dict[str, str], step: str) -> None:
    while step not in (await connection.ask_json("POST", "/api/v1/progress", secret))[2]["may"]:
        await asyncio.sleep(PATIENCE)
