"""Start to ready, and the memory of the whole system when nobody asks anything of it."""

import tempfile
import time
from pathlib import Path

import psutil

from bench.processes import free_port, running
from bench.table import Figure, share

TIMES = 5
REST = 3.0


def run() -> list[Figure]:
    seconds, memory = [], 0.0
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(TIMES):
            port = free_port()
            started = time.perf_counter()
            with running(["services"], port, Path(folder)) as process:
                seconds.append(time.perf_counter() - started)
                time.sleep(REST)
                memory = psutil.Process(process.pid).memory_info().rss / 2**20
    median = share(seconds, 0.5)
    return [
        Figure(
            "start to ready", f"{median:.2f} s", "< 3 s", median < 3, f"all four services, {TIMES} starts, {max(seconds):.2f} s at most"
        ),
        Figure("idle memory", f"{memory:.0f} MB", "< 350 MB", memory < 350, f"resident, {REST:.0f} s after ready"),
    ]
