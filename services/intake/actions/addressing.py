"""Where a notice goes, and as what message."""

from dataclasses import dataclass
from datetime import datetime

from services.intake.actions.apps import Hook
from services.intake.door import Door
from services.intake.model import threads
from services.intake.model.apps import signature_header
from services.intake.model.complaint import Complaint
from services.intake.model.notice import DUTY_DESK, Notice
from shared.ports.outside import Outgoing


@dataclass(frozen=True)
class Reader:
    """Who is told: the complainant, a follower, or the duty desk, which is no person. `person` is a keyed hash, `given_at` when they gave
    their contact, which is sealed.
    """

    person: str | None
    contact: str | None
    given_at: datetime


@dataclass(frozen=True)
class Parcel:
    """A notice that can be sent: to whom, where, and the keyed hash of where. `hook` signs what goes to an app."""

    notice: Notice
    complaint: Complaint
    reader: Reader
    to: str
    address: str
    hook: Hook | None = None


def reader_of(complaint: Complaint, notice: Notice) -> Reader | None:
    """None when who had joined is not on the matter any more."""
    if notice.follower is None:
        return Reader(complaint.person, complaint.contact, complaint.received_at)
    if notice.follower == DUTY_DESK:
        return Reader(None, None, notice.queued_at)
    follower = next((one for one in complaint.followers if one.id == notice.follower), None)
    return Reader(follower.person, follower.contact, follower.joined_at) if follower else None


def parcel_of(door: Door, complaint: Complaint, notice: Notice, hook: Hook | None = None) -> Parcel | None:
    """None when there is no contact to send it to. `hook` is the app's. Raises Broken when the contact cannot be opened."""
    reader = reader_of(complaint, notice)
    to = hook.url if hook else _address(door, notice, reader) if reader else None
    return Parcel(notice, complaint, reader, to, hash_of(door, to), hook) if reader and to else None


def hash_of(door: Door, to: str) -> str:
    """An address as it is kept: the same for the same address, telling nothing without the key."""
    return door.contacts.pseudonym(f"address:{to.casefold()}")


def message_of(door: Door, parcel: Parcel, subject: str, text: str) -> Outgoing:
    """The message; mail carries the signs that lead its answers and bounces back here, what goes to an app is signed as of now."""
    notice, headers = parcel.notice, dict[str, str]()
    if notice.channel == "email":
        headers = {"Message-ID": message_id(door, notice), "Reply-To": reply_to(door, notice)}
    elif parcel.hook:
        signed = signature_header(parcel.hook.secret, int(door.clock.now().timestamp()), text)
        headers = {"Huiying-Delivery": notice.id, "Huiying-Signature": signed}
    return Outgoing(notice.id, parcel.to, subject, text, headers)


def message_id(door: Door, notice: Notice) -> str:
    _, _, domain = door.world.settings.mail_address.rpartition("@")
    return threads.message_id(door.reply_key, notice.id, domain)


def reply_to(door: Door, notice: Notice) -> str:
    """The address that leads an answer to the matter. Ours may be too long to carry the sign of a follower: then the answer is known by
    the Message-ID alone.
    """
    address = door.world.settings.mail_address
    try:
        return threads.reply_address(address, threads.reply_token(door.reply_key, notice.number, notice.follower or threads.COMPLAINANT))
    except ValueError:
        return address


def _address(door: Door, notice: Notice, reader: Reader) -> str | None:
    if notice.follower == DUTY_DESK:
        return door.duty_desk.addresses.get(notice.channel)
    contact = door.contacts.open(notice.number, reader.contact) if reader.contact else None
    if contact is None:
        return None
    match notice.channel:
        case "email":
            return contact.email
        case "sms":
            return contact.phone or None
    return None
