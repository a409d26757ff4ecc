"""A load generator that is quick enough to be measured against: HTTP/1.1 over kept connections, one request at a time on each."""

import asyncio
import gc
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Outcome:
    """What a run of load gave: seconds of each answer, how many had each status, the whole run's seconds."""

    seconds: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    took: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.seconds) / self.took


class Connection:
    """One kept connection."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def open(self) -> "Connection":
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def ask(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] = {}) -> tuple[int, dict[str, str], bytes]:
        """Sends a request and reads the whole answer: status, headers in small letters, body."""
        more = "".join(f"{name}: {value}\r\n" for name, value in ({"Content-Type": "application/json"} | dict(headers)).items())
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n{more}\r\n"
        self._writer.write(head.encode() + body)
        raw = await self._reader.readuntil(b"\r\n\r\n")
        lines = raw.decode("latin-1").split("\r\n")
        found = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:] if line)}
        return int(lines[0].split(" ", 2)[1]), found, await self._reader.readexactly(int(found.get("content-length", 0)))

    async def ask_json(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] = {}) -> tuple[int, dict[str, str], Any]:
        status, found, content = await self.ask(method, path, json.dumps(body).encode() if body is not None else b"", headers)
        return status, found, json.loads(content) if content else None

    async def close(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()


async def post(port: int, path: str, bodies: Callable[[int], bytes], count: int, connections: int) -> Outcome:
    """Posts `count` bodies over that many connections as fast as answers come."""
    outcome, numbers = Outcome(), iter(range(count))

    async def one(connection: Connection) -> None:
        for number in numbers:
            started = time.perf_counter()
            status, _, _ = await connection.ask("POST", path, bodies(number))
            outcome.seconds.append(time.perf_counter() - started)
            outcome.statuses[status] = outcome.statuses.get(status, 0) + 1

    opened = [await Connection(port).open() for _ in range(connections)]
    gc.collect()
    gc.disable()  # a pause of the load generator is no pause of what it measures
    started = time.perf_counter()
    await asyncio.gather(*[one(connection) for connection in opened])
    outcome.took = time.perf_counter() - started
    gc.enable()
    for connection in opened:
        await connection.close()
    return outcome
