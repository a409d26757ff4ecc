"""`python -m tests.topology`: a broker, a database, each service as several processes and the gateway, until Ctrl-C."""

import argparse
import re
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.jars import MISSING, cache_folder
from tests.servers.kafka import free_ports, named_brokers
from tests.servers.mongo import named_server
from tests.topology.engines import Engines, open_engines
from tests.topology.processes import SERVICES, Processes

PORT = 8012
LOOK = 0.5
IN_MEMORY = "one that speaks MongoDB's protocol and keeps everything in memory; what you enter ends with it"
PASSWORD = re.compile(r"Sign in as +admin +with +\S+")
"""What the tracking instance prints that made the administrator."""


def main() -> None:
    wished = read_wishes()
    if not (named_brokers() and named_server()) and not (shutil.which("java") and (shutil.which("mvn") or cache_folder().exists())):
        sys.exit(f"This {MISSING}; or name servers that run with HUIYING_TEST_KAFKA and HUIYING_TEST_MONGO.")
    for ends in (signal.SIGINT, signal.SIGTERM):  # a shell that starts it in the background has Ctrl-C ignored
        signal.signal(ends, signal.default_int_handler)
    try:
        with tempfile.TemporaryDirectory(prefix="huiying-") as folder, opened(Path(folder), wished) as processes:
            show(processes)
            while True:
                time.sleep(LOOK)
                for line in processes.raise_dead():
                    print(f"  {line}", flush=True)
    except KeyboardInterrupt:
        print("\n  Stopped.")


def read_wishes() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog='make up-local ARGS="…"', description=__doc__, add_help=True)
    parser.add_argument("--port", type=int, default=PORT, help=f"the gateway's, {PORT} unless another is named; 0 takes a free one")
    parser.add_argument("--nodes", type=int, default=1, choices=(1, 3), help="brokers, 1 or 3")
    parser.add_argument("--instances", type=int, default=2, help="processes of each service")
    return parser.parse_args()


@contextmanager
def opened(folder: Path, wished: argparse.Namespace) -> Iterator[Processes]:
    """Everything, started and ready, and stopped again."""
    print(f"  Brokers: {named_brokers() or f'{wished.nodes} of Kafka, starting …'}", flush=True)
    print("  Database: " + ("the one that was named" if named_server() else IN_MEMORY), flush=True)
    with open_engines(folder, wished.nodes) as engines:
        print(f"  Starting {wished.instances} × {', '.join(SERVICES)} …", flush=True)
        processes = start(folder, engines, wished.port or free_ports(1)[0], wished.instances)
        try:
            processes.wait_ready()
            yield processes
        finally:
            processes.stop()


def start(folder: Path, engines: Engines, port: int, each: int) -> Processes:
    """The processes, on engines that are made ready for them."""
    return Processes(folder, engines.prepare(folder) | {"HUIYING_LOG_LEVEL": "info"}, port, each)


def show(processes: Processes) -> None:
    """Where everything is, and the password that one of the instances has printed."""
    for name, path in (("citizens 市民", "/"), ("desk 工作台", "/desk"), ("board 看板", "/board")):
        print(f"  {name:<14} {processes.address}{path}")
    said = [found[0] for one in processes.of("tracking") if (found := PASSWORD.search(one.printed.read_text(encoding="utf-8")))]
    print(f"\n  {said[0] if said else 'There was an administrator already.'}\n")
    print(f"  Each process's figures: {', '.join(f'{one.name} :{one.port}' for one in processes.instances)}, at /readyz and /metrics")
    print(f"  Logs, while it runs: {processes.folder}/*.log    Ctrl-C stops everything.\n", flush=True)


if __name__ == "__main__":
    main()
