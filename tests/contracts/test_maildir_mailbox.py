"""A Maildir keeps the mailbox's contract; what mail servers and mail programs do to it meanwhile."""

import errno
import itertools
import os
from pathlib import Path

import pytest

from shared.adapters.maildir_mailbox import MaildirMailbox
from shared.ports import Unavailable, Unusable
from tests.contracts.mailbox_contract import LARGEST, Deliver, LiesIn, MailboxContract, OpenMailbox, mail, subjects


def make_maildir(folder: Path) -> Path:
    for part in ("cur", "new", "tmp"):
        (folder / part).mkdir(parents=True)
    return folder


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    return make_maildir(tmp_path / "mail")


class TestMaildir(MailboxContract):
    @pytest.fixture
    def open_mailbox(self, maildir: Path) -> OpenMailbox:
        async def open_mailbox() -> MaildirMailbox:
            return MaildirMailbox(maildir)

        return open_mailbox

    @pytest.fixture
    def deliver(self, maildir: Path) -> Deliver:
        """As a mail server does it: two in each second, the names of old ones shorter than those of new ones."""
        count = itertools.count(999_999_990)

        def deliver(raw: bytes) -> None:
            number = next(count)
            name = f"{number // 2}.M{number}P77.mail.example.com"
            (maildir / "tmp" / name).write_bytes(raw)
            (maildir / "tmp" / name).rename(maildir / "new" / name)

        return deliver

    @pytest.fixture
    def lies_in(self, maildir: Path) -> LiesIn:
        def lies_in(place: str) -> list[bytes]:
            assert (maildir / f".{place}" / "maildirfolder").exists()
            return [path.read_bytes() for path in sorted((maildir / f".{place}" / "cur").iterdir())]

        return lies_in


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_new_and_seen_mail_is_read_and_nothing_else(maildir: Path) -> None:
    (maildir / "new/100.a").write_bytes(mail(1))
    (maildir / "cur/99.b:2,S").write_bytes(mail(0))
    (maildir / "cur/copied by hand").write_bytes(mail(7))
    (maildir / "tmp/98.c").write_bytes(mail(2))
    (maildir / "new/.hidden").write_bytes(mail(3))
    (maildir / "new/97.d").mkdir()
    (maildir / "new/96.e").symlink_to(maildir / "tmp/98.c")
    assert await subjects(MaildirMailbox(maildir)) == [7, 0, 1]


async def test_a_message_that_a_mail_program_marks_meanwhile_is_put_aside_with_its_marks(maildir: Path) -> None:
    (maildir / "new/100.a").write_bytes(mail(1))
    (maildir / "new/101.b").write_bytes(mail(2))
    mailbox = MaildirMailbox(maildir)
    first, second = await mailbox.arrived(10, LARGEST)
    (maildir / "new/100.a").rename(maildir / "cur/100.a:2,FS")
    for one in (first, second):
        await mailbox.put_aside(one.handle, "taken")
    assert names(maildir / ".taken/cur") == ["100.a:2,FS", "101.b:2,"]
    assert names(maildir / "cur") == names(maildir / "new") == []


async def test_a_name_that_is_taken_overwrites_nothing(maildir: Path) -> None:
    mailbox = MaildirMailbox(maildir)
    for number in range(3):
        (maildir / "new/100.a").write_bytes(mail(number))
        (one,) = await mailbox.arrived(10, LARGEST)
        await mailbox.put_aside(one.handle, "taken")
    kept = {path.name: path.read_bytes() for path in (maildir / ".taken/cur").iterdir()}
    assert kept == {"100.a:2,": mail(0), "100.a.1:2,": mail(1), "100.a.2:2,": mail(2)}


async def test_a_folder_that_somebody_took_away_is_made_again(maildir: Path) -> None:
    mailbox = MaildirMailbox(maildir)
    for number in range(2):
        (maildir / f"new/{number}.a").write_bytes(mail(number))
        (one,) = await mailbox.arrived(10, LARGEST)
        await mailbox.put_aside(one.handle, "taken")
        (maildir / ".taken/cur").rename(maildir / f"emptied-{number}")
    assert names(maildir / "emptied-1") == ["1.a:2,"]


async def test_a_disk_that_fails_is_told(maildir: Path) -> None:
    (maildir / "new/100.a").write_bytes(mail(1))
    mailbox = MaildirMailbox(maildir)
    (one,) = await mailbox.arrived(10, LARGEST)
    (maildir / ".taken").write_bytes(b"in the way")
    with pytest.raises(Unavailable, match="taken"):
        await mailbox.put_aside(one.handle, "taken")
    assert await subjects(mailbox) == [1]


async def test_a_folder_that_went_away_is_told(maildir: Path) -> None:
    mailbox = MaildirMailbox(maildir)
    (maildir / "new").rmdir()
    with pytest.raises(Unavailable):
        await mailbox.arrived(10, LARGEST)
    with pytest.raises(Unavailable):
        await mailbox.ping()


async def test_a_message_that_cannot_be_read_holds_up_no_other(maildir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(path: Path, *options: int) -> int:
        if path.read_bytes() == mail(2):
            raise OSError(errno.EIO, "Input/output error")
        return opens(path, *options)

    for number in (1, 2, 3):
        (maildir / "new" / f"{number}.x").write_bytes(mail(number))
    opens = os.open
    monkeypatch.setattr("os.open", fails)
    assert await subjects(MaildirMailbox(maildir)) == [1, 3]


async def test_mail_that_may_not_be_read_is_told_to_a_person(maildir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    (maildir / "new/100.a").write_bytes(mail(1))
    monkeypatch.setattr("os.open", refused)
    with pytest.raises(Unusable, match=r"100\.a: Permission denied; the user"):
        await MaildirMailbox(maildir).arrived(10, LARGEST)


@pytest.mark.parametrize("made", [(), ("new",), ("cur", "tmp")])
def test_what_is_no_maildir_is_refused_in_words(tmp_path: Path, made: tuple[str, ...]) -> None:
    for part in made:
        (tmp_path / part).mkdir()
    with pytest.raises(Unusable, match="mkdir -p"):
        MaildirMailbox(tmp_path)
