"""The house's story on servers: through the gateway, on two processes of each service, over a real broker and a database."""

from collections.abc import Iterator

import pytest

from tests.browser.test_one_complaint import officers, test_one_complaint_all_the_way
from tests.servers.kafka import free_ports
from tests.topology.engines import Engines
from tests.topology.processes import Processes

__all__ = ["officers", "test_one_complaint_all_the_way"]

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def system(tmp_path_factory, kafka_brokers, mongo_url) -> Iterator[Processes]:
    """In the place of the one process that the story is told on elsewhere."""
    folder = tmp_path_factory.mktemp("topology")
    processes = Processes(folder, Engines(kafka_brokers, mongo_url, replicas=1).prepare(folder), free_ports(1)[0])
    try:
        processes.wait_ready()
        yield processes
    finally:
        processes.stop()
