"""Sorts the mails that are kept: each becomes a complaint or part of one, is put aside, or waits for a person. Once, whatever crashes."""

from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from services.intake.actions.filing import add_to_complaint, contact_of, open_complaint, opened_before, submission_of
from services.intake.actions.mail_records import count_recent, delivered_before, known, settle
from services.intake.actions.originals import read, read_original
from services.intake.actions.threading import Thread, find_thread, take_back
from services.intake.actions.together import together
from services.intake.documents.mail import MAIL
from services.intake.door import Door
from services.intake.mime import LARGEST_MAIL, Mail, Unreadable
from services.intake.model.mail import MOST_TRIES, MailRecord, Sight, fate
from services.intake.model.threads import read_message_id
from services.intake.numbering import MACHINE
from shared.ports import Change, Conflict, Equal, Order, Unavailable
from shared.refusals import NotAllowed
from shared.runtime.work import Action
from shared.telemetry import logger

AT_ONCE = 20
"""Mails sorted side by side, unless fewer fill the memory that one may take."""

T = TypeVar("T")

log = logger(__name__)


@dataclass(frozen=True)
class Seen:
    """A mail that was read; `recent` counts those that its sender sent before it within the hour."""

    record: MailRecord
    mail: Mail
    recent: int = 0


async def sort_mail(door: Door) -> int:
    """Sorts the oldest mails that are kept; how many. Raises Unavailable: then those that were not sorted yet stay as they are."""
    claimed = await _claim(door)
    try:
        read = await together(_guarded(record, _read(door, record)) for record in claimed)
        ordered = await _order(door, [seen for seen in read if seen])
        await together(_guarded(seen.record, _place(door, seen)) for seen in ordered)
    except Unavailable:
        await together(_forget_try(door, record) for record in claimed)
        raise
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


async def _guarded(record: MailRecord, step: Awaitable[T]) -> T | None:
    """The step; a surprise in it leaves the mail to the next look. Raises Unavailable."""
    try:
        return await step
    except Unavailable:
        raise
    except Exception:
        log.exception("a mail could not be sorted", mail=record.id, tries=record.tries)
        return None


async def _forget_try(door: Door, record: MailRecord) -> None:
    """A mail may wait for the scanner or the files as long as it takes. Where it is the store that is away, the try counts."""
    action = Action(door.store, door.clock.now(), MACHINE)
    present = await action.load(MAIL, record.id)
    if present and present.state == "kept":
        action.apply(MAIL, record.id, present.model_copy(update={"tries": max(present.tries - 1, 0)}))
        with suppress(Conflict):  # another process is at it
            await action.commit()


async def _read(door: Door, record: MailRecord) -> Seen | None:
    """The mail as it was read, or None when it has its place now: with a person."""
    if record.tries > MOST_TRIES:
        await settle(door, record, "waiting", "failed")
        return None
    try:
        mail = await read(door, await read_original(door, record.id))
    except Unreadable:
        await settle(door, record, "waiting", "unreadable" if record.whole else "too_large")
        return None
    record = known(door, record, mail)
    if not record.whole:
        await settle(door, record, "waiting", "too_large")
        return None
    return Seen(record, mail)


async def _order(door: Door, read: list[Seen]) -> list[Seen]:
    """Each message once, a second delivery being left until the first has its place; and each with how many its sender sent before it."""
    messages: set[str] = set()
    sent: dict[str, int] = {}
    ordered = []
    for seen in read:
        if seen.mail.fingerprint in messages:
            continue
        messages.add(seen.mail.fingerprint)
        sender = seen.record.sender
        if sender and seen.mail.kind == "person":
            before = sent[sender] if sender in sent else await count_recent(door, sender, seen.record.arrived_at)
            sent[sender] = before + 1
            seen = Seen(seen.record, seen.mail, before)
        ordered.append(seen)
    return ordered


async def _place(door: Door, seen: Seen) -> None:
    """What was begun before a crash is found first, so that no later rule decides otherwise."""
    record, mail = seen.record, seen.mail
    if same := await delivered_before(door, record):
        await settle(door, record, "aside", "duplicate", about=same.number or same.about)
        return
    thread = await find_thread(door, mail)
    if await opened_before(door, mail.fingerprint):
        await _open(door, seen)
    elif thread and mail.fingerprint in thread.complaint.added:
        await _add(door, seen, thread)
    else:
        await _decide(door, seen, thread)


async def _decide(door: Door, seen: Seen, thread: Thread | None) -> None:
    mail = seen.mail
    speaker = "own" if read_message_id(door.reply_key, mail.message_id) else mail.kind
    says = bool(mail.text or mail.subject or mail.attachments)
    sight = Sight(speaker, contact_of(mail).email is not None, says, thread.who if thread else None, seen.recent)
    state, reason = fate(sight, door.own.mails_of_sender)
    about = await take_back(door, mail.bounce) if mail.bounce else thread.complaint.number if thread else None
    if state == "opened":
        await _open(door, seen)
    elif state == "added" and thread:
        await _add(door, seen, thread)
    else:
        await settle(door, seen.record, state, reason, about=about)


async def _open(door: Door, seen: Seen) -> None:
    filed = await open_complaint(door, seen.record, seen.mail, submission_of(seen.mail))
    await settle(door, seen.record, "opened", number=filed.number, refused=filed.refused)


async def _add(door: Door, seen: Seen, thread: Thread) -> None:
    number = thread.complaint.number
    try:
        filed = await add_to_complaint(door, seen.record, seen.mail, number, submission_of(seen.mail).text)
    except NotAllowed:
        await settle(door, seen.record, "waiting", "not_now" if thread.complaint.open else "matter_over", about=number)
        return
    await settle(door, seen.record, "added", number=number, refused=filed.refused if filed else ())
