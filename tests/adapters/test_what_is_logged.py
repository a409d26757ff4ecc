"""The log says nothing of whom a message goes to nor what it says, even where a gateway wants both in its address."""

import io
import logging
from collections.abc import Iterator

import pytest
import structlog

from shared import telemetry
from shared.adapters.sms_notifier import Gateway, SmsNotifier
from shared.ports.outside import Outgoing
from tests.adapters.going import Going
from tests.adapters.web_office import open_web_office

MESSAGE = Outgoing("01940000-0000-7000-8000-000000000001", "+8613800138000", "", "code-7KQ4-M2XB")


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """All that is logged, as in production."""
    out, handlers, level = io.StringIO(), list(logging.root.handlers), logging.root.level
    monkeypatch.setattr("sys.stderr", out)
    telemetry.configure("debug")
    yield out
    structlog.reset_defaults()
    logging.basicConfig(level=level, handlers=handlers, force=True)


async def test_neither_number_nor_words(logged):
    async with open_web_office() as office:
        sender = SmsNotifier(Gateway.model_validate({"url": office.url, "method": "GET", "query": {"to": "{local}", "text": "{text}"}}))
        await sender.send(MESSAGE, Going())
        await sender.close()
        assert "13800138000" in office.asked[0].path
    for secret in ("13800138000", "7KQ4"):
        assert secret not in logged.getvalue()
    logging.getLogger("httpx").warning("something is wrong")
    assert "something is wrong" in logged.getvalue(), "the log was looked at"


def test_nothing_of_what_goes_to_kafka(logged):
    """Its client writes down whole records where it may write everything, and its configuration with the password."""
    for name in ("kafka.producer.kafka", "kafka.admin.client", "kafka.net.manager"):
        logging.getLogger(name).error("7KQ4")
    logging.getLogger("shared.adapters.kafka_reader").warning("something is wrong")
    assert "7KQ4" not in logged.getvalue()
    assert "something is wrong" in logged.getvalue(), "the log was looked at"
