"""The processes under measurement: started on free ports and chosen cores, stopped by their process id."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
PATIENCE = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    command: Sequence[str],
    port: int,
    folder: Path,
    core: int | None = None,
    path: str = "/readyz",
    settings: Mapping[str, str] | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """A process on `port` with its data in `folder`, ready when `path` answers 200; on one core when `core` is given.

    `settings` are more of its variables.
    """
    environment = os.environ | {
        "HUIYING_PORT": str(port),
        "HUIYING_DATA": str(folder),
        "HUIYING_RATE_LIMITS": "off",
        "HUIYING_LOG_LEVEL": "warning",
        **(settings or {}),
    }
    pin = ["taskset", "-c", str(core)] if core is not None else []
    process = subprocess.Popen([*pin, sys.executable, "-m", *command], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        wait_ready(port, process, path)
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE)


def wait_ready(port: int, process: subprocess.Popen[bytes], path: str = "/readyz") -> None:
    """Returns when the process answers 200. Raises when it ended or took too long."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the process ended with {process.returncode}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.01)
    raise TimeoutError(f"not ready after {PATIENCE} s")
