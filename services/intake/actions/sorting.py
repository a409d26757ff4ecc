"""Sorts the mails that are kept: each becomes a complaint or part of one, is put aside, or waits for a person. Once, whatever crashes."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from services.intake.actions.filing import add_to_complaint, contact_of, open_complaint, opened_before, submission_of
from services.intake.actions.originals import read, read_original
from services.intake.actions.threading import Thread, find_thread, take_back
from services.intake.actions.together import together
from services.intake.documents.mail import MAIL
from services.intake.door import Door
from services.intake.mime import LARGEST_MAIL, Mail, Unreadable
from services.intake.model.mail import MOST_TRIES, Envelope, MailRecord, Sight, fate
from services.intake.model.threads import read_message_id
from services.intake.numbering import MACHINE
from shared.ports import Between, Change, Conflict, Equal, Order, Unavailable, stamp
from shared.refusals import NotAllowed
from shared.runtime.work import Action
from shared.telemetry import MAILS, logger

AT_ONCE = 20
"""Mails sorted side by side, unless fewer fill the memory that one may take."""
FLOOD = timedelta(hours=1)

log = logger(__name__)


async def sort_mail(door: Door) -> int:
    """Sorts the oldest mails that are kept; how many. Raises Unavailable: then those that were not sorted yet stay as they are."""
    sitting = Sitting(door)
    claimed = await _claim(door)
    await together(sitting.sort(record) for record in claimed)
    return len(claimed)


async def _claim(door: Door) -> list[MailRecord]:
    """The next mails, each with one try more: one that takes the process down with it counts like any other. One that was looked at
    before is looked at alone, so that those beside it do not pay for it.
    """
    found = await door.store.find(MAIL.name, {"state": Equal("kept")}, order=Order("arrived_at"), limit=AT_ONCE)
    claims: list[tuple[MailRecord, Change]] = []
    held = 0
    for stored in found:
        record = MAIL.parse(stored)
        held += record.size if record.whole else 0
        if claims and (record.tries or held > LARGEST_MAIL):
            break
        record = record.model_copy(update={"tries": record.tries + 1})
        claims.append((record, Change(MAIL.name, stored.key, stored.version, MAIL.body(record), MAIL.values(record))))
        if record.tries > 1:
            break
    lost = {conflict.key for conflict in await door.store.commit([change for _, change in claims])} if claims else set()
    return [record for record, _ in claims if record.id not in lost]


class Sitting:
    """One look at some mails together: knows which of them are one message twice, and how many each address has sent."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._messages: set[str] = set()
        self._recent: dict[str, int] = {}

    async def sort(self, record: MailRecord) -> None:
        """Sorts one mail. After a surprise the next look tries again, the last one leaves it to a person. Raises Unavailable."""
        if record.tries > MOST_TRIES:
            await settle(self._door, record, "waiting", "failed")
            return
        try:
            await self._sort(record)
        except Unavailable:
            await self._forget_try(record)
            raise
        except Exception:
            log.exception("a mail could not be sorted", mail=record.id, tries=record.tries)

    async def _forget_try(self, record: MailRecord) -> None:
        """What waits for the scanner or the files may do so for ever. Where it is the store that is away, the try counts."""
        action = Action(self._door.store, self._door.clock.now(), MACHINE)
        present = await action.load(MAIL, record.id)
        if present and present.state == "kept":
            action.apply(MAIL, record.id, present.model_copy(update={"tries": present.tries - 1}))
            with suppress(Conflict):  # another process is at it
                await action.commit()

    async def _sort(self, record: MailRecord) -> None:
        try:
            mail = await read(self._door, await read_original(self._door, record.id))
        except Unreadable:
            await settle(self._door, record, "waiting", "unreadable" if record.whole else "too_large")
            return
        record = known(self._door, record, mail)
        if not record.whole:
            await settle(self._door, record, "waiting", "too_large")
        elif mail.fingerprint not in self._messages:  # its second delivery is looked at when the first has its place
            self._messages.add(mail.fingerprint)
            await self._place(record, mail)

    async def _place(self, record: MailRecord, mail: Mail) -> None:
        """What was begun before a crash is found first, so that no later rule decides otherwise."""
        door = self._door
        if same := await _delivered_before(door, record):
            await settle(door, record, "aside", "duplicate", about=same.number or same.about)
            return
        thread = await find_thread(door, mail)
        if await opened_before(door, mail.fingerprint):
            await self._open(record, mail)
        elif thread and mail.fingerprint in thread.complaint.added:
            await self._add(record, mail, thread)
        else:
            await self._decide(record, mail, thread)

    async def _decide(self, record: MailRecord, mail: Mail, thread: Thread | None) -> None:
        says = bool(mail.text or mail.subject or mail.attachments)
        speaker = "own" if read_message_id(self._door.reply_key, mail.message_id) else mail.kind
        sight = Sight(speaker, contact_of(mail).email is not None, says, thread.who if thread else None, await self._count(record))
        state, reason = fate(sight, self._door.own.mails_of_sender)
        about = thread.complaint.number if thread else None
        if mail.bounce:
            about = await take_back(self._door, mail.bounce)
        if state == "opened":
            await self._open(record, mail)
        elif state == "added" and thread:
            await self._add(record, mail, thread)
        else:
            await settle(self._door, record, state, reason, about=about)

    async def _open(self, record: MailRecord, mail: Mail) -> None:
        filed = await open_complaint(self._door, record, mail, submission_of(mail))
        await settle(self._door, record, "opened", number=filed.number, refused=filed.refused)

    async def _add(self, record: MailRecord, mail: Mail, thread: Thread) -> None:
        number = thread.complaint.number
        try:
            filed = await add_to_complaint(self._door, record, mail, number, submission_of(mail).text)
        except NotAllowed:
            reason = "not_now" if thread.complaint.open else "matter_over"
            await settle(self._door, record, "waiting", reason, about=number)
            return
        await settle(self._door, record, "added", number=number, refused=filed.refused if filed else ())

    async def _count(self, record: MailRecord) -> int:
        """How many mails of its address were sorted within the hour before it, those of this sitting among them."""
        if record.sender is None:
            return 0
        if record.sender not in self._recent:
            since = Between(stamp(record.arrived_at - FLOOD), stamp(record.arrived_at))
            counted = await self._door.store.count(MAIL.name, {"sender": Equal(record.sender), "arrived_at": since})
            self._recent.setdefault(record.sender, counted[None])
        self._recent[record.sender] += 1
        return self._recent[record.sender] - 1


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


async def settle(door: Door, record: MailRecord, state: str, reason: str = "", **facts: Any) -> None:
    """Writes down what became of the mail, unless another process or a person has done so meanwhile."""
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


async def _delivered_before(door: Door, record: MailRecord) -> MailRecord | None:
    """Another delivery of the same message that has its place already."""
    found = await door.store.find(MAIL.name, {"fingerprint": Equal(record.fingerprint)}, order=Order("arrived_at"), limit=10)
    others = (MAIL.parse(stored) for stored in found if stored.key != record.id)
    return next((other for other in others if other.state != "kept"), None)
