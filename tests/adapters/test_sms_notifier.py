"""An SMS gateway over real HTTP: the request that its file describes, and what each answer means for the message."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import ValidationError

from shared.adapters.sms_notifier import Gateway, SmsNotifier
from shared.ports import Unavailable
from shared.ports.outside import Deferred, InDoubt, Outgoing, Undeliverable
from tests.adapters.going import Going
from tests.adapters.web_office import HANG_UP, SILENCE, WebOffice, open_web_office, reply

BODY = {"mobile": "{local}", "message": {"content": "【示例市】{text}", "to": ["{to}"]}, "request_id": "{id}", "urgent": False}
TAKEN = {"path": "result.code", "equals": ["0", "ok"]}
MESSAGE = Outgoing("01940000-0000-7000-8000-000000000001", "+8613800138000", "", "已答复。{id} 请查看")


@pytest.fixture
async def office():
    async with open_web_office() as opened:
        yield opened


async def send(office: WebOffice, going: Going | None = None, message: Outgoing = MESSAGE, **changes: Any) -> None:
    gateway = Gateway.model_validate({"url": office.url, "body": BODY, "seconds": 5.0, **changes})
    sender = SmsNotifier(gateway)
    try:
        await sender.send(message, going or Going())
    finally:
        await sender.close()


async def test_the_blanks_of_a_json_body_are_filled_once(office):
    going = Going()
    await send(office, going, headers={"Authorization": "Bearer secret", "Idempotency-Key": "{id}"})
    (asked,) = office.asked
    assert asked.method == "POST"
    assert asked.headers["authorization"] == "Bearer secret"
    assert asked.headers["idempotency-key"] == MESSAGE.id
    assert json.loads(asked.body) == {
        "mobile": "13800138000",
        "message": {"content": "【示例市】已答复。{id} 请查看", "to": ["+8613800138000"]},
        "request_id": MESSAGE.id,
        "urgent": False,
    }
    assert going.times == 1


async def test_a_form(office):
    await send(office, format="form", method="PUT", body={"mobile": "{to}", "content": "{text}"})
    assert office.asked[0].method == "PUT"
    assert parse_qs(office.asked[0].body.decode()) == {"mobile": ["+8613800138000"], "content": [MESSAGE.text]}


async def test_a_gateway_that_wants_it_in_the_address(office):
    await send(office, method="GET", body={}, query={"to": "{local}", "text": "{text}"})
    assert parse_qs(urlsplit(office.asked[0].path).query) == {"to": ["13800138000"], "text": [MESSAGE.text]}
    assert office.asked[0].body == b""


async def test_a_number_abroad(office):
    await send(office, message=Outgoing("one", "+4915112345678", "", "x"), body={"mobile": "{local}", "text": "{text}"})
    assert json.loads(office.asked[0].body)["mobile"] == "004915112345678"


@pytest.mark.parametrize("code", [0, "0", "ok"])
async def test_consent_in_the_answer(office, code):
    office.answers = [reply(200, json.dumps({"result": {"code": code}}))]
    await send(office, taken=TAKEN)


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (reply(200, '{"result": {"code": 7}}'), Deferred),
        (reply(200, '{"result": {"code": "41001", "message": "bad number"}}'), Undeliverable),
        (reply(200, '{"result": 0}'), InDoubt),
        (reply(200, "<html>"), InDoubt),
        (reply(400, "no such number"), Undeliverable),
        (reply(422), Undeliverable),
        (reply(429), Deferred),
        (reply(408), Deferred),
        (reply(500), Deferred),
        (reply(503), Deferred),
        (reply(502), InDoubt),
        (reply(504), InDoubt),
        (reply(401, "key expired"), Unavailable),
        (reply(404), Unavailable),
        (reply(302, Location="http://127.0.0.1:1/"), Unavailable),
        (HANG_UP, InDoubt),
        (SILENCE, InDoubt),
        (b"nonsense\r\n\r\n", InDoubt),
    ],
)
async def test_what_an_answer_means(office, answer, fault):
    office.answers, going = [answer], Going()
    with pytest.raises(fault):
        await send(office, going, taken=TAKEN, refused={"path": "result.code", "equals": ["41001"]}, seconds=0.3)
    assert going.times == 1
    assert len(office.asked) == 1


async def test_a_gateway_that_is_not_there(free_port):
    going = Going()
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1"):
        await send(WebOffice(port=free_port), going)
    assert going.times == 0


async def test_no_connection_is_kept(office):
    sender = SmsNotifier(Gateway.model_validate({"url": office.url, "body": BODY}))
    for _ in range(3):
        await sender.send(MESSAGE, Going())
    await sender.close()
    assert len(office.connections) == 3


async def test_what_going_raises_comes_through_and_nothing_is_sent(office):
    async def going() -> None:
        raise LookupError("somebody else sends it")

    sender = SmsNotifier(Gateway.model_validate({"url": office.url, "body": BODY}))
    with pytest.raises(LookupError, match="somebody else"):
        await sender.send(MESSAGE, going)
    await sender.close()
    assert office.asked == []


@pytest.mark.parametrize(
    "changes",
    [
        {"url": "ftp://gateway.example"},
        {"method": "DELETE"},
        {"body": {"mobile": "{to}"}},
        {"body": {"text": "{text}"}},
        {"boddy": {}},
        {"taken": {"path": "code", "equals": []}},
        {"seconds": 0},
    ],
)
def test_a_description_that_cannot_work_is_refused(changes):
    with pytest.raises(ValidationError):
        Gateway.model_validate({"url": "https://gateway.example", "body": BODY, **changes})


def test_secrets_are_not_shown():
    gateway = Gateway.model_validate({"url": "https://gateway.example", "body": {**BODY, "key": "hush"}, "headers": {"Key": "hush"}})
    assert "hush" not in repr(gateway)
