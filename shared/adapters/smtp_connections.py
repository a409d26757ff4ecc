"""Kept connections to one mail server: greeted, encrypted and signed in; lent out one message at a time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

from aiosmtplib import SMTP, SMTPException

from shared.ports import Unavailable
from shared.ports.outside import Deferred, Undeliverable

Tls = Literal["offered", "require", "never", "from_start"]
LEAVE = 2.0
"""Seconds for the last answer on a connection."""
_PORTS: dict[Tls, int] = {"offered": 25, "require": 587, "never": 25, "from_start": 465}

FAULTS = (SMTPException, OSError)
"""What a conversation breaks with: refusals, a lost connection, silence, a certificate that does not hold."""


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed in. `tls`: where it is offered, always (STARTTLS), never, or from the first byte (smtps)."""

    host: str
    port: int
    user: str | None = None
    password: str | None = None
    tls: Tls = "offered"


@dataclass(frozen=True)
class Patience:
    """Seconds to wait for a connection, for an answer to a command, and for the answer to a whole message, which servers scan first."""

    connect: float = 15.0
    command: float = 60.0
    message: float = 300.0


def read_mail_server(url: str) -> MailServer:
    """The server of smtp://USER:PASSWORD@HOST:PORT?tls=require or smtps://…. Raises ValueError saying what is wrong, never the password.

    A password goes over an open line only where `tls=never` says so.
    """
    parts = urlsplit(url)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    tls = _tls(parts.scheme, options.pop("tls", None), secret=parts.password is not None)
    if not parts.hostname or options or parts.path.strip("/"):
        raise ValueError(
            "must be smtp://USER:PASSWORD@HOST:PORT, maybe with ?tls=require or ?tls=never, or smtps://USER:PASSWORD@HOST:PORT"
        )
    return MailServer(
        parts.hostname, parts.port or _PORTS[tls], unquote(parts.username) if parts.username else None,
        unquote(parts.password) if parts.password else None, tls,
    )  # fmt: skip


def _tls(scheme: str, wanted: str | None, *, secret: bool) -> Tls:
    match scheme, wanted:
        case "smtps", None:
            return "from_start"
        case "smtp", None:
            return "require" if secret else "offered"
        case "smtp", "require":
            return "require"
        case "smtp", "never":
            return "never"
    raise ValueError("the scheme is smtp or smtps; tls is require or never, and only with smtp")


class Connections:
    """At most `most` connections at once; one that is free is used again."""

    def __init__(self, server: MailServer, patience: Patience, most: int) -> None:
        self._server, self._patience = server, patience
        self._free: list[SMTP] = []
        self._places = asyncio.Semaphore(most)

    @asynccontextmanager
    async def borrow(self) -> AsyncIterator[SMTP]:
        """A connection on which nothing has been begun. Raises Unavailable when there is none to be had.

        It is kept after a message and after a clear refusal; anything else that comes out of the block ends it.
        """
        async with self._places:
            client = await self._kept() or await self._opened()
            try:
                yield client
            except (Undeliverable, Deferred):
                self._keep(client)
                raise
            except BaseException:
                client.close()
                raise
            self._keep(client)

    async def close(self) -> None:
        """Takes leave of the server, which need not answer."""
        free, self._free = self._free, []
        await asyncio.gather(*[client.quit(timeout=LEAVE) for client in free], return_exceptions=True)
        for client in free:
            client.close()

    def _keep(self, client: SMTP) -> None:
        if client.is_connected:
            self._free.append(client)

    async def _kept(self) -> SMTP | None:
        """A free connection that still answers. RSET ends what a refused message left behind, and finds out whether the server is there."""
        while self._free:
            client = self._free.pop()
            try:
                await client.rset(timeout=self._patience.command)
            except FAULTS:
                client.close()
            else:
                return client
        return None

    async def _opened(self) -> SMTP:
        server = self._server
        client = SMTP(
            hostname=server.host, port=server.port, username=server.user, password=server.password, timeout=self._patience.connect,
            use_tls=server.tls == "from_start", start_tls={"offered": None, "require": True}.get(server.tls, False),
        )  # fmt: skip
        try:
            await client.connect()
        except FAULTS as fault:
            client.close()
            raise Unavailable(f"the mail server {server.host}:{server.port} cannot be used: {fault}") from fault
        return client
