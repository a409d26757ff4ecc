"""A citizen who writes mails and a city that gets them: real messages into a real Maildir."""

import itertools
from collections.abc import Iterable
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from services.intake.actions.sorting import sort_mail
from services.intake.documents import COMPLAINT
from services.intake.documents.mail import MAIL
from services.intake.model.complaint import Complaint
from services.intake.model.mail import Envelope, MailRecord
from shared.ports import Equal, Order
from tests.builders import MONDAY

from .conftest import House, Open

BOX = "12345@city.example"
WANG = "王小明 <wang@example.com>"
TEXT = "柳堤路 12 号院昨天晚上停水，到现在没有来水。"
COUNT = itertools.count(1)


def make_maildir(folder: Path) -> Path:
    for part in ("cur", "new", "tmp"):
        (folder / part).mkdir(parents=True)
    return folder


def letter(
    text: str = TEXT, *, sender: str = WANG, to: str = BOX, subject: str = "停水", files: Iterable[bytes] = (), **headers: str
) -> bytes:
    """A mail as a mail program writes it; headers by their names with _ for -."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = format_datetime(MONDAY)
    message["Message-ID"] = f"<{next(COUNT)}@mail.example.com>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    for number, content in enumerate(files):
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=f"文件{number}")
    return message.as_bytes()


BOUNCE = """\
This is the mail system at host mx.example.com. Your message could not be delivered.

--sep
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; wang@example.com
Action: {action}
Status: {status}

--sep
Content-Type: text/rfc822-headers

From: 12345@city.example
To: wang@example.com
Subject: receipt
Message-ID: {name}

--sep--
"""


def returned(name: str, action: str, status: str) -> bytes:
    """What a mail system says of a mail of ours with this Message-ID (RFC 3464): failed, delayed, delivered."""
    head = "From: MAILER-DAEMON@mx.example.com\nTo: 12345@city.example\nSubject: Undelivered\nReturn-Path: <>\nMIME-Version: 1.0\n"
    report = 'Content-Type: multipart/report; report-type=delivery-status; boundary="sep"\n\n--sep\nContent-Type: text/plain\n\n'
    return (head + report + BOUNCE.format(action=action, status=status, name=name)).encode()


class Delivery:
    """A mail server that delivers into a Maildir, and a look at what lies there."""

    def __init__(self, maildir: Path) -> None:
        self.maildir = maildir

    def deliver(self, *mails: bytes) -> None:
        for raw in mails:
            name = f"{next(COUNT):010d}.M1P1.mail"
            (self.maildir / "tmp" / name).write_bytes(raw)
            (self.maildir / "tmp" / name).rename(self.maildir / "new" / name)

    def lies_in(self, place: str) -> list[bytes]:
        folder = self.maildir / f".{place}" / "cur"
        return [path.read_bytes() for path in sorted(folder.iterdir())] if folder.exists() else []

    def waiting(self) -> list[str]:
        """The names of the mails that still lie in the mailbox."""
        return [path.name for part in ("new", "cur") for path in (self.maildir / part).iterdir()]


class Post(Delivery):
    """The Maildir of `house`, and what comes of the mails in it."""

    def __init__(self, house: House, maildir: Path) -> None:
        super().__init__(maildir)
        self.house = house

    async def run(self) -> list[MailRecord]:
        """Collects and sorts until nothing is left; all mails, oldest first."""
        collector = self.house.service.state["collector"]
        while await collector.collect() + await sort_mail(self.house.door):
            continue
        return await self.records()

    async def records(self, **where: Any) -> list[MailRecord]:
        found = await self.house.world.store.find(MAIL.name, where, order=Order("arrived_at"), limit=1_000)
        return [MAIL.parse(stored) for stored in found]

    async def kept(self) -> list[MailRecord]:
        """Those that were collected and not sorted yet."""
        return await self.records(state=Equal("kept"))

    async def receive(self, *mails: bytes) -> list[MailRecord]:
        """The records of these mails, once they have been sorted."""
        before = {record.id for record in await self.records()}
        self.deliver(*mails)
        return [record for record in await self.run() if record.id not in before]

    async def complaints(self) -> list[Complaint]:
        found = await self.house.world.store.find(COMPLAINT.name, {}, order=Order("received_at"), limit=1_000)
        return [COMPLAINT.parse(stored) for stored in found]

    def envelope(self, record: MailRecord) -> Envelope:
        assert record.envelope
        return Envelope.model_validate_json(self.house.door.mails.open(record.envelope, record.id))


async def open_post(open_intake: Open, folder: Path, *, scanner_url: str = "", **own: Any) -> Post:
    """Intake with a Maildir in the folder, the same each time."""
    maildir = folder / "mail"
    if not maildir.exists():
        make_maildir(maildir)
    return Post(await open_intake(own, mailbox_url=f"maildir:{maildir}", mail_address=BOX, scanner_url=scanner_url), maildir)
