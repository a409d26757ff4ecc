"""The hotline's live proposal: how long an agent who types waits for what is read and proposed, alone and among twenty."""

import asyncio
import re
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

from bench.load import Connection
from bench.processes import free_port, running
from bench.table import Figure, share
from bench.texts import message
from shared.runtime.keys import load_keys
from shared.runtime.settings import Settings
from shared.web.identity import COOKIE, Identity, sign_session

AGENTS = 20
PAUSE = 1.0
"""Seconds between two rests of somebody who types while listening; each rest asks once."""
TEXTS, PAUSES = 3, 8
"""Texts of 400 characters that each agent types, and how often one rests while typing a text."""
LENGTH = 400
GOAL = 0.1
FRAGMENTS = ("/sentiment/reading", "/routing/proposal")


def run() -> list[Figure]:
    """The whole system in one process, as `make run` starts it."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        with running(["services"], port, Path(folder)):
            agent = Identity("agent", "agent", frozenset({"agent"}), None)
            keys = load_keys(Settings(data=Path(folder)))
            session = sign_session(agent, keys, datetime.now(UTC), 60)
            alone = asyncio.run(_type(port, session, 1))
            together = asyncio.run(_type(port, session, AGENTS))
    return [_figure("proposal while typing, one agent, p95", alone), _figure(f"… among {AGENTS} agents typing at once, p95", together)]


def _figure(what: str, seconds: list[float]) -> Figure:
    p95 = share(seconds, 0.95)
    note = f"p50 {share(seconds, 0.5) * 1e3:.0f} ms; both fragments, {len(seconds)} askings, texts up to {LENGTH} characters"
    return Figure(what, f"{p95 * 1e3:.0f} ms", "< 100 ms", p95 < GOAL, note)


async def _type(port: int, session: str, agents: int) -> list[float]:
    seconds: list[float] = []
    await asyncio.gather(*[_agent(port, session, number, seconds) for number in range(agents)])
    return seconds


async def _agent(port: int, session: str, number: int, seconds: list[float]) -> None:
    """Types texts and rests now and then; each rest asks for both fragments, and counts when the later one has come."""
    connections = [await Connection(port).open() for _ in FRAGMENTS]
    headers, proof = await _open_page(connections[0], session)
    await asyncio.sleep(PAUSE * number / AGENTS)
    for text in (message(number * TEXTS + one, LENGTH) for one in range(TEXTS)):
        for rest in range(1, PAUSES + 1):
            body = urlencode({"csrf": proof, "title": "", "text": text[: LENGTH * rest // PAUSES], "district": "", "address": ""}).encode()
            started = time.perf_counter()
            answers = await asyncio.gather(
                *[connection.ask("POST", path, body, headers) for connection, path in zip(connections, FRAGMENTS, strict=True)]
            )
            seconds.append(time.perf_counter() - started)
            assert all(status == 200 for status, _, _ in answers), answers
            await asyncio.sleep(PAUSE)
    for connection in connections:
        await connection.close()


async def _open_page(connection: Connection, session: str) -> tuple[dict[str, str], str]:
    """The headers and the form's proof that a browser has after opening a page."""
    cookie = f"{COOKIE}={session}"
    _, found, page = await connection.ask("GET", "/", headers={"Cookie": cookie})
    proof = re.search(rb'name="csrf" value="([^"]+)"', page)
    assert proof
    headers = {"Cookie": f"{cookie}; {found['set-cookie'].split(';')[0]}", "Content-Type": "application/x-www-form-urlencoded"}
    return headers, proof[1].decode()
