"""What tests of notices stand on: intake with a real mail server, notices queued as events queue them, and short words of their own."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr
from uuid_utils import uuid7

from services.intake.actions.notifying import Sender
from services.intake.documents.notice import NOTICE
from services.intake.door import Door
from services.intake.model.complaint import Complaint
from services.intake.model.notice import Notice
from services.intake.wording import Worded
from shared.events import Actor, Record
from shared.events.intake import NoticeChannel, NoticeQueued, NoticeSettled
from shared.runtime.relay import Relay
from tests.adapters.post_office import PostOffice, open_office
from tests.services.intake.conftest import House, Open

SENDER = "12345@city.example"
MAIL = "wang@home.example"


def words(door: Door, complaint: Complaint, notice: Notice) -> Worded:
    return Worded(f"{notice.kind} {notice.number}", f"notice {notice.id}")


@dataclass
class Notices:
    """A house, the post office that its mail goes to, and a sender of each channel."""

    house: House
    office: PostOffice
    senders: dict[str, Sender] = field(default_factory=dict)

    async def matter(self, email: str = MAIL, **body: Any) -> str:
        """A matter whose complainant is told nothing but what a test queues."""
        receipt = await self.house.submit(contact={"email": email, **body.pop("contact", {})}, notify="none", **body)
        number: str = receipt["number"]
        return number

    async def queue(self, number: str, **event: Any) -> str:
        """A notice of the matter: its id."""
        record = self.record(number, **event)
        await self.deliver(record)
        return record.id

    def record(self, number: str, **event: Any) -> Record:
        queued = NoticeQueued(**{"kind": "dispatched", "channel": "email", **event})
        return Record(id=str(uuid7()), case=number, at=self.house.clock.now(), by=Actor(kind="machine", id="tracking"), event=queued)

    async def deliver(self, record: Record) -> None:
        """Lets intake take in the record, again if it had it already."""
        await self.house.world.log.append([record])
        await self.house.consume(record.case)

    def sender(self, channel: NoticeChannel = "email") -> Sender:
        return self.senders.setdefault(channel, Sender(self.house.door, channel, words))

    async def send(self, channel: NoticeChannel = "email") -> None:
        """Sends until nothing is due at this moment."""
        while await self.sender(channel).step():
            continue

    async def notice(self, name: str) -> Notice:
        return NOTICE.parse((await self.house.world.store.get(NOTICE.name, [name]))[name])

    async def settled(self) -> list[NoticeSettled]:
        """What others were told of notices, in order."""
        await Relay("intake", self.house.world.store, self.house.world.log).step()
        return [record.event for record in await self.house.logged() if isinstance(record.event, NoticeSettled)]

    def arrived(self) -> Counter[str]:
        """How often each notice has arrived by mail, by its id."""
        return Counter(mail["Message-ID"].strip(" <>").split(".")[0] for mail in self.office.mails)


@asynccontextmanager
async def open_notices(open_intake: Open, **settings: Any) -> AsyncIterator[Notices]:
    async with open_office() as office:
        url = SecretStr(f"smtp://127.0.0.1:{office.port}?tls=never")
        house = await open_intake(**{"notify_url": url, "mail_address": SENDER, **settings})
        yield Notices(house, office)
        await house.world.outside.close()
