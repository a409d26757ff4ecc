"""IMAP keeps the mailbox's contract on a real Dovecot; what a server does that goes away, refuses, is slow or knows little."""

import itertools
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import quote

import pytest
from imap_tools.folder import MailBoxFolderManager

from shared.adapters import imap_mailbox, imap_session
from shared.adapters.imap_mailbox import ImapMailbox
from shared.adapters.imap_session import Account, read_account
from shared.ports import Unavailable, Unusable
from tests.contracts.mailbox_contract import LARGEST, Deliver, LiesIn, MailboxContract, OpenMailbox, mail, subjects
from tests.servers.dovecot import PASSWORD, Dovecot

USERS = (f"clerk{number}" for number in itertools.count())
WAYS = {"moves": "", "copies": "IMAP4rev1 UIDPLUS", "marks": "IMAP4rev1"}
"""What the server says that it can do: MOVE, or COPY and taking away one message, or COPY and marking it."""
LETTERS = "&Z2VP4Q-"
"""来信 as IMAP writes it."""


@contextmanager
def dovecot(**options: Any) -> Iterator[Dovecot]:
    server = Dovecot(**options)
    try:
        yield server
    finally:
        server.close()


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with dovecot() as server:
        yield server


@pytest.fixture(scope="module")
def simple_server() -> Iterator[Dovecot]:
    with dovecot(capability=WAYS["marks"]) as server:
        yield server


@pytest.fixture
def user() -> str:
    return next(USERS)


def account(server: Dovecot, user: str, folder: str = "", password: str = PASSWORD, scheme: str = "imap") -> Account:
    host = "localhost" if scheme == "imaps" else "127.0.0.1"
    return read_account(f"{scheme}://{user}:{quote(password, safe='')}@{host}:{server.port}/{quote(folder)}")


Open = Callable[..., ImapMailbox]


@pytest.fixture
async def opened() -> Any:
    """Opens mailboxes that are closed again."""
    mailboxes: list[ImapMailbox] = []

    def opens(account: Account) -> ImapMailbox:
        mailboxes.append(ImapMailbox(account))
        return mailboxes[-1]

    yield opens
    for mailbox in mailboxes:
        await mailbox.close()


class TestImap(MailboxContract):
    @pytest.fixture
    def open_mailbox(self, server: Dovecot, user: str, opened: Open) -> OpenMailbox:
        async def open_mailbox() -> ImapMailbox:
            return opened(account(server, user))

        return open_mailbox

    @pytest.fixture
    def deliver(self, server: Dovecot, user: str) -> Deliver:
        return lambda raw: server.deliver(user, raw)

    @pytest.fixture
    def lies_in(self, server: Dovecot, user: str) -> LiesIn:
        return lambda place: server.lies_in(user, f"INBOX/{place}")


class TestSimpleImap(TestImap):
    """The same on a server that can neither move messages nor take away a single one."""

    @pytest.fixture
    def server(self, simple_server: Dovecot) -> Dovecot:
        return simple_server


async def test_reading_marks_nothing_as_seen(server: Dovecot, user: str, opened: Open) -> None:
    server.deliver(user, mail(1))
    assert await subjects(opened(account(server, user))) == [1]
    with closing_client(server, user) as client:
        client.select("INBOX", readonly=True)
        assert client.search(None, "UNSEEN")[1] == [b"1"]


@contextmanager
def closing_client(server: Dovecot, user: str) -> Iterator[Any]:
    client = server.connect(user)
    try:
        yield client
    finally:
        client.logout()


async def test_what_people_have_marked_as_deleted_is_left_to_them(server: Dovecot, user: str, opened: Open) -> None:
    for number in range(3):
        server.deliver(user, mail(number))
    with closing_client(server, user) as client:
        client.select("INBOX")
        client.store("1:2", "+FLAGS", r"(\Deleted)")
    assert await subjects(opened(account(server, user)), 1) == [2]


@pytest.mark.parametrize("way", WAYS)
async def test_putting_aside_takes_away_no_other_message(way: str, user: str, opened: Open) -> None:
    with dovecot(capability=WAYS[way]) as server:
        for number in range(3):
            server.deliver(user, mail(number))
        mailbox = opened(account(server, user))
        _, second, _ = await mailbox.arrived(10, LARGEST)
        with closing_client(server, user) as client:
            client.select("INBOX")
            client.store("1", "+FLAGS", r"(\Deleted)")
        await mailbox.put_aside(second.handle, "taken")
        left = [mail(0), mail(1), mail(2)] if way == "marks" else [mail(0), mail(2)]
        assert server.lies_in(user, "INBOX") == left
        assert server.lies_in(user, "INBOX/taken") == [mail(1)]
        assert await subjects(mailbox) == [2]


async def test_a_long_folder_is_listed_by_windows(server: Dovecot, user: str, opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_session, "WINDOW", 2)
    for number in range(7):
        server.deliver(user, mail(number))
    mailbox = opened(account(server, user))
    assert await subjects(mailbox, 5) == [0, 1, 2, 3, 4]
    assert await subjects(mailbox) == list(range(7))


async def test_folders_have_names_in_any_language(server: Dovecot, user: str, opened: Open) -> None:
    with closing_client(server, user) as client:
        client.create(LETTERS)
        client.append(LETTERS, "", "", mail(1))
    mailbox = opened(account(server, user, "来信"))
    (one,) = await mailbox.arrived(10, LARGEST)
    await mailbox.put_aside(one.handle, "taken")
    assert server.lies_in(user, f"{LETTERS}/taken") == [mail(1)]


