"""Messages that an IMAP server does not hand out hold up no other: it refuses them, or hangs up over them as Dovecot does."""

import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from urllib.parse import quote

import pytest

from shared.adapters import mail_bounds
from shared.adapters.imap_mailbox import ImapMailbox
from shared.adapters.imap_session import read_account
from shared.ports import Unavailable
from tests.contracts.mailbox_contract import LARGEST, mail, subjects
from tests.servers.damaged_imap import damaged_server
from tests.servers.dovecot import PASSWORD, Dovecot

Open = Callable[[int], ImapMailbox]
USER = "clerk"


@pytest.fixture
def server() -> Iterator[Dovecot]:
    server = Dovecot()
    yield server
    server.close()


@pytest.fixture
async def opened() -> AsyncIterator[Open]:
    """Opens mailboxes that are closed again."""
    mailboxes: list[ImapMailbox] = []

    def opens(port: int) -> ImapMailbox:
        mailboxes.append(ImapMailbox(read_account(f"imap://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{port}")))
        return mailboxes[-1]

    yield opens
    for mailbox in mailboxes:
        await mailbox.close()


async def test_a_damaged_message_holds_up_no_other_and_is_told_when_it_is_alone(opened: Open) -> None:
    mails = {number: mail(number) for number in (1, 2, 3)}
    with damaged_server(mails, {2}) as port:
        assert await subjects(opened(port)) == [1, 3]
    with damaged_server(mails, {1, 2, 3}) as port, pytest.raises(Unavailable, match="damaged"):
        await opened(port).arrived(10, LARGEST)


async def take_out(mailbox: ImapMailbox, looks: int) -> list[int]:
    """The numbers of the mails that come out in so many looks, each put aside."""
    found = []
    for _ in range(looks):
        with suppress(Unavailable):
            for one in await mailbox.arrived(10, LARGEST):
                await mailbox.put_aside(one.handle, "taken")
                found.append(int(one.head.split(b"matter ")[1].split()[0]))
    return found


async def test_a_message_over_which_the_server_hangs_up_holds_up_no_other(server: Dovecot, opened: Open) -> None:
    for number in range(1, 7):
        server.deliver(USER, mail(number))
    for path in server.files(USER):
        if re.search(rb"matter [25]", path.read_bytes()):
            path.chmod(0)
    mailbox = opened(server.port)
    assert await take_out(mailbox, 8) == [1, 3, 4, 6]
    with pytest.raises(Unavailable, match="does not hand out"):
        await mailbox.arrived(10, LARGEST)
    server.deliver(USER, mail(7))
    assert await take_out(mailbox, 1) == [7]
    for path in server.files(USER):
        path.chmod(0o600)
    assert sorted(await take_out(mailbox, 3)) == [2, 5]


async def test_damaged_messages_fill_no_list_and_no_memory(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_bounds, "AT_ONCE", 500)
    mails = {number: mail(number, b"x" * 400) for number in range(1, 5)}
    with damaged_server(mails, {1, 2, 3}) as port:
        mailbox = opened(port)
        assert 4 in await take_out(mailbox, 4)
