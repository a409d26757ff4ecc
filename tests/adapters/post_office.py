"""A real SMTP server in the test's own loop, which refuses, hangs up or falls silent at the step that the test names."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult

HANG_UP = "hang up"
SILENCE = "silence"


@dataclass
class PostOffice:
    """What it took in, and `faults`: by step (MAIL, RCPT, DATA, BODY, RSET, QUIT) the answers to give instead, one for each time."""

    port: int = 0
    faults: dict[str, list[str]] = field(default_factory=dict)
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    bodies: int = 0
    connections: list[Any] = field(default_factory=list)
    at_step: Callable[[str], None] = lambda step: None

    async def meet(self, step: str, server: Any) -> str | None:
        """The answer that the test wants instead at this step."""
        self.at_step(step)
        waiting = self.faults.get(step)
        fault = waiting.pop(0) if waiting else None
        if fault == HANG_UP:
            server.transport.abort()
            return "421 gone"
        if fault == SILENCE:
            await asyncio.Event().wait()
        return fault

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's names
        fault = await self.meet("MAIL", server)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return fault or "250 fine"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        fault = await self.meet("RCPT", server)
        if fault is None:
            envelope.rcpt_tos.append(address)
        return fault or "250 fine"

    async def handle_RSET(self, server, session, envelope):  # noqa: N802
        return await self.meet("RSET", server) or "250 fine"

    async def handle_QUIT(self, server, session, envelope):  # noqa: N802
        return await self.meet("QUIT", server) or "221 goodbye"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        """The whole message has come: what is refused here was still not taken in, but for a hang-up after it."""
        self.bodies += 1
        fault = await self.meet("BODY", server)
        if fault is None or fault == "421 gone":
            self.mails.append(message_from_bytes(envelope.content, _class=EmailMessage, policy=policy.default))
            self.recipients += envelope.rcpt_tos
        return fault or "250 taken"


class Clerk(SMTP):
    """aiosmtpd's server with one more step to fail at: the word DATA itself."""

    def __init__(self, office: PostOffice, **options: Any) -> None:
        super().__init__(office, enable_SMTPUTF8=True, hostname="post.example", **options)
        self._office = office

    def connection_made(self, transport):
        self._office.connections.append(transport)
        super().connection_made(transport)

    async def smtp_DATA(self, arg):  # noqa: N802
        fault = await self._office.meet("DATA", self)
        if fault is None:
            await super().smtp_DATA(arg)
        elif fault != "421 gone":
            await self.push(fault)


@asynccontextmanager
async def open_office(*, certificate: ssl.SSLContext | None = None, password: str | None = None) -> AsyncIterator[PostOffice]:
    """A post office on a free port; with a certificate it offers STARTTLS, with a password it asks for it."""
    office, loop = PostOffice(), asyncio.get_running_loop()

    def check(server, session, envelope, mechanism, data):
        return AuthResult(success=data.password.decode() == password)

    options: dict[str, Any] = {"tls_context": certificate} if certificate else {}
    if password is not None:
        options |= {"authenticator": check, "auth_required": True, "auth_require_tls": False}
    server = await loop.create_server(lambda: Clerk(office, **options), "127.0.0.1", 0)
    office.port = server.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        server.close()
        for transport in office.connections:
            transport.abort()
        await server.wait_closed()