@pytest.mark.parametrize("first_seen", [1, 2], ids=["before it is looked for", "before it is made"])
async def test_a_folder_that_another_process_makes_meanwhile_is_fine(
    first_seen: int, server: Dovecot, user: str, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.deliver(user, mail(1))
    mailbox = opened(account(server, user))
    (one,) = await mailbox.arrived(10, LARGEST)
    looks = itertools.count(1)

    def exists(manager: MailBoxFolderManager, folder: str) -> bool:
        look = next(looks)
        if look == 1:
            with closing_client(server, user) as other:
                assert other.create(folder)[0] == "OK"
        return look >= first_seen

    monkeypatch.setattr(MailBoxFolderManager, "exists", exists)
    await mailbox.put_aside(one.handle, "taken")
    assert next(looks) == first_seen + 1
    assert (server.lies_in(user, "INBOX"), server.lies_in(user, "INBOX/taken")) == ([], [mail(1)])


async def test_a_server_that_went_away_is_told_and_found_again(user: str, opened: Open) -> None:
    with dovecot() as server:
        server.deliver(user, mail(1))
        server.deliver(user, mail(2))
        mailbox = opened(account(server, user))
        first, second = await mailbox.arrived(10, LARGEST)
        server.stop()
        for call in (mailbox.arrived(10, LARGEST), mailbox.put_aside(first.handle, "taken"), mailbox.ping()):
            with pytest.raises(Unavailable, match=r"127\.0\.0\.1"):
                await call
        server.start()
        await mailbox.put_aside(first.handle, "taken")
        assert await subjects(mailbox) == [2]
        server.stop()
        server.start()
        assert await subjects(mailbox) == [2], "over a new connection, without anybody noticing"
        await mailbox.put_aside(second.handle, "taken")
        assert server.lies_in(user, "INBOX/taken") == [mail(1), mail(2)]


async def test_a_handle_of_a_folder_that_was_made_anew_moves_nothing(server: Dovecot, user: str, opened: Open) -> None:
    with closing_client(server, user) as client:
        client.create("letters")
        client.append("letters", "", "", mail(1))
        mailbox = opened(account(server, user, "letters"))
        (old,) = await mailbox.arrived(10, LARGEST)
        client.delete("letters")
        client.create("letters")
        client.append("letters", "", "", mail(2))
    again = opened(account(server, user, "letters"))
    await again.put_aside(old.handle, "taken")
    (new,) = await again.arrived(10, LARGEST)
    assert (new.raw, new.handle.split(".")[1]) == (mail(2), old.handle.split(".")[1])


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"password": "wrong"}, "refuses the user name or the password"), ({"folder": "nowhere"}, "does not open the folder nowhere")],
)
async def test_what_a_person_must_put_right_is_said(server: Dovecot, user: str, opened: Open, changes: Any, words: str) -> None:
    with pytest.raises(Unusable, match=words) as told:
        await opened(account(server, user, **changes)).arrived(10, LARGEST)
    assert PASSWORD not in str(told.value)
    assert "wrong" not in str(told.value)


async def test_a_server_is_trusted_only_with_its_certificate(user: str, opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    with dovecot(tls=True) as server:
        server.deliver(user, mail(1))
        mailbox = opened(account(server, user, scheme="imaps"))
        with pytest.raises(Unusable, match="certificate"):
            await mailbox.arrived(10, LARGEST)
        monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
        assert await subjects(mailbox) == [1]


@contextmanager
def talking(*said: bytes, every: float = 0.0) -> Iterator[Account]:
    """A server that says these things to whoever comes, whatever they want, and then is silent."""
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=speak, args=(connection,), daemon=True).start()

    def speak(connection: socket.socket) -> None:
        with closing(connection):
            for part in said:
                connection.sendall(part)
                time.sleep(every)
            over.wait(10)

    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        threading.Thread(target=serve, daemon=True).start()
        yield read_account(f"imap://a:b@127.0.0.1:{listener.getsockname()[1]}")
        over.set()


@pytest.mark.parametrize("said", [(), (b"* OK\r\n",), (b"* BYE too many connections\r\n",), (b"\x16\x03\x01\x00\x00garbage\r\n" * 3,)])
async def test_a_server_that_talks_no_sense_is_waited_for_no_longer_than_allowed(
    said: tuple[bytes, ...], opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap_session, "PATIENCE", 0.2)
    with talking(*said) as strange, pytest.raises(Unavailable, match=r"127\.0\.0\.1"):
        await opened(strange).arrived(10, LARGEST)


async def test_a_server_that_drips_is_given_up(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_mailbox, "LONGEST", 0.3)
    monkeypatch.setattr(imap_session, "PATIENCE", 0.5)
    with talking(*[b"* OK still here\r\n"] * 100, every=0.02) as dripping, pytest.raises(Unavailable, match="longer than"):
        await opened(dripping).arrived(10, LARGEST)


def test_the_url_says_where_the_mail_lies() -> None:
    read = read_account("imaps://12345%40city.example:p%40ss%2F@imap.city.example/INBOX/%E6%9D%A5%E4%BF%A1")
    assert read == Account("imaps", "imap.city.example", 993, "12345@city.example", "p@ss/", "INBOX/来信")
    assert (read_account("imap://a:b@localhost").folder, read_account("imap://a:b@localhost").port) == ("INBOX", 143)
    assert "p@ss" not in repr(read)


@pytest.mark.parametrize(
    "url", ["imaps://host/INBOX", "imaps://user@host", "imaps://:pw@host", "imaps://a:b@:993", "imaps://a:b@h:x", "imaps:a"]
)
def test_a_url_without_user_password_or_host_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="imaps://USER:PASSWORD@HOST/FOLDER"):
        read_account(url)
