"""The gateway: the real nginx on the file of deploy/gateway, in front of servers that say what reached them."""

import http.client
import json
import os
import re
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pytest

from shared.runtime.settings import Settings
from tests.deploy.echoes import echoes
from tests.deploy.needs import need_program
from tests.deploy.paths import DEPLOY, read_paths
from tests.servers.kafka import free_ports

PATHS = read_paths()
CONFIGURATION = (DEPLOY / "gateway/nginx.conf").read_text(encoding="utf-8")
PATIENCE = 10.0
NO_HEADERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Gateway:
    port: int

    def ask(
        self, path: str, method: str = "GET", body: bytes = b"", headers: Mapping[str, str] = NO_HEADERS
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of one answer; the path goes out as it stands here."""
        way = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            way.putrequest(method, path, skip_host=True)
            for name, value in {"Host": "city.example", "Content-Length": str(len(body)), **headers}.items():
                way.putheader(name, value)
            way.endheaders(body)
            answer = way.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            way.close()

    def reached(self, path: str, headers: Mapping[str, str] = NO_HEADERS) -> dict[str, Any]:
        """What the service behind says that reached it."""
        status, _, body = self.ask(path, headers=headers)
        assert status == 200, f"{path}: {status}"
        return dict(json.loads(body))


def replaced(text: str, *pairs: tuple[str, str]) -> str:
    """The text with each of these replaced; what is not there is a mistake of this test."""
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text


@pytest.fixture(scope="module")
def gateway(tmp_path_factory) -> Iterator[Gateway]:
    nginx = need_program("nginx", "nginx-light")
    folder = tmp_path_factory.mktemp("gateway")
    port, health = free_ports(2)
    with echoes("intake", "tracking", "sentiment") as servers:  # routing is away
        ports = {name: server.server_port for name, server in servers.items()} | {"routing": free_ports(1)[0]}
        places = "".join(f"{name} 127.0.0.1:{port}; " for name, port in ports.items())
        text = replaced(
            CONFIGURATION,
            ("http://$service:8012", "http://$place"),
            ("    map $uri", f"    map $service $place {{ {places}}}\n    map $uri"),
            ("listen 8080;", f"listen 127.0.0.1:{port};"),
            ("127.0.0.1:8081", f"127.0.0.1:{health}"),
            ("/tmp/", f"{folder}/"),  # noqa: S108 - it has the container to itself
            ("error_log stderr", f"error_log {folder}/error.log"),
            ("/etc/nginx/pages", str(DEPLOY / "gateway")),
        )
        if os.geteuid() == 0:
            text = "user root;\n" + text  # its folder is ours alone
        (folder / "nginx.conf").write_text(text)
        process = subprocess.Popen([nginx, "-p", folder, "-e", folder / "error.log", "-c", folder / "nginx.conf", "-g", "daemon off;"])
        try:
            wait_for(Gateway(health), folder / "error.log")
            yield Gateway(port)
        finally:
            process.terminate()
            process.wait()


def wait_for(gateway: Gateway, log) -> None:
    """Until the gateway says that it lives, in the way that its healthcheck asks."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            assert gateway.ask("/livez")[0] == 200
            return
        except OSError:
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.05)


def test_each_route_of_each_service_goes_to_it(gateway, alone):
    for name, service in alone.items():
        for route in service.routes:
            path = re.sub(r"\{[^}]+\}", "x1", route.path)
            if name == "routing":
                assert gateway.ask(path)[0] == 503
            else:
                assert gateway.reached(path)["service"] == name, path


def test_a_prefix_is_whole_parts_of_a_path(gateway):
    for prefix, name in PATHS.owned.items():
        if prefix != "/" and name != "routing":
            assert gateway.reached(prefix)["service"] == name
            assert gateway.reached(f"{prefix}/x")["service"] == name
            assert gateway.reached(f"{prefix}x")["service"] == "intake"


@pytest.mark.parametrize("closed", PATHS.closed)
@pytest.mark.parametrize("way", ["{}", "{}/", "/{}", "/desk/..{}", "/%2e{}", "{}?x=1"])
def test_what_is_closed_is_closed_however_it_is_written(gateway, closed, way):
    status, _, body = gateway.ask(way.format(closed))
    assert status == 404
    assert b"service" not in body


def test_a_path_in_disguise_goes_where_the_service_reads_it(gateway):
    assert gateway.reached("/%64esk")["service"] == "tracking"
    assert gateway.reached("/x/../desk/search")["service"] == "tracking"


def test_the_services_are_told_who_asks_and_under_which_name(gateway):
    headers = gateway.reached("/", {"X-Forwarded-For": "203.0.113.9"})["headers"]
    assert headers["Host"] == "city.example"
    assert headers["X-Forwarded-For"] == "203.0.113.9, 127.0.0.1"
    assert headers["X-Forwarded-Proto"] == "http"


def test_the_largest_body_that_a_service_takes_passes(gateway):
    largest = Settings().max_body_mb * 2**20
    status, _, body = gateway.ask("/complaints", "POST", b"x" * largest)
    assert status == 200
    assert json.loads(body)["size"] == largest
    assert gateway.ask("/complaints", "POST", headers={"Content-Length": str(largest + 2**21)})[0] == 413


def test_a_service_that_is_away_is_said_in_both_languages(gateway):
    status, headers, body = gateway.ask("/routing/proposal")
    page = body.decode()
    assert status == 503
    assert headers["retry-after"] == "10"
    assert "暂时无法打开" in page
    assert "not there just now" in page
