"""Notices by e-mail over SMTP (RFC 5321), the conversation taken step by step, so that it is always known whether a message is gone."""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as LINES
from email.utils import format_datetime
from typing import NoReturn

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPNotSupported,
    SMTPRecipientRefused,
    SMTPResponse,
    SMTPResponseException,
)

from shared.adapters.smtp_connections import FAULTS, Connections, MailServer, Patience
from shared.ports import Unavailable
from shared.ports.outside import Deferred, InDoubt, Outgoing, Undeliverable

AT_ONCE = 8
"""Connections to the mail server."""
START, DONE = 354, 250
LONGEST_REASON = 300
NO_ADDRESS = "this is no address such as somebody@city.example"
PATIENT = Patience()
_ADDRESS = re.compile(r'[^\s<>()\[\],;:\\"@\x00-\x20\x7f]{1,64}@[^\s<>()\[\],;:\\"@\x00-\x20\x7f]{1,255}')
_DOTS = re.compile(rb"(?m)^\.")


class SmtpNotifier:
    """Sends from `sender`, an address that people see as `name`. Raises ValueError for a sender that is no address."""

    def __init__(self, server: MailServer, sender: str, name: str, patience: Patience = PATIENT, at_once: int = AT_ONCE) -> None:
        self._sender, self._patience = _address(sender, name), patience
        self._connections = Connections(server, patience, at_once)

    async def send(self, message: Outgoing, going: Callable[[], Awaitable[None]]) -> None:
        """As the port says. A sender that the server refuses is no fault of the message: it counts as Unavailable."""
        try:
            to = _address(message.to)
        except ValueError as fault:
            raise Undeliverable(str(fault)) from fault
        mail = self._mail(message, to)
        async with self._connections.borrow() as client:
            await self._announce(client, to)
            await going()
            await self._hand_over(client, mail)

    async def close(self) -> None:
        await self._connections.close()

    def _mail(self, message: Outgoing, to: Address) -> bytes:
        """The mail as it goes over the line, with its final dot."""
        mail = EmailMessage(policy=LINES.clone(utf8=_beyond_ascii(to), cte_type="7bit"))
        mail["From"], mail["To"] = self._sender, to
        mail["Subject"] = " ".join("".join(sign if sign.isprintable() else " " for sign in message.subject).split())
        mail["Date"] = format_datetime(datetime.now(UTC))
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Auto-Response-Suppress"] = "All"
        for name, value in message.headers.items():
            mail[name] = value
        mail.set_content(message.text)
        return _DOTS.sub(b"..", mail.as_bytes()) + b".\r\n"

    async def _announce(self, client: SMTP, to: Address) -> None:
        """MAIL, RCPT and DATA up to the word to go ahead. Where the server hangs up after MAIL, the message may be why: it is deferred."""
        options, encoding = (["SMTPUTF8", "BODY=8BITMIME"], "utf-8") if _beyond_ascii(to) else ([], "ascii")
        try:
            await client.mail(self._sender.addr_spec, options=options, encoding=encoding, timeout=self._patience.command)
        except SMTPNotSupported as fault:
            raise Undeliverable("the mail server takes no addresses beyond ASCII") from fault
        except FAULTS as fault:
            if options and isinstance(fault, SMTPResponseException):
                _refuse(fault)
            raise Unavailable(f"the mail server does not take mail from {self._sender.addr_spec}: {_reason(fault)}") from fault
        try:
            await client.rcpt(to.addr_spec, encoding=encoding, timeout=self._patience.command)
            answer = await client.execute_command(b"DATA", timeout=self._patience.command)
        except SMTPRecipientRefused as fault:
            _refuse(fault)
        except FAULTS as fault:
            client.close()
            raise Deferred(_reason(fault)) from fault
        if answer.code != START:
            _refuse(SMTPDataError(*answer))

    async def _hand_over(self, client: SMTP, mail: bytes) -> None:
        """The message and its final dot, and what the server says to it."""
        protocol = client.protocol
        if protocol is None or not protocol.is_connected:
            raise Deferred("the connection was lost before the message")
        try:
            protocol.write(mail)
            answer: SMTPResponse = await protocol.read_response(timeout=self._patience.message)
        except FAULTS as fault:
            raise InDoubt(f"no clear answer to the message: {_reason(fault)}") from fault
        if answer.code == DONE:
            return
        if 400 <= answer.code < 600:
            _refuse(SMTPDataError(*answer))
        raise InDoubt(f"no clear answer to the message: {answer.code}")


def _refuse(answer: SMTPResponseException) -> NoReturn:
    """5xx is for good; anything else that is no consent may be tried again."""
    if 500 <= answer.code < 600:
        raise Undeliverable(_reason(answer)) from answer
    raise Deferred(_reason(answer)) from answer


def _reason(fault: Exception) -> str:
    """What went wrong, on one line of a bounded length."""
    said = f"{fault.code} {fault.message}" if isinstance(fault, SMTPResponseException) else str(fault)
    return " ".join(said.split())[:LONGEST_REASON]


def _address(written: str, name: str = "") -> Address:
    """The address with its domain as mail servers write it. Raises ValueError when it is none; what it is stays out of the message."""
    local, _, domain = written.rpartition("@")
    if not _ADDRESS.fullmatch(written):
        raise ValueError(NO_ADDRESS)
    try:
        return Address(name, local, domain.encode("idna").decode("ascii"))
    except UnicodeError as fault:
        raise ValueError(NO_ADDRESS) from fault


def _beyond_ascii(address: Address) -> bool:
    return not address.username.isascii()
