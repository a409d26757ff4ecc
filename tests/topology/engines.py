"""The broker and the database of a topology: started for it, or those that somebody already runs."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from services.house import PLANS
from tests.processes import ROOT
from tests.servers.kafka import Kafka, named_brokers
from tests.servers.mongo import ProtocolServer, help_updates, named_server
from tests.servers.proxy import Proxy


@dataclass(frozen=True)
class Engines:
    """Where documents and events go, under names of their own. Of what is named by somebody else nothing can be killed or cut."""

    brokers: str
    database: str
    replicas: int
    kafka: Kafka | None = None
    way: Proxy | None = None
    name: str = field(default_factory=lambda: f"test_{secrets.token_hex(4)}")

    @property
    def settings(self) -> dict[str, str]:
        """The variables that lead to them."""
        place = self.database.partition("?")
        documents = f"{place[0].rstrip('/')}/{self.name}{place[1]}{place[2]}"
        return {
            "HUIYING_LOG_URL": f"kafka://{self.brokers}/{self.name}",
            "HUIYING_LOG_REPLICAS": str(self.replicas),
            "HUIYING_STORE_URL": documents,
            "HUIYING_FILES_URL": documents,
        }

    def prepare(self, folder: Path) -> dict[str, str]:
        """Makes what the services need there, as an operator does; the settings. On the server in memory also the indexes it needs."""
        environment = os.environ | self.settings | {"HUIYING_DATA": str(folder), "HUIYING_LOG_LEVEL": "error"}
        command = [sys.executable, "-c", "from services.command import main; main()", "prepare"]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"prepare failed: {done.stdout}{done.stderr}")
        if self.way:
            self.help_updates()
        return self.settings

    def help_updates(self) -> None:
        """Makes the indexes that only the server in memory needs."""
        for plan in PLANS:
            help_updates(self.database, f"{self.name}_{plan.name}", *(kind.name for kind in plan.kept))


@contextmanager
def open_engines(folder: Path, nodes: int = 1) -> Iterator[Engines]:
    """Brokers and a database that are ready. What is started here ends here, and the documents with it: they are kept in memory."""
    with _brokers(folder, nodes) as (addresses, kafka), _database() as (url, way):
        yield Engines(addresses, url, min(3, nodes), kafka, way)


@contextmanager
def _brokers(folder: Path, nodes: int) -> Iterator[tuple[str, Kafka | None]]:
    if named := named_brokers():
        yield named, None
        return
    kafka = Kafka(folder / "kafka", nodes)
    try:
        kafka.wait_ready()
        yield kafka.addresses, kafka
    finally:
        kafka.stop()


@contextmanager
def _database() -> Iterator[tuple[str, Proxy | None]]:
    if named := named_server():
        yield named, None
        return
    server = ProtocolServer(memory="2g")
    way = Proxy(server.port)
    try:
        yield f"mongodb://127.0.0.1:{way.port}/", way
    finally:
        way.close()
        server.stop()
