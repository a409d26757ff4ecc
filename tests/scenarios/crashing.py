"""A store and a log that crash their caller at seeded moments: just before a write, or just after it, before anybody knows."""

import random
from typing import Any


class Crash(BaseException):
    """The process is gone at this point. Nothing in the house may catch it."""


class Crashing:
    """Wraps a port; its writes crash with the given chance, half of them before and half after they have happened."""

    WRITES = frozenset({"commit", "append", "sent", "ack"})

    def __init__(self, inner: Any, chance: float, seeded: random.Random, crashes: list[str]) -> None:
        self._inner, self._chance, self._seeded, self._crashes = inner, chance, seeded, crashes

    def reader(self, group: str, **options: Any) -> "Crashing":
        return Crashing(self._inner.reader(group, **options), self._chance, self._seeded, self._crashes)

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._inner, name)
        return self._dangerous(name, method) if name in self.WRITES else method

    def _dangerous(self, name: str, method: Any) -> Any:
        async def run(*arguments: Any) -> Any:
            drawn = self._seeded.random()
            if drawn < self._chance / 2:
                self._crash(f"before {name}")
            result = await method(*arguments)
            if drawn > 1 - self._chance / 2:
                self._crash(f"after {name}")
            return result

        return run

    def _crash(self, where: str) -> None:
        self._crashes.append(where)
        raise Crash(where)
