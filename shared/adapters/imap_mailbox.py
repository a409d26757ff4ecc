"""A mailbox on an IMAP server, read by one thread over one connection that is made anew when it breaks."""

import asyncio
import ssl
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from imaplib import IMAP4
from itertools import islice
from typing import TypeVar

from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError, UnexpectedCommandStatusError

from shared.adapters import imap_answers as answers
from shared.adapters.imap_session import Account, Session
from shared.adapters.mail_bounds import LONGEST_HEAD, fitting, head_of, sub_folder_name
from shared.ports import Incoming, Unavailable, Unusable

LONGEST = 300.0
"""Seconds that one call may take, whatever the server does: a large message over a slow line."""
FAREWELL = 2.0
"""Seconds for saying goodbye."""

T = TypeVar("T")


class ImapMailbox:
    """See shared.ports.Mailbox. A handle is UIDVALIDITY.UID. The server may be away at the start: the first call opens the connection.

    Messages that the server does not hand out, damaged ones say, are passed over as long as there are others (`_withheld`: the UIDs, with
    the server's words). Some servers hang up over one, without a word on which of those asked for it was: then the next ones are asked for
    singly (`_singly`: how many still).
    """

    def __init__(self, account: Account) -> None:
        self._account = account
        self._thread = ThreadPoolExecutor(1, "imap")
        self._session: Session | None = None
        self._withheld: dict[str, str] = {}
        self._singly = 0

    async def arrived(self, limit: int, largest: int) -> list[Incoming]:
        return await self._run(lambda: self._arrived(limit, largest))

    async def put_aside(self, handle: str, place: str) -> None:
        name = sub_folder_name(place)
        await self._run(lambda: self._put_aside(handle, name))

    async def ping(self) -> None:
        await self._run(self._look)

    async def close(self) -> None:
        leaving = asyncio.get_running_loop().run_in_executor(self._thread, self._leave)
        try:
            await asyncio.wait_for(leaving, FAREWELL)
        except TimeoutError:
            self._hang_up()
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[[], T]) -> T:
        done = asyncio.get_running_loop().run_in_executor(self._thread, self._translated, work)
        try:
            return await asyncio.wait_for(done, LONGEST)
        except TimeoutError as fault:
            self._hang_up()
            raise Unavailable(f"{self._account.host} has taken longer than {LONGEST:.0f} s; the connection was given up") from fault

    def _look(self) -> tuple[Session, int]:
        """The connection and how many messages there are now. Servers end connections that are quiet for long: then a new one is made."""
        if self._session is not None:
            with suppress(OSError, IMAP4.abort):
                return self._session, self._session.select()
            self._hang_up()
        self._session = Session(self._account)
        return self._session, self._session.count

    def _arrived(self, limit: int, largest: int) -> list[Incoming]:
        session, count = self._look()
        sizes = self._next(session, count, 1 if self._singly else limit)
        chosen = list(fitting(sizes.items(), largest))
        found = self._fetched(session, {uid: sizes[uid] for uid in chosen}, largest)
        said = next(iter(session.refused.values()), "")
        self._note(session, chosen)
        if said and not found:
            raise Unavailable(f"{self._account.host} does not hand out a message: {said}")
        return found

    def _fetched(self, session: Session, sizes: Mapping[str, int], largest: int) -> list[Incoming]:
        try:
            return _fetch(session, sizes, largest)
        except (OSError, IMAP4.abort) as fault:
            if len(sizes) > 1:
                self._singly = len(sizes)
                raise
            session.refused |= dict.fromkeys(sizes, str(fault))
            return []

    def _next(self, session: Session, count: int, limit: int) -> dict[str, int]:
        """The oldest messages with their sizes; of those that were withheld one after the other, where there is nothing else."""
        sizes, withheld = dict[str, int](), dict[str, int]()
        for one in session.listed(count):
            (withheld if one.uid in self._withheld else sizes)[one.uid] = one.size
            if len(sizes) == limit:
                break
        return sizes or {uid: withheld[uid] for uid in islice((uid for uid in self._withheld if uid in withheld), 1)}

    def _note(self, session: Session, chosen: Iterable[str]) -> None:
        """Who was withheld goes to the end of the line, who was not out of it."""
        for uid in chosen:
            self._withheld.pop(uid, None)
            self._singly = max(self._singly - 1, 0)
        self._withheld |= session.refused
        session.refused.clear()

    def _put_aside(self, handle: str, place: str) -> None:
        """A folder that was made anew meanwhile gives every message another handle; under the old one there is nothing any more."""
        session = self._session or self._look()[0]
        validity, _, uid = handle.partition(".")
        if int(validity) == session.validity:
            session.move(uid, place)

    def _leave(self) -> None:
        if self._session is not None:
            with suppress(OSError, IMAP4.error, ImapToolsError):  # whatever it says, the connection ends
                self._session.leave()
        self._hang_up()

    def _hang_up(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.hang_up()

    def _translated(self, work: Callable[[], T]) -> T:
        """Every fault ends the connection: what the server has said so far may be half an answer."""
        try:
            return work()
        except BaseException as fault:
            self._hang_up()
            told = _told(self._account, fault)
            if told is fault:
                raise
            raise told from fault


def _fetch(session: Session, sizes: Mapping[str, int], largest: int) -> list[Incoming]:
    """These messages, by UID and size, but for those that are gone or withheld."""
    whole = session.fetch([uid for uid, size in sizes.items() if size <= largest], "", largest + 1)
    cut = [uid for uid, size in sizes.items() if size > largest or len(whole.get(uid, b"")) > largest]
    heads = session.fetch(cut, "HEADER", LONGEST_HEAD)
    there = (uid for uid in sizes if uid in whole or uid in heads)
    return [_incoming(f"{session.validity}.{uid}", sizes[uid], whole.get(uid), heads.get(uid), largest) for uid in there]


def _incoming(handle: str, size: int, whole: bytes | None, head: bytes | None, largest: int) -> Incoming:
    """A message as it was fetched. Servers may miscount: what was fetched to the bound and beyond is too large whatever `size` says."""
    if whole is not None and len(whole) <= largest:
        return Incoming(handle, len(whole), head_of(whole), whole)
    return Incoming(handle, max(size, largest + 1), head_of(head or whole or b""), None)


def _told(account: Account, fault: BaseException) -> BaseException:
    """The port's word for what went wrong; what is not the server's or the network's fault stays what it is."""
    match fault:
        case UnexpectedCommandStatusError():
            said = answers.words(fault.command_result)
            return Unavailable(f"{account.host}: {said}") if answers.passing(said) else Unusable(_refusal(account, fault, said))
        case IMAP4.readonly():
            return Unusable(f"{account.host}: the folder {account.folder} can only be read; mails could not be put aside")
        case ssl.SSLCertVerificationError():
            return Unusable(f"{account.host}: its certificate cannot be trusted ({fault.verify_message})")
        case OSError() | IMAP4.error() | ImapToolsError():
            return Unavailable(f"{account.host}: {fault}")
        case _:
            return fault


def _refusal(account: Account, fault: UnexpectedCommandStatusError, said: str) -> str:
    match fault:
        case MailboxLoginError():
            return f"{account.host} refuses the user name or the password: {said}"
        case MailboxFolderSelectError():
            return f"{account.host} does not open the folder {account.folder}: {said}"
        case _:
            return f"{account.host}: {said}"
