"""What the mailbox clerk sees and decides: the mails that wait for a person, those put aside, and what became of the others."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.intake.actions.filing import add_to_complaint, open_complaint
from services.intake.actions.looking import Viewer, complaint_of, write_look
from services.intake.actions.mail_records import envelope_of, find_mail
from services.intake.actions.originals import read, read_original
from services.intake.actions.paging import list_page
from services.intake.documents import COMPLAINT
from services.intake.documents.mail import MAIL
from services.intake.door import Door
from services.intake.faults import Refused
from services.intake.mime import Mail, Unreadable
from services.intake.model.mail import Decision, Envelope, MailRecord, MailState, decide
from services.intake.model.numbers import parse
from services.intake.model.submission import Submission
from services.intake.sealing import Broken
from shared.events import Actor
from shared.ports import OneOf, Order
from shared.runtime.work import Action
from shared.telemetry import MAILS

TABS: Mapping[str, tuple[MailState, ...]] = {"waiting": ("waiting",), "aside": ("aside",), "opened": ("opened", "added")}
"""The lists, each with the states of its mails."""


@dataclass(frozen=True)
class Listed:
    """A mail in a list; the envelope is None where nothing could be read or the seal is of another key, and where the mail is `closed`: it
    has become part of a matter that the officer may not see.
    """

    record: MailRecord
    envelope: Envelope | None
    closed: bool = False


@dataclass(frozen=True)
class Seen:
    """A mail as it is shown: `mail` is None when it cannot be read, `missing` says that there is nothing to read at all."""

    record: MailRecord
    mail: Mail | None
    missing: bool = False

    @property
    def refused(self) -> dict[int, str]:
        """Why an attachment was not taken, by its place in the mail."""
        return {one.part: one.why for one in self.record.refused}


async def counts(door: Door) -> dict[str, int]:
    """How many mails each list has, and how many are not sorted yet, under 'kept'."""
    found = await door.store.count(MAIL.name, {}, by="state")
    return {tab: sum(found.get(state, 0) for state in states) for tab, states in TABS.items()} | {"kept": found.get("kept", 0)}


async def list_mails(door: Door, tab: str, after: str, viewer: Viewer) -> tuple[list[Listed], str]:
    """A page of a list, what waits the longest first, else the newest first; and what the next one is asked for with, as in `list_page`."""
    page = await list_page(door, MAIL, {"state": OneOf(TABS[tab])}, Order("arrived_at", descending=tab != "waiting"), after)
    found = await door.store.get(COMPLAINT.name, [one.number for one in page.rows if one.number])
    closed = {number for number, stored in found.items() if not viewer.sees(COMPLAINT.parse(stored))}
    return [Listed(one, None, closed=True) if one.number in closed else Listed(one, envelope_of(door, one)) for one in page.rows], page.next


async def see(door: Door, record: MailRecord) -> Seen:
    """The mail as it is read today. Raises Unavailable."""
    try:
        return Seen(record, await read(door, await read_original(door, record.id)))
    except Unreadable:
        return Seen(record, None)
    except Broken:
        return Seen(record, None, missing=True)


async def hand_out(door: Door, record: MailRecord, viewer: Viewer, reason: str) -> bytes:
    """What came, once it is durable who took it: it names its sender. Raises Broken, Unavailable."""
    content = await read_original(door, record.id)
    await write_look(door, record.number or record.id, viewer, reason)
    return content


async def open_as_new(door: Door, name: str, submission: Submission, by: Actor) -> str | None:
    """The number of the complaint that the mail has become in the clerk's words; None when there is no such mail.

    Raises NotAllowed when somebody has decided meanwhile, Refused for what the complaint cannot say, Conflict, Unavailable.
    """
    record = await find_mail(door, name)
    if record is None:
        return None
    decide(record, Decision("opened"))
    filed = await open_complaint(door, record, (await see(door, record)).mail, submission, by)
    await _decided(door, name, Decision("opened", number=filed.number, refused=filed.refused), by)
    return filed.number


async def add_to_matter(door: Door, name: str, written: str, text: str, viewer: Viewer) -> str | None:
    """The number of the matter that the mail was added to; None when there is no such mail. Raises as `open_as_new`."""
    record = await find_mail(door, name)
    if record is None:
        return None
    decide(record, Decision("added"))
    number = await _number(door, record, written, viewer)
    filed = await add_to_complaint(door, record, (await see(door, record)).mail, number, text, viewer.actor)
    await _decided(door, name, Decision("added", number=number, refused=filed.refused if filed else ()), viewer.actor)
    return number


async def _number(door: Door, record: MailRecord, written: str, viewer: Viewer) -> str:
    """The number of a matter that is there: the one that the mail answers, or one that the clerk may see. Raises Refused."""
    number = parse(written)
    if number is None:
        raise Refused("number", "fault.number_slip")
    complaint = await complaint_of(door, number)
    if complaint is None:
        raise Refused("number", "fault.no_such_number")
    if number != record.about and not viewer.sees(complaint):
        raise Refused("number", "fault.number_closed")
    return number


async def put_mail_aside(door: Door, name: str, reason: str, by: Actor) -> MailRecord | None:
    """The mail, put aside; None when there is none. Raises NotAllowed, Conflict, Unavailable."""
    return await _decided(door, name, Decision("aside", reason), by)


async def look_again(door: Door, name: str, by: Actor) -> MailRecord | None:
    """The mail, to be sorted as if it had just come; None when there is none. Raises NotAllowed, Conflict, Unavailable."""
    return await _decided(door, name, Decision("kept"), by)


async def _decided(door: Door, name: str, decision: Decision, by: Actor) -> MailRecord | None:
    action = Action(door.store, door.clock.now(), by)
    record = await action.load(MAIL, name)
    if record is None:
        return None
    after = decide(record, decision).model_copy(update={"decided_by": by.id, "decided_at": action.now})
    action.apply(MAIL, name, after)
    await action.commit()
    MAILS.labels(after.state).inc()
    return after
