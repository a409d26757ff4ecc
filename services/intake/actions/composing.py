"""Makes the complaint, and the change that keeps it, of what was sent."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from uuid_utils import uuid7

from services.intake.actions.keeping import Attached, files, photos
from services.intake.contacts import read_contact, way_of
from services.intake.developing import Developed
from services.intake.documents import COMPLAINT
from services.intake.documents.app import App
from services.intake.door import Door
from services.intake.faults import Refused
from services.intake.model.complaint import Complaint, HistoryLine, Language, LetterKind, NotifyBy, Progress
from services.intake.model.noticing import receipt
from services.intake.model.submission import Contact, Submission
from services.intake.numbering import MACHINE
from shared.events import Actor, Channel, Record
from shared.events.intake import CallEnding, ComplaintSubmitted, Place
from shared.ports import Change

COMPLAINANT = Actor(kind="complainant")
NOWHERE = Place()


@dataclass(frozen=True)
class Sent:
    """A submission with what came along. `known_as` tells the sender from others on another platform.

    `by` is the officer who typed it in for the complainant; the rest is as on the complaint.
    """

    submission: Submission
    channel: Channel = "online"
    key: str | None = None
    attachments: Sequence[Developed] = ()
    received_at: datetime | None = None
    known_as: str | None = None
    trace: str | None = None
    by: Actor = COMPLAINANT
    language: Language = "zh-CN"
    app: App | None = None
    letter: LetterKind | None = None
    written_on: date | None = None
    ending: CallEnding | None = None

    @property
    def idempotency(self) -> str | None:
        """The hash of the sender's key, which is unique among complaints; None when they sent none."""
        return idempotency(self.channel, f"{self.app.id}:{self.key}" if self.app else self.key) if self.key else None

    @property
    def request(self) -> str:
        """The hash of all that was said."""
        return _digest(self.submission.model_dump_json(), *(one.sha256 for one in self.attachments))


def idempotency(channel: Channel, key: str) -> str:
    """What a complaint is known by when the same key comes again."""
    return _digest(channel, key)


def check(door: Door, sent: Sent) -> Contact | None:
    """The contact as it will be kept. Raises Refused for a district or category that the city has not, a phone that cannot be one, and a
    way of being told that is not open.
    """
    district = sent.submission.place.district
    if district is not None and district not in door.world.places.districts:
        raise Refused("district", "fault.district_unknown")
    if sent.submission.category is not None and sent.submission.category not in door.world.places.categories:
        raise Refused("category", "fault.category_unknown")
    contact = read_contact(sent.submission.contact) if sent.submission.contact else None
    _way(door, sent, contact)
    return contact


def compose(door: Door, sent: Sent, contact: Contact | None, number: str, kept: Sequence[Attached], now: datetime) -> Complaint:
    """The complaint under its number."""
    said, received_at = sent.submission, sent.received_at or now
    return Complaint(
        number=number, channel=sent.channel, received_at=received_at, title=said.title, text=said.text,
        place=_place(said), complaint_type=said.type,
        contact=door.contacts.close(number, contact) if contact else None, person=_person(door, sent, contact),
        anonymous=said.anonymous, publish=said.publish, confidential=said.confidential, photos=photos(kept), files=files(kept),
        category=said.category, letter=sent.letter, written_on=sent.written_on, ending=sent.ending, language=sent.language,
        app=sent.app.id if sent.app else None,
        notify=_way(door, sent, contact), idempotency=sent.idempotency, request=sent.request if sent.key else "",
        progress=Progress(history=(HistoryLine(at=received_at, key="received"),)),
    )  # fmt: skip


def change(complaint: Complaint, now: datetime, sent: Sent) -> Change:
    """The insertion of the complaint with its event, and with the notice of its receipt where its complainant is told anything."""
    event = ComplaintSubmitted(
        channel=complaint.channel, title=complaint.title, text=complaint.text, place=complaint.place,
        complaint_type=complaint.complaint_type, person=complaint.person, anonymous=complaint.anonymous, publish=complaint.publish,
        confidential=complaint.confidential, photos=complaint.photos, files=complaint.files,
        category=complaint.category, written_on=complaint.written_on, ending=complaint.ending, received_at=complaint.received_at,
    )  # fmt: skip
    records = (
        Record(id=str(uuid7()), case=complaint.number, at=now, by=sent.by, trace=sent.trace, event=event),
        *(Record(id=str(uuid7()), case=complaint.number, at=now, by=MACHINE, trace=sent.trace, event=one) for one in receipt(complaint)),
    )
    return Change(COMPLAINT.name, complaint.number, 0, COMPLAINT.body(complaint), COMPLAINT.values(complaint), records)


def _way(door: Door, sent: Sent, contact: Contact | None) -> NotifyBy:
    """Whoever said it on another platform is told there: an import must not write to thousands of people. An app with a hook tells its
    users itself, unless they wish otherwise. Raises Refused.
    """
    if sent.app and sent.app.hook and sent.submission.notify is None:
        return "webhook"
    return "none" if sent.channel == "import" else way_of(contact, sent.submission.notify, door.world.outside.notifiers)


def _place(said: Submission) -> Place:
    return Place(**said.place.model_dump()) if "place" in said.model_fields_set else NOWHERE


def _person(door: Door, sent: Sent, contact: Contact | None) -> str | None:
    person = door.contacts.same_person(contact) if contact else None
    return person or (door.contacts.pseudonym(f"{sent.channel}:{sent.known_as}") if sent.known_as else None)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
