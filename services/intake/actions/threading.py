"""Finds what a mail is about: the matter that it answers, by signs that only we can make; the notice of ours that came back."""

from dataclasses import dataclass

from services.intake.actions.bouncing import note_bounce, note_delivered
from services.intake.actions.looking import complaint_of
from services.intake.documents.notice import NOTICE
from services.intake.door import Door
from services.intake.mime import Bounce, Mail
from services.intake.model.complaint import Complaint
from services.intake.model.mail import Correspondent
from services.intake.model.threads import COMPLAINANT, read_message_id, read_reply_addresses


@dataclass(frozen=True)
class Thread:
    """The matter that a mail answers, and who its sender is in it."""

    complaint: Complaint
    who: Correspondent


async def find_thread(door: Door, mail: Mail) -> Thread | None:
    """The matter, or None when nothing in the mail is a sign of ours. Raises Broken, Unavailable."""
    found = read_reply_addresses(door.reply_key, mail.recipients) or await _of_notice(door, mail)
    complaint = await complaint_of(door, found[0]) if found else None
    if found is None or complaint is None:
        return None
    return Thread(complaint, _correspondent(door, complaint, found[1], mail.sender.casefold()))


async def take_back(door: Door, bounce: Bounce) -> str | None:
    """Notes what a mail system says of one of our notices; the number of its matter, or None when it is about none. Raises Unavailable."""
    name = read_message_id(door.reply_key, bounce.original_message_id)
    if name is None:
        return None
    if bounce.delivered:
        notice = await note_delivered(door, name)
    else:
        notice = await note_bounce(door, name, permanent=bounce.permanent, why=bounce.status)
    return notice.number if notice else None


async def _of_notice(door: Door, mail: Mail) -> tuple[str, str] | None:
    """Number and recipient of the notice that the mail answers."""
    name = read_message_id(door.reply_key, " ".join(mail.references))
    notice = await NOTICE.read(door.store, name) if name else None
    return (notice.number, notice.follower or COMPLAINANT) if notice else None


def _correspondent(door: Door, complaint: Complaint, recipient: str, sender: str) -> Correspondent:
    """Whose address the mail comes from: a notice that was passed on, or stolen, lets nobody speak for somebody else."""
    if sender and sender == _address(door, complaint.number, complaint.contact):
        return "complainant"
    follower = next((one for one in complaint.followers if one.id == recipient), None)
    if sender and follower and sender == _address(door, complaint.number, follower.contact):
        return "follower"
    return "stranger"


def _address(door: Door, number: str, contact: str | None) -> str:
    return (door.contacts.open(number, contact).email or "").casefold() if contact else ""
