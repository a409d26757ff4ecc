"""The real system as a process, for tests: started on a free port, stopped or killed by its process id."""

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import IO

import httpx

ROOT = Path(__file__).parents[1]
PATIENCE = 60.0
PLAINLY = "0.85"
"""How sure routing has to be in the tests' stories, so that plain matters find their department without a dispatcher."""


def _opened(path: Path | None) -> AbstractContextManager[IO[bytes] | None]:
    return path.open("ab") if path else nullcontext()

class System:
    """Services (all when none is named) on the files in `folder`, on one port; the same again after a stop or a kill. With `log` what it
    says stands in that file, with `out` what it prints.
    """

    def __init__(
        self,
        folder: Path,
        port: int,
        *services: str,
        settings: Mapping[str, str] | None = None,
        log: Path | None = None,
        out: Path | None = None,
    ) -> None:
        self._command = [sys.executable, "-m", "services", *services]
        self.address = f"http://127.0.0.1:{port}"
        own = {
            "HUIYING_DATA": str(folder), "HUIYING_PORT": str(port), "HUIYING_RATE_LIMITS": "off", "HUIYING_LOG_LEVEL": "error",
            "HUIYING_ROUTING_SURE": PLAINLY,
        }  # fmt: skip
        self._environment = os.environ | own | dict(settings or {})
        self._log, self._out = log, out
        self.start()

    def start(self) -> None:
        with _opened(self._log) as said, _opened(self._out) as printed:
            self._process = subprocess.Popen(
                self._command, cwd=ROOT, env=self._environment, stdin=subprocess.DEVNULL, stdout=printed or subprocess.DEVNULL, stderr=said
            )

    @property
    def ended(self) -> int | None:
        """The exit code of a process that is not there any more."""
        return self._process.poll()

    def fill_disk_at(self, size: int) -> None:
        """From now on no file of the process may grow beyond `size` bytes, as on a disk that is full."""
        resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (size, size))

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(PATIENCE)

    def stop(self) -> int:
        """Asks it to end; its exit code."""
        self._process.terminate()
        return self._process.wait(PATIENCE)

    def wait_ready(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self._process.poll() is not None:
                raise RuntimeError(f"the system ended with {self._process.returncode}")
            with suppress(httpx.TransportError):
                if httpx.get(f"{self.address}/readyz", timeout=5).status_code == 200:
                    return
            time.sleep(0.02)
        raise TimeoutError("the system is not ready")

    def huiying(self, *arguments: str) -> str:
        """The last line that the command prints, run beside the system on the same files."""
        command = [sys.executable, "-c", "from services.command import main; main()", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self._environment, check=False, capture_output=True, text=True, timeout=PATIENCE)
        if done.returncode:
            raise RuntimeError(f"huiying {arguments[0]} ended with {done.returncode}: {done.stderr[-2000:]}")
        return done.stdout.strip().splitlines()[-1]
