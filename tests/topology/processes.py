"""The processes of a topology: so many of each service, one origin in front of them, all started, watched and stopped together."""

import secrets
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from services.house import PLANS
from tests.processes import PATIENCE, ROOT, System
from tests.servers.kafka import free_ports

SERVICES = tuple(plan.name for plan in PLANS)


@dataclass(frozen=True)
class Instance:
    """One process of one service; what it prints stands in `printed`, and its log beside."""

    name: str
    service: str
    port: int
    system: System
    printed: Path


class Processes:
    """`settings` lead to the engines; `folder` takes the logs, and files where these are kept in a folder. `port` is the gateway's."""

    def __init__(self, folder: Path, settings: Mapping[str, str], port: int, each: int = 2) -> None:
        self.folder, self.address = folder, f"http://127.0.0.1:{port}"
        common = {
            "HUIYING_SESSION_KEY": secrets.token_hex(32),
            "HUIYING_PUBLIC_URL": self.address,
            "HUIYING_TRUSTED_PROXIES": "127.0.0.1",
            **settings,
        }
        own = {"intake": {"HUIYING_CONTACTS_KEY": secrets.token_hex(32)}}
        names = [(f"{service}-{number}", service) for service in SERVICES for number in range(1, each + 1)]
        self.instances = []
        for (name, service), free in zip(names, free_ports(len(names)), strict=True):
            printed = folder / f"{name}.out"
            system = System(folder, free, service, settings=common | own.get(service, {}), log=folder / f"{name}.log", out=printed)
            self.instances.append(Instance(name, service, free, system, printed))
        self._command = [sys.executable, "-m", "tests.topology.gateway", str(port)]
        self._command += [f"{service}={','.join(str(one.port) for one in self.of(service))}" for service in SERVICES]
        self._open_gateway()

    def of(self, service: str) -> list[Instance]:
        return [one for one in self.instances if one.service == service]

    def wait_ready(self) -> None:
        for one in self.instances:
            one.system.wait_ready()

    def raise_dead(self) -> list[str]:
        """Starts again what has ended; says of each what and why."""
        said = []
        for one in self.instances:
            if (code := one.system.ended) is not None:
                one.system.start()
                said.append(f"{one.name} ended with {code} and was started again")
        if (code := self._gateway.poll()) is not None:
            self._open_gateway()
            said.append(f"the gateway ended with {code} and was started again")
        return said

    def huiying(self, *arguments: str) -> str:
        """The last line of the command, run beside tracking."""
        return self.of("tracking")[0].system.huiying(*arguments)

    def stop(self) -> None:
        self._gateway.terminate()
        self._gateway.wait(PATIENCE)
        with ThreadPoolExecutor(len(self.instances)) as together:
            list(together.map(lambda one: one.system.stop(), self.instances))

    def _open_gateway(self) -> None:
        with (self.folder / "gateway.log").open("ab") as said:
            self._gateway = subprocess.Popen(self._command, cwd=ROOT, stdout=said, stderr=said, stdin=subprocess.DEVNULL)
