"""What goes wrong in a storm: processes and brokers killed with -9 and brought back, the way to the database cut and restored."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from tests.topology.engines import Engines
from tests.topology.processes import Processes

LONGEST_AWAY = 2.0
"""Seconds until whoever watches the processes starts one that has died."""


class Havoc:
    """`done` counts what was done, by name; the moments come from a seed."""

    def __init__(self, processes: Processes, engines: Engines, seed: int) -> None:
        assert engines.kafka is not None, "brokers that somebody else runs are not killed"
        assert engines.way is not None, "nor is the way to their database cut"
        self._processes, self._kafka, self._way = processes, engines.kafka, engines.way
        self._seeded = random.Random(seed)  # noqa: S311 - a storm that can be repeated
        self.done: Counter[str] = Counter()

    def draw(self, number: int) -> list[float]:
        """So many moments, from 0 to 1, in order."""
        return sorted(self._seeded.random() for _ in range(number))

    def kill_process(self) -> None:
        """One of all, whichever it is."""
        chosen = self._seeded.choice(self._processes.instances)
        chosen.system.kill()
        self.done[chosen.service] += 1
        time.sleep(self._seeded.uniform(0, LONGEST_AWAY))
        chosen.system.start()

    def kill_broker(self, seconds: float) -> None:
        """One of them is away so long."""
        node = self._seeded.choice(sorted(self._kafka.processes))
        self._kafka.kill(node)
        self.done["broker"] += 1
        time.sleep(seconds)
        self._kafka.start(node)
        self._kafka.wait_ready()

    @contextmanager
    def cut_database(self) -> Iterator[None]:
        """Nobody reaches the database while this lasts."""
        self._way.cut()
        self.done["database"] += 1
        try:
            yield
        finally:
            self._way.restore()
