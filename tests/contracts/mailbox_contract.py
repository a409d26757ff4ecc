"""What every mailbox must do. An adapter's test class inherits MailboxContract and says how mail comes, lies there and is opened."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from shared.adapters import mail_bounds
from shared.ports import Mailbox

LARGEST = 10_000

OpenMailbox = Callable[[], Awaitable[Mailbox]]
Deliver = Callable[[bytes], None]
LiesIn = Callable[[str], list[bytes]]


def mail(number: int, body: bytes = "停水两天了。\r\n".encode()) -> bytes:
    return b"From: a@example.com\r\nSubject: matter %d\r\n\r\n" % number + body


async def subjects(mailbox: Mailbox, limit: int = 100) -> list[int]:
    """The numbers of the mails that have arrived."""
    return [int(one.head.split(b"matter ")[1].split()[0]) for one in await mailbox.arrived(limit, LARGEST)]


class MailboxContract:
    @pytest.fixture
    def open_mailbox(self) -> OpenMailbox:
        """Opens the mailbox of this test, each time a further instance on the same mail."""
        raise NotImplementedError

    @pytest.fixture
    def deliver(self) -> Deliver:
        """A message comes in."""
        raise NotImplementedError

    @pytest.fixture
    def lies_in(self) -> LiesIn:
        """The messages that were put aside to a place."""
        raise NotImplementedError

    @pytest.fixture
    async def mailbox(self, open_mailbox: OpenMailbox) -> Mailbox:
        return await open_mailbox()

    async def test_nothing_has_arrived(self, mailbox: Mailbox) -> None:
        await mailbox.ping()
        assert await mailbox.arrived(10, LARGEST) == []

    async def test_a_message_comes_whole(self, mailbox: Mailbox, deliver: Deliver) -> None:
        raw = mail(1, bytes(range(1, 256)) * 20 + b"\r\n")
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"").replace(b"\n", b"\r\n")
        deliver(raw)
        (one,) = await mailbox.arrived(10, LARGEST)
        assert one.raw == raw
        assert one.size == len(raw)
        assert one.head == b"From: a@example.com\r\nSubject: matter 1\r\n\r\n"

    async def test_the_oldest_come_first_and_only_so_many(self, mailbox: Mailbox, deliver: Deliver) -> None:
        for number in range(12):
            deliver(mail(number))
        assert await subjects(mailbox, 5) == [0, 1, 2, 3, 4]
        assert await subjects(mailbox) == list(range(12))

    async def test_what_is_not_put_aside_comes_again(self, mailbox: Mailbox, open_mailbox: OpenMailbox, deliver: Deliver) -> None:
        deliver(mail(1))
        assert await mailbox.arrived(10, LARGEST) == await mailbox.arrived(10, LARGEST)
        assert await subjects(await open_mailbox()) == [1]

    async def test_of_a_large_message_the_head_comes(self, mailbox: Mailbox, deliver: Deliver) -> None:
        fits = mail(1) + b"x" * (LARGEST - len(mail(1)) - 2) + b"\r\n"
        deliver(fits)
        deliver(mail(2) + b"x" * (LARGEST - len(mail(2)) - 1) + b"\r\n")
        first, second = await mailbox.arrived(10, LARGEST)
        assert (first.raw, first.size) == (fits, LARGEST)
        assert (second.raw, second.size) == (None, LARGEST + 1)
        assert second.head == b"From: a@example.com\r\nSubject: matter 2\r\n\r\n"

    async def test_a_head_that_never_ends_is_cut(self, mailbox: Mailbox, deliver: Deliver) -> None:
        deliver(mail(1).replace(b"\r\n\r\n", b"\r\n" + b"X-More: more and more\r\n" * 10_000))
        (one,) = await mailbox.arrived(10, LARGEST)
        assert one.raw is None
        assert len(one.head) <= mail_bounds.LONGEST_HEAD

    async def test_no_more_than_fits_comes_at_once(self, mailbox: Mailbox, deliver: Deliver, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(mail_bounds, "AT_ONCE", 3 * len(mail(1)))
        for number in range(5):
            deliver(mail(number))
        assert await subjects(mailbox) == [0, 1, 2]
        monkeypatch.setattr(mail_bounds, "AT_ONCE", 1)
        assert await subjects(mailbox) == [0]

    async def test_what_is_put_aside_lies_where_it_was_put(
        self, mailbox: Mailbox, open_mailbox: OpenMailbox, deliver: Deliver, lies_in: LiesIn
    ) -> None:
        for number in range(4):
            deliver(mail(number))
        arrived = await mailbox.arrived(10, LARGEST)
        await mailbox.put_aside(arrived[0].handle, "taken")
        await mailbox.put_aside(arrived[2].handle, "too-large")
        await mailbox.put_aside(arrived[3].handle, "taken")
        assert await subjects(mailbox) == [1]
        assert await subjects(await open_mailbox()) == [1]
        assert lies_in("taken") == [mail(0), mail(3)]
        assert lies_in("too-large") == [mail(2)]

    async def test_what_is_gone_already_is_fine(
        self, mailbox: Mailbox, open_mailbox: OpenMailbox, deliver: Deliver, lies_in: LiesIn
    ) -> None:
        for number in range(3):
            deliver(mail(number))
        arrived, other = await mailbox.arrived(10, LARGEST), await open_mailbox()
        both = [one.put_aside(message.handle, "taken") for message in arrived for one in (mailbox, other)]
        await asyncio.gather(*both)
        await mailbox.put_aside(arrived[0].handle, "taken")
        assert await mailbox.arrived(10, LARGEST) == []
        assert set(lies_in("taken")) == {mail(0), mail(1), mail(2)}, "where a server can only copy, two at once may leave two copies"

    @pytest.mark.parametrize("place", ["", "..", "../a", "a/b", "a.b", "A", "a b", "-a", "a\x00", "a\r\n"])
    async def test_places_that_are_no_plain_ones_are_bugs(self, mailbox: Mailbox, place: str) -> None:
        with pytest.raises(ValueError, match="place"):
            await mailbox.put_aside("1.1", place)
