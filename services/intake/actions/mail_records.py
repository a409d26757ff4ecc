"""What is written down of mails, and found again: who wrote, what became of them, what came before."""

from datetime import datetime, timedelta
from typing import Any

from services.intake.documents.mail import MAIL
from services.intake.door import Door
from services.intake.mime import Mail
from services.intake.model.mail import Envelope, MailRecord, MailState
from services.intake.numbering import MACHINE
from services.intake.sealing import Broken
from shared.ports import Between, Conflict, Equal, OneOf, Order, Where, stamp
from shared.runtime.work import Action
from shared.telemetry import MAILS, logger

MOST_DELIVERIES = 10
"""Deliveries of one message that are looked at; more of them change nothing."""
MOST_MAILS = 40
"""Of one matter: itself and its additions."""
FLOOD = timedelta(hours=1)
OF_PEOPLE: tuple[MailState, ...] = ("opened", "added", "waiting")

log = logger(__name__)


def known(door: Door, record: MailRecord, mail: Mail) -> MailRecord:
    """The record with what was read."""
    envelope = Envelope(name=mail.sender_name, address=mail.sender, subject=mail.subject)
    facts = {
        "fingerprint": mail.fingerprint,
        "sender": door.contacts.pseudonym(mail.sender.casefold()) if mail.sender else None,
        "envelope": door.mails.close(envelope.model_dump_json(), record.id),
        "left_out": mail.left_out,
    }
    return record.model_copy(update=facts)


def envelope_of(door: Door, record: MailRecord) -> Envelope | None:
    """Who wrote and about what; None where nothing could be read, or the seal is of another key."""
    try:
        return Envelope.model_validate_json(door.mails.open(record.envelope, record.id)) if record.envelope else None
    except Broken:
        return None


async def settle(door: Door, record: MailRecord, state: MailState, reason: str = "", **facts: Any) -> None:
    """Writes down what became of a mail that was kept, unless another process or a person has done so meanwhile."""
    action = Action(door.store, door.clock.now(), MACHINE)
    present = await action.load(MAIL, record.id)
    if present is None or present.state != "kept":
        return
    action.apply(MAIL, record.id, record.model_copy(update={"state": state, "reason": reason, **facts}))
    try:
        await action.commit()
    except Conflict:
        log.info("a mail was sorted by another process meanwhile", mail=record.id)
        return
    MAILS.labels(state).inc()


async def find_mail(door: Door, name: str) -> MailRecord | None:
    return await MAIL.read(door.store, name)


async def mails_of(door: Door, number: str) -> list[MailRecord]:
    """The mails that a matter was made of, the oldest first."""
    return await _find(door, {"number": Equal(number)}, MOST_MAILS)


async def delivered_before(door: Door, record: MailRecord) -> MailRecord | None:
    """Another delivery of the same message that has its place already."""
    found = await _find(door, {"fingerprint": Equal(record.fingerprint)}, MOST_DELIVERIES)
    return next((other for other in found if other.id != record.id and other.state != "kept"), None)


async def count_recent(door: Door, sender: str, moment: datetime) -> int:
    """How many mails of people this sender (a keyed hash) has sent from an hour before the moment on; without those not sorted yet."""
    where: Where = {"sender": Equal(sender), "arrived_at": Between(low=stamp(moment - FLOOD)), "state": OneOf(OF_PEOPLE)}
    return (await door.store.count(MAIL.name, where))[None]


async def _find(door: Door, where: Where, most: int) -> list[MailRecord]:
    return await MAIL.find(door.store, where, order=Order("arrived_at"), limit=most)
