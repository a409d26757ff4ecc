"""Mail over a real SMTP server that refuses, greylists, falls silent and hangs up at every step: what became of each message is known."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

import pytest
from aiosmtplib.protocol import SMTPProtocol

from shared.adapters.smtp_connections import MailServer, Patience
from shared.adapters.smtp_notifier import SmtpNotifier
from shared.ports import Unavailable
from shared.ports.outside import Deferred, InDoubt, Outgoing, Undeliverable
from tests.adapters.going import Going
from tests.adapters.post_office import HANG_UP, SILENCE, PostOffice, open_office

HASTE = Patience(connect=2.0, command=0.3, message=0.3)
SENDER = "12345@city.example"
MESSAGE = Outgoing(
    id="01940000-0000-7000-8000-000000000001",
    to="wang@home.example",
    subject="您反映的事有答复了",
    text="您好：\n.\n已答复，请查看。\n",
    headers={"Message-ID": "<one@city.example>", "Reply-To": "12345+token@city.example"},
)


@pytest.fixture
async def office() -> AsyncIterator[PostOffice]:
    async with open_office() as opened:
        yield opened


def notifier(office: PostOffice, **changes) -> SmtpNotifier:
    server = MailServer("127.0.0.1", office.port, **{"tls": "never", **changes})
    return SmtpNotifier(server, SENDER, "示例市 12345", HASTE)


async def send(office: PostOffice, message: Outgoing = MESSAGE, going: Going | None = None) -> None:
    """Sends one message on a connection of its own."""
    sender = notifier(office)
    try:
        await sender.send(message, going or Going())
    finally:
        await sender.close()


def text_of(mail: EmailMessage) -> str:
    return str(mail.get_content()).replace("\r\n", "\n")


async def test_a_mail_arrives_as_it_was_meant(office):
    going = Going()
    await send(office, going=going)
    assert going.times == 1
    (mail,) = office.mails
    assert office.recipients == ["wang@home.example"]
    assert mail["Subject"] == "您反映的事有答复了"
    assert mail["From"] == "示例市 12345 <12345@city.example>"
    assert mail["To"] == "wang@home.example"
    assert mail["Reply-To"] == "12345+token@city.example"
    assert mail["Message-ID"] == "<one@city.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert abs(parsedate_to_datetime(mail["Date"]) - datetime.now(UTC)) < timedelta(minutes=1)
    assert mail.get_content_type() == "text/plain"
    assert text_of(mail) == "您好：\n.\n已答复，请查看。\n"


@pytest.mark.parametrize("text", [".", ".\r\n.\r\nRCPT TO:<other@x.example>\r\n", "a" * 3_000, "..\n.a\n", ""])
async def test_no_text_ends_the_message_early(office, text):
    await send(office, Outgoing(MESSAGE.id, MESSAGE.to, "x", text))
    assert office.recipients == ["wang@home.example"]
    assert text_of(office.mails[0]).rstrip("\n") == text.replace("\r\n", "\n").rstrip("\n")


async def test_a_subject_adds_no_header(office):
    await send(office, Outgoing(MESSAGE.id, MESSAGE.to, "答复\r\nBcc: other@x.example\n\nbody\x00", "text"))
    assert office.mails[0]["Bcc"] is None
    assert office.mails[0]["Subject"] == "答复 Bcc: other@x.example body"
    assert text_of(office.mails[0]) == "text\n"


@pytest.mark.parametrize(
    "to", ["wang", "a b@x.example", "a@x.example>\r\nRCPT TO:<b@x.example", "a@x.example, b@x.example", "@x", "a@..", ""]
)
async def test_what_is_no_address_is_refused_before_the_server_hears_of_it(office, to):
    with pytest.raises(Undeliverable):
        await send(office, Outgoing(MESSAGE.id, to, "x", "x"))
    assert office.connections == []


async def test_headers_of_our_own_cannot_be_injected(office):
    with pytest.raises(ValueError, match="linefeed or carriage return"):
        await send(office, Outgoing(MESSAGE.id, MESSAGE.to, "x", "x", {"Reply-To": "a@x.example\r\nBcc: b@x.example"}))


async def test_a_long_message_id_is_not_broken(office):
    name = f"<{MESSAGE.id}.abcdefghijklmnop@{'long-' * 10}name.of.a.district.of.the.city.example>"
    await send(office, Outgoing(MESSAGE.id, MESSAGE.to, "x", "x", {"Message-ID": name}))
    assert office.mails[0]["Message-ID"] == name


async def test_addresses_beyond_ascii(office):
    await send(office, Outgoing(MESSAGE.id, "王@例子.example", "x", "x"))
    assert office.recipients == ["王@xn--fsqu00a.example"]
    assert office.mails[0]["To"] == "王@xn--fsqu00a.example"


STEPS = ["RCPT", "DATA", "BODY"]


@pytest.mark.parametrize("step", STEPS)
async def test_a_refusal_for_good(office, step):
    office.faults[step] = ["550 5.1.1 no such user"]
    going = Going()
    with pytest.raises(Undeliverable, match=r"550 .* no such user"):
        await send(office, going=going)
    assert going.times == (step == "BODY")
    assert office.mails == []


@pytest.mark.parametrize("step", STEPS)
async def test_a_refusal_for_now_can_be_tried_again(office, step):
    office.faults[step] = ["451 4.7.1 greylisted, try again"]
    going = Going()
    with pytest.raises(Deferred, match="greylisted"):
        await send(office, going=going)
    assert going.times == (step == "BODY")
    assert office.mails == []
    await send(office)
    assert len(office.mails) == 1


@pytest.mark.parametrize("answer", ["550 5.7.1 sender not allowed", "451 4.3.2 later", "421 closing", HANG_UP, SILENCE])
async def test_a_sender_that_is_not_taken_is_no_fault_of_the_message(office, answer):
    office.faults["MAIL"] = [answer]
    going = Going()
    with pytest.raises(Unavailable):
        await send(office, going=going)
    assert going.times == 0


@pytest.mark.parametrize("fault", [HANG_UP, SILENCE])
@pytest.mark.parametrize("step", ["RCPT", "DATA"])
async def test_a_conversation_that_breaks_before_the_message_is_deferred(office, step, fault):
    office.faults[step] = [fault]
    going = Going()
    with pytest.raises(Deferred):
        await send(office, going=going)
    assert going.times == 0
    assert office.mails == []


@pytest.mark.parametrize("fault", [HANG_UP, SILENCE, "354 what?"])
async def test_a_message_without_a_clear_answer_is_in_doubt(office, fault):
    office.faults["BODY"] = [fault]
    going = Going()
    with pytest.raises(InDoubt):
        await send(office, going=going)
    assert going.times == 1
    assert office.bodies == 1


async def test_a_connection_lost_while_the_claim_is_written_means_that_nothing_went(office, monkeypatch):
    lost = asyncio.Event()

    async def going() -> None:
        (transport,) = office.connections
        transport.abort()
        await lost.wait()

    def notice(protocol: SMTPProtocol, fault: Exception | None) -> None:
        lost.set()
        connection_lost(protocol, fault)

    connection_lost = SMTPProtocol.connection_lost
    monkeypatch.setattr(SMTPProtocol, "connection_lost", notice)
    sender = notifier(office)
    with pytest.raises(Deferred, match="before the message"):
        await sender.send(MESSAGE, going)
    assert office.bodies == 0


async def test_what_going_raises_comes_through_and_nothing_is_handed_over(office):
    async def going() -> None:
        raise LookupError("somebody else sends it")

    sender = notifier(office)
    with pytest.raises(LookupError, match="somebody else"):
        await sender.send(MESSAGE, going)
    await sender.close()
    assert office.bodies == 0


async def test_a_connection_is_kept_for_the_next_message_even_after_a_refusal(office):
    sender = notifier(office)
    office.faults["RCPT"] = ["550 no such user"]
    with pytest.raises(Undeliverable):
        await sender.send(MESSAGE, Going())
    for _ in range(3):
        await sender.send(MESSAGE, Going())
    await sender.close()
    assert len(office.connections) == 1
    assert len(office.mails) == 3


@pytest.mark.parametrize("fault", [HANG_UP, SILENCE, "421 too many messages"])
async def test_a_kept_connection_that_has_gone_is_replaced(office, fault):
    sender = notifier(office)
    await sender.send(MESSAGE, Going())
    office.faults["RSET"] = [fault]
    await sender.send(MESSAGE, Going())
    await sender.close()
    assert len(office.connections) == 2
    assert len(office.mails) == 2


async def test_many_messages_go_over_few_connections(office):
    sender = notifier(office)
    await asyncio.gather(*[sender.send(MESSAGE, Going()) for _ in range(40)])
    await sender.close()
    assert len(office.mails) == 40
    assert len(office.connections) == 8


@pytest.mark.parametrize("sender", ["", "nobody", "a b@city.example"])
def test_a_sender_that_is_no_address_is_said_at_once(sender):
    with pytest.raises(ValueError, match="no address"):
        SmtpNotifier(MailServer("127.0.0.1", 25), sender, "")
