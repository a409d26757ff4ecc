"""Makes of a mail what it is to be: a complaint of its own, or an addition to one. Both are done once however often they are tried."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from services.intake.actions.composing import COMPLAINANT, Sent, idempotency
from services.intake.actions.following import take_known
from services.intake.actions.submitting import OtherRequest, sent_before, submit
from services.intake.developing import Developed
from services.intake.door import Door
from services.intake.faults import Refused
from services.intake.mime import Mail, Part
from services.intake.model.complaint import Complaint
from services.intake.model.mail import MailRecord, Refusal, language_of, text_of
from services.intake.model.submission import Contact, Submission, Supplement
from shared.events import Actor


@dataclass(frozen=True)
class Filed:
    """What a mail became, and which attachments were not taken."""

    number: str
    refused: tuple[Refusal, ...] = ()


def contact_of(mail: Mail) -> Contact:
    """Name and address of the sender; without the address when nothing can be sent to it."""
    try:
        return Contact(name=mail.sender_name, email=mail.sender)
    except ValidationError:
        return Contact(name=mail.sender_name)


def submission_of(mail: Mail) -> Submission:
    """The complaint as its sender said it."""
    language = language_of(mail.subject, mail.text)
    return Submission(text=text_of(mail.subject, mail.text, language), title=mail.subject, contact=contact_of(mail))


async def open_complaint(
    door: Door, record: MailRecord, mail: Mail | None, submission: Submission, by: Actor = COMPLAINANT
) -> Filed:
    """The complaint that the mail has become, now or earlier. Raises Refused, Unavailable."""
    key = key_of(record, mail)
    taken, refused = await _developed(door, mail.attachments if mail else ())
    if earlier := await opened_before(door, key):
        return Filed(earlier.number, refused)
    sent = Sent(
        submission, channel="mailbox", key=key, attachments=taken, received_at=record.arrived_at, by=by,
        language=language_of(submission.title, submission.text),
    )  # fmt: skip
    try:
        return Filed((await submit(door, sent)).number, refused)
    except OtherRequest:  # another process has just taken it in, in a clerk's words or as it was before an update of ours
        earlier = await opened_before(door, key)
        if earlier is None:
            raise
        return Filed(earlier.number, refused)


async def add_to_complaint(
    door: Door, record: MailRecord, mail: Mail | None, number: str, text: str, by: Actor = COMPLAINANT
) -> Filed | None:
    """The complaint that has the mail's words and attachments as an addition; None when there is no such complaint.

    Raises NotAllowed with the reason when nothing can be added any more, Unavailable.
    """
    taken, refused = await _developed(door, mail.attachments if mail else ())
    complaint = await take_known(door, number, Supplement(text=text), attachments=taken, by=by, once=key_of(record, mail))
    return Filed(number, refused) if complaint else None


def key_of(record: MailRecord, mail: Mail | None) -> str:
    """What tells one message from another, however often it is delivered."""
    return mail.fingerprint if mail else record.id


async def opened_before(door: Door, key: str) -> Complaint | None:
    """The complaint that the message with this key has become."""
    return await sent_before(door, idempotency("mailbox", key))


async def _developed(door: Door, parts: Sequence[Part]) -> tuple[list[Developed], tuple[Refusal, ...]]:
    """The attachments as they will be kept, and those that cannot be taken. Raises Unavailable."""
    taken: list[Developed] = []
    refused: list[Refusal] = []
    for place, part in enumerate(parts):
        try:
            taken.append(await door.darkroom.develop(part.content))
        except Refused as refusal:
            refused.append(Refusal(part=place, why=refusal.why))
    return taken, tuple(refused)
