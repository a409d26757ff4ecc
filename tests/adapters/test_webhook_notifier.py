"""Webhooks over real HTTP: what each answer means for the message."""

import json
import ssl

import pytest

from shared.adapters.http_sending import MOST_OF_AN_ANSWER
from shared.adapters.open_network import Closed, Reach
from shared.adapters.webhook_notifier import WebhookNotifier
from shared.ports.outside import Deferred, Outgoing, Undeliverable
from tests.adapters.going import Going
from tests.adapters.web_office import HANG_UP, SILENCE, WebOffice, open_web_office, reply
from tests.servers.certificate import make_certificate


@pytest.fixture
async def office():
    async with open_web_office() as opened:
        yield opened


async def send(office: WebOffice, going: Going | None = None, to: str = "", seconds: float = 5.0, times: int = 1) -> None:
    sender = WebhookNotifier(Reach(here=True), seconds)
    message = Outgoing("one", to or office.url, "", json.dumps({"状态": "已答复"}), {"X-Signature": "t=1,v1=abc"})
    try:
        for _ in range(times):
            await sender.send(message, going or Going())
    finally:
        await sender.close()


async def test_it_posts_the_text_as_json_with_its_signature(office):
    going = Going()
    await send(office, going)
    (asked,) = office.asked
    assert (asked.method, asked.path) == ("POST", "/messages")
    assert asked.headers["content-type"] == "application/json"
    assert asked.headers["x-signature"] == "t=1,v1=abc"
    assert json.loads(asked.body) == {"状态": "已答复"}
    assert going.times == 1


async def test_each_message_has_a_connection_of_its_own(office):
    await send(office, times=3)
    assert len(office.connections) == len(office.asked) == 3


async def test_a_host_is_asked_for_by_its_name_at_the_address_that_was_looked_at(office):
    await send(office, to=office.url.replace("127.0.0.1", "localhost"))
    assert office.asked[0].headers["host"] == f"localhost:{office.port}"


@pytest.mark.parametrize(
    "host",
    ["64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1", "2002:a00:1::", "::a00:1", "::ffff:0:a00:1", "fec0::1"],
)
async def test_an_address_inside_is_closed_in_whatever_it_is_wrapped(host):
    with pytest.raises(Closed):
        await Reach().find(host, 443, 5)


async def test_an_open_address_may_come_through_a_translating_gateway():
    assert await Reach().find("64:ff9b::808:808", 443, 5) == ["64:ff9b::808:808"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433", "[::ffff:127.0.0.1]"])
async def test_this_machine_is_closed_by_whatever_name(office, host):
    sender, going = WebhookNotifier(Reach(inside=True)), Going()
    with pytest.raises((Undeliverable, Deferred)):
        await sender.send(Outgoing("one", office.url.replace("127.0.0.1", host), "", "{}"), going)
    await sender.close()
    assert (going.times, office.connections) == (0, [])


@pytest.mark.parametrize("host", ["10.0.0.7", "169.254.169.254", "100.64.0.1", "fd00::1", "0.0.0.0"])  # noqa: S104 - never bound
async def test_the_own_network_is_closed_unless_it_is_allowed(host):
    with pytest.raises(Closed):
        await Reach().find(host, 443, 5)
    assert await Reach(inside=True).find(host, 443, 5) == [host]


async def test_the_open_network_is_open():
    for host in ("8.8.8.8", "2001:4860:4860::8888"):
        assert await Reach().find(host, 443, 5) == [host]


async def test_a_certificate_is_asked_of_the_name_and_not_of_the_address(tmp_path, monkeypatch):
    make_certificate(tmp_path / "localhost.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "localhost.pem"))
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(tmp_path / "localhost.pem")
    async with open_web_office(tls) as office:
        await send(office, to=f"https://localhost:{office.port}/")
        with pytest.raises(Deferred, match="CERTIFICATE_VERIFY_FAILED"):
            await send(office, to=f"https://127.0.0.1:{office.port}/")
        assert len(office.asked) == 1


async def test_a_host_that_is_not_found_is_looked_for_later():
    with pytest.raises(Deferred, match="cannot be reached"):
        await send(WebOffice(), to="https://nowhere.invalid/hook")


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
async def test_consent(office, status):
    office.answers = [reply(status)]
    await send(office)


@pytest.mark.parametrize("status", [400, 401, 404, 410, 422])
async def test_a_refusal_for_good(office, status):
    office.answers = [reply(status, "unknown matter")]
    with pytest.raises(Undeliverable, match=f"{status} unknown matter"):
        await send(office)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
async def test_not_now(office, status):
    office.answers = [reply(status)]
    with pytest.raises(Deferred, match=str(status)):
        await send(office)


async def test_a_redirect_is_not_followed(office):
    office.answers = [reply(307, Location="http://127.0.0.1:1/elsewhere")]
    with pytest.raises(Undeliverable, match="307"):
        await send(office)
    assert len(office.asked) == 1


@pytest.mark.parametrize("answer", [HANG_UP, SILENCE, b"nonsense\r\n\r\n"])
async def test_a_lost_answer_means_another_try_since_the_receiver_knows_repetitions(office, answer):
    office.answers, going = [answer], Going()
    with pytest.raises(Deferred):
        await send(office, going, seconds=0.3)
    assert going.times == 1


async def test_a_receiver_that_is_not_there_is_no_outage_of_all(free_port):
    going = Going()
    with pytest.raises(Deferred, match="cannot be reached"):
        await send(WebOffice(), going, to=f"http://127.0.0.1:{free_port}/")
    assert going.times == 0


@pytest.mark.parametrize("to", ["ftp://127.0.0.1/x", "http://", "nonsense", "http://[::1", " "])
async def test_what_cannot_be_posted_to(to):
    with pytest.raises(Undeliverable):
        await send(WebOffice(), to=to)


async def test_an_endless_answer_is_not_read_to_its_end(office):
    office.answers = [f"HTTP/1.1 500 x\r\nContent-Length: {10**12}\r\n\r\n".encode() + b"x" * (4 * MOST_OF_AN_ANSWER)]
    with pytest.raises(Deferred, match="500 xxx"):
        await send(office)


async def test_what_going_raises_comes_through_and_nothing_is_sent(office):
    async def going() -> None:
        raise LookupError("somebody else sends it")

    sender = WebhookNotifier(Reach(here=True))
    with pytest.raises(LookupError, match="somebody else"):
        await sender.send(Outgoing("one", office.url, "", "{}"), going)
    await sender.close()
    assert office.asked == []
