"""One connection to a folder of an IMAP server (RFC 9051 and 3501): from signing in to its end."""

import ipaddress
import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.utils import encode_folder

from shared.adapters import imap_answers as answers
from shared.ports import Unavailable, Unusable

PATIENCE = 30.0
"""Seconds that the server may be silent."""
WINDOW = 500
"""Messages whose sizes are asked for together."""
SHORT = "(UID RFC822.SIZE FLAGS)"
"""What is asked of a message to list it."""
PORTS = {"imaps": 993, "imap": 143}


@dataclass(frozen=True)
class Account:
    """Where the mail lies and how one gets in."""

    scheme: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str


def read_account(url: str) -> Account:
    """The account of imaps://USER:PASSWORD@HOST[:PORT]/FOLDER; without a folder the INBOX. Raises ValueError, without the password."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as fault:
        raise ValueError("not a URL such as imaps://USER:PASSWORD@HOST/FOLDER; write signs such as @ : / # % in it as %40 …") from fault
    if not (parts.hostname and parts.username and parts.password):
        raise ValueError("USER, PASSWORD and HOST are needed: imaps://USER:PASSWORD@HOST/FOLDER")
    folder = unquote(parts.path.strip("/")) or "INBOX"
    return Account(
        parts.scheme, parts.hostname, port or PORTS[parts.scheme], unquote(parts.username), unquote(parts.password), folder
    )  # fmt: skip


class Session:
    """A connection with the folder selected. Raises Unusable and Unavailable, and beside them what the libraries raise."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self.refused: dict[str, str] = {}
        self._box = _connect(account)
        try:
            self._sign_in()
            self.count = self.select()
        except BaseException:
            self.hang_up()
            raise

    def _sign_in(self) -> None:
        account, client = self._account, self._box.client
        plain = (account.user + account.password).isascii()
        sign_in = self._box.login if plain else self._box.login_utf8
        sign_in(account.user, account.password, None)
        self._can = answers.capabilities(client.capability())
        if "ID" in self._can:  # some providers open no folder to a program that has not said its name (RFC 2971)
            client.xatom("ID", '("name" "Huiying")')
        found = self._box.folder.list("", account.folder)
        delimiter = found[0].delim if found else "NIL"
        self._between = "-" if delimiter == "NIL" else delimiter

    def select(self) -> int:
        """Looks at the folder anew: how many messages it has."""
        _, data = self._box.folder.set(self._account.folder)
        self.validity = answers.first_number(self._box.client.response("UIDVALIDITY")[1])
        return answers.first_number(data)

    def listed(self, count: int) -> Iterator[answers.Listed]:
        """The messages from the oldest on, without those marked as deleted; by windows, so that a folder of any size costs little.

        Their sequence numbers hold still meanwhile: while it answers FETCH a server takes no message away (RFC 9051, 7.5.1).
        """
        for first in range(1, count + 1, WINDOW):
            answer = self._box.client.fetch(f"{first}:{min(first + WINDOW - 1, count)}", SHORT)
            if not answers.done(answer):
                raise Unavailable(f"{self._account.host} does not list the messages: {answers.words(answer)}")
            yield from (one for one in answers.listed(answer) if not one.deleted)

    def fetch(self, uids: list[str], section: str, most: int) -> dict[str, bytes]:
        """At most so many bytes of a section of each message, without marking it as seen. What is gone is not among them, nor what the
        server refuses, a damaged message say: then `refused` has its words.
        """
        if not uids:
            return {}
        answer = self._box.client.uid("FETCH", ",".join(uids), f"(UID BODY.PEEK[{section}]<0.{most}>)")
        if answers.done(answer):
            return answers.bodies(answer)
        if len(uids) == 1:
            self.refused[uids[0]] = answers.words(answer)
            return {}
        singly = [self.fetch([uid], section, most) for uid in uids]
        return {uid: content for found in singly for uid, content in found.items()}

    def move(self, uid: str, place: str) -> None:
        """Into a folder below this one, made when it is not there."""
        folder = f"{self._account.folder}{self._between}{place}"
        refused = self._moved(uid, folder)
        if refused is not None:
            self._make(folder)
            refused = self._moved(uid, folder)
        if refused is not None:
            raise Unavailable(f"{self._account.host} does not move a message into {folder}: {answers.words(refused)}")

    def _moved(self, uid: str, folder: str) -> answers.Answer | None:
        """None when it is done, also for a message that is gone; else the refusal."""
        client, name = self._box.client, _encoded(folder)
        if "MOVE" in self._can:
            moved = client.uid("MOVE", uid, name)
            return None if answers.done_or_gone(moved) else moved
        if not [one for one in answers.listed(client.uid("FETCH", uid, SHORT)) if not one.deleted]:
            return None
        copied = client.uid("COPY", uid, name)
        if not answers.done(copied):
            return None if answers.done_or_gone(copied) else copied
        marked = client.uid("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)")
        if answers.done(marked) and "UIDPLUS" in self._can:  # a plain EXPUNGE would take away what somebody else has marked
            client.uid("EXPUNGE", uid)
        return None if answers.done_or_gone(marked) else marked

    def _make(self, folder: str) -> None:
        """Sees to it that a folder is there, whoever makes it; subscribed too, so that mail programs show it."""
        if self._box.folder.exists(folder):
            return
        answer = self._box.client.create(_encoded(folder))
        if not answers.done(answer) and not self._box.folder.exists(folder):  # another process may have made it just now
            raise Unusable(f"{self._account.host} does not let the folder {folder} be made: {answers.words(answer)}; make it by hand")
        self._box.client.subscribe(_encoded(folder))

    def leave(self) -> None:
        self._box.logout()

    def hang_up(self) -> None:
        """Ends the connection at once, also from another thread: whoever reads from it wakes up."""
        with suppress(OSError):  # it may have ended already
            self._box.client.sock.shutdown(socket.SHUT_RDWR)
        with suppress(OSError):
            self._box.client.shutdown()


def _connect(account: Account) -> BaseMailBox:
    """An encrypted connection; a plain one only to this very machine."""
    if account.scheme == "imaps":
        return MailBox(account.host, account.port, timeout=PATIENCE, ssl_context=ssl.create_default_context())
    if _is_loopback(account.host):
        return MailBoxUnencrypted(account.host, account.port, timeout=PATIENCE)
    return MailBoxStartTls(account.host, account.port, timeout=PATIENCE, ssl_context=ssl.create_default_context())


def _encoded(folder: str) -> str:
    """The name as IMAP wants it, in quotes (modified UTF-7)."""
    return encode_folder(folder).decode("ascii")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
