"""The gateway: a path to its service, the next instance where one refuses, the same bytes both ways, and words where nobody answers."""

import asyncio
from contextlib import asynccontextmanager

import httpx
import pytest

from tests.deploy.paths import Paths
from tests.servers.kafka import free_ports
from tests.topology.gateway import Gateway

PATHS = Paths({"intake": ("/",), "tracking": ("/desk",)}, ("/metrics",), ())
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nConnection: x-hop\r\nX-Hop: 1\r\n\r\nok"


class Upstream:
    """An instance that keeps what it was sent and answers these bytes; without any it hangs up once it has read the request."""

    def __init__(self, answer=OK):
        self.answer, self.seen = answer, []

    @asynccontextmanager
    async def open(self):
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        async with server:
            yield server.sockets[0].getsockname()[1]

    async def _serve(self, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        body = b""
        if b"chunked" in head:
            while size := int((await reader.readline()), 16):
                body += (await reader.readexactly(size + 2))[:-2]
        elif b"content-length: " in head.lower():
            body = await reader.readexactly(int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]))
        self.seen.append((head, body))
        writer.write(self.answer)
        writer.close()


def caller(**instances):
    transport = httpx.ASGITransport(Gateway(PATHS, instances), client=("203.0.113.7", 1))
    return httpx.AsyncClient(transport=transport, base_url="http://people.example", headers={"Accept-Language": "zh-CN"})


@pytest.fixture
def nobody():
    """A port on which nobody listens."""
    return free_ports(1)[0]


async def test_a_request_arrives_as_it_was_sent_and_says_where_it_comes_from():
    upstream = Upstream()
    async with upstream.open() as port, caller(intake=[port], tracking=[]) as client:
        forged = {"X-Forwarded-For": "10.0.0.1", "X-Forwarded-Proto": "https", "Connection": "x-mine", "X-Mine": "1", "Huiying-App": "k"}
        answer = await client.post("/a%2Fb/c?d=%E6%B0%B4&e", content=b"said", headers=forged)
    assert (answer.status_code, answer.text) == (200, "ok")
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert "x-hop" not in answer.headers
    [(head, body)] = upstream.seen
    assert body == b"said"
    assert head.startswith(b"POST /a%2Fb/c?d=%E6%B0%B4&e HTTP/1.1\r\n")
    lines = head.decode().lower().split("\r\n")
    assert {"host: people.example", "x-forwarded-for: 203.0.113.7", "x-forwarded-proto: http", "huiying-app: k"} <= set(lines)
    assert not [line for line in lines if "10.0.0.1" in line or line.startswith(("x-mine", "x-forwarded-proto: https"))]


async def test_a_body_of_unknown_length_flows_through():
    async def parts():
        yield b"one "
        yield b"two"

    upstream = Upstream()
    async with upstream.open() as port, caller(intake=[port], tracking=[]) as client:
        assert (await client.post("/", content=parts())).status_code == 200
    assert upstream.seen[0][1] == b"one two"


async def test_paths_lead_to_their_service_and_closed_ones_nowhere(nobody):
    desk = Upstream()
    async with desk.open() as port, caller(intake=[nobody], tracking=[port]) as client:
        assert [(await client.get(path)).status_code for path in ("/desk", "/desk/cases/1", "/desktop", "/metrics")] == [200, 200, 503, 404]


async def test_instances_take_turns_and_one_that_refuses_is_passed_over(nobody):
    one, two = Upstream(), Upstream()
    async with one.open() as first, two.open() as second, caller(intake=[first, nobody, second], tracking=[]) as client:
        answers = [await client.post("/", content=b"said") for _ in range(6)]
    assert {answer.status_code for answer in answers} == {200}
    assert (len(one.seen), len(two.seen)) == (2, 4)


async def test_what_has_reached_an_instance_is_sent_to_no_other_unless_it_changes_nothing():
    deaf, good = Upstream(b""), Upstream()
    async with deaf.open() as first, good.open() as second, caller(intake=[first, second], tracking=[]) as client:
        posted = await client.post("/complaints", content=b"said")
        await client.get("/")  # the second one's turn
        read = await client.get("/")
    assert posted.status_code == 502
    assert "不会重复登记" in posted.text
    assert [head.split(b" ")[0] for head, _ in good.seen] == [b"GET", b"GET"]
    assert read.status_code == 200


@pytest.mark.parametrize(("path", "kind"), [("/", "text/html; charset=utf-8"), ("/api/v1/complaints", "application/problem+json")])
async def test_where_nobody_answers_people_and_programs_are_told(nobody, path, kind):
    async with caller(intake=[nobody], tracking=[]) as client:
        answer = await client.post(path, content=b"said")
    assert (answer.status_code, answer.headers["content-type"], answer.headers["retry-after"]) == (503, kind, "5")
    assert "没有收到" in answer.text
