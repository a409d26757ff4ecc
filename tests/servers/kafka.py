"""Real Kafka brokers for tests (KRaft): one or three, on free ports, killed and brought back one by one; or those that are named."""

import os
import signal
import socket
import subprocess
import time
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

from tests.servers.jars import need_jars

NAMED = "HUIYING_TEST_KAFKA"
"""The environment variable with HOST:PORT[,HOST:PORT] of brokers that somebody already runs."""
PATIENCE = 180.0
QUIET = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"

PROPERTIES = """
process.roles=broker,controller
node.id={node}
controller.quorum.voters={voters}
controller.listener.names=CONTROLLER
listeners=CLIENTS://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=CLIENTS://127.0.0.1:{out}
inter.broker.listener.name=CLIENTS
listener.security.protocol.map=CONTROLLER:PLAINTEXT,CLIENTS:PLAINTEXT
log.dirs={folder}/data
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
num.partitions=4
offsets.topic.num.partitions=4
offsets.topic.replication.factor={replicas}
transaction.state.log.num.partitions=4
transaction.state.log.replication.factor={replicas}
transaction.state.log.min.isr={in_sync}
share.coordinator.state.topic.num.partitions=4
share.coordinator.state.topic.replication.factor={replicas}
share.coordinator.state.topic.min.isr={in_sync}
min.insync.replicas={in_sync}
broker.session.timeout.ms=4000
broker.heartbeat.interval.ms=1000
{more}
"""


def named_brokers() -> str | None:
    return os.environ.get(NAMED) or None


def free_ports(number: int) -> list[int]:
    """Ports that were free a moment ago, all different."""
    probes = [socket.socket() for _ in range(number)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


class Kafka:
    """A cluster of so many nodes in `folder`. `more` are properties of Kafka's own, for further listeners and the like.

    `ports` are for clients, and `advertised` those that the brokers send their clients to: a proxy's, where the way is to be cut.
    """

    def __init__(
        self, folder: Path, nodes: int = 1, *, more: str = "", memory: str = "256m",
        ports: Sequence[int] = (), advertised: Sequence[int] = (),
    ) -> None:  # fmt: skip
        self._classpath, self._memory = f"{need_jars()}/*", memory
        self._folder, self._numbers = folder, range(1, nodes + 1)
        free = free_ports(2 * nodes)
        self._ports, controllers = ports or free[:nodes], free[nodes:]
        voters = ",".join(f"{node}@127.0.0.1:{port}" for node, port in zip(self._numbers, controllers, strict=True))
        identity = urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=").replace("-", "A")
        self.processes: dict[int, subprocess.Popen[bytes]] = {}
        for node, port, out, controller in zip(self._numbers, self._ports, advertised or self._ports, controllers, strict=True):
            facts = {"node": node, "port": port, "out": out, "controller": controller, "voters": voters, "folder": folder / str(node)}
            sizes = {"replicas": min(3, nodes), "in_sync": 2 if nodes >= 3 else 1}
            (folder / str(node)).mkdir(parents=True)
            self._file(node).write_text(PROPERTIES.format(**facts, **sizes, more=more))
            self._run("kafka.tools.StorageTool", "format", "-t", identity, "-c", str(self._file(node)))
        for node in self._numbers:
            self.start(node)

    @property
    def addresses(self) -> str:
        return ",".join(f"127.0.0.1:{port}" for port in self._ports)

    def start(self, node: int) -> None:
        sizes = [f"-Xms{self._memory}", f"-Xmx{self._memory}"]
        command = ["java", *sizes, QUIET, "-cp", self._classpath, "kafka.Kafka", str(self._file(node))]
        with (self._folder / str(node) / "log").open("ab") as said:
            self.processes[node] = subprocess.Popen(command, stdout=said, stderr=said, stdin=subprocess.DEVNULL)

    def kill(self, node: int) -> None:
        self.processes[node].send_signal(signal.SIGKILL)
        self.processes[node].wait()

    def wait_ready(self) -> None:
        """Until every node is in the cluster. Raises RuntimeError with what a broker said when one has ended."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for node, process in self.processes.items():
                if process.poll() is not None:
                    raise RuntimeError(f"Kafka ended: {(self._folder / str(node) / 'log').read_text()[-2000:]}")
            with suppress(KafkaError, OSError):
                self._knock()
                admin = KafkaAdminClient(bootstrap_servers=self.addresses.split(","), bootstrap_timeout_ms=2_000)
                try:
                    if len(admin.describe_cluster()["brokers"]) == len(self._numbers):
                        return
                finally:
                    admin.close()
            time.sleep(0.1)
        raise TimeoutError("Kafka is not ready")

    def _knock(self) -> None:
        """The client waits longer after each refusal: it is asked when all listen. Raises OSError."""
        for port in self._ports:
            socket.create_connection(("127.0.0.1", port), 1).close()

    def stop(self) -> None:
        for process in self.processes.values():
            process.kill()  # its files go with the test's folder
        for process in self.processes.values():
            process.wait()

    def _file(self, node: int) -> Path:
        return self._folder / str(node) / "server.properties"

    def _run(self, *command: str) -> None:
        java = ["java", "-Xmx128m", QUIET, "-cp", self._classpath, *command]
        done = subprocess.run(java, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        if done.returncode:
            raise RuntimeError(f"Kafka's storage was not formatted: {done.stdout[-1000:]} {done.stderr[-1000:]}")
