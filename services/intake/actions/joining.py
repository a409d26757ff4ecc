"""Lets somebody join a public matter, to be told of its progress: one document, one event, and their contact sealed in it."""

from uuid_utils import uuid7

from services.intake.actions.composing import COMPLAINANT
from services.intake.contacts import read_contact, way_of
from services.intake.documents import COMPLAINT
from services.intake.door import Door
from services.intake.faults import Refused
from services.intake.model.complaint import Complaint, Follower, Language, NotifyBy
from services.intake.model.joining import Joining, join
from services.intake.model.submission import Contact
from shared.runtime.work import Action, until_written


def reach(door: Door, given: Joining) -> tuple[Contact, NotifyBy]:
    """The contact as it is kept, and how its person is told: not at all only where no way is set up. Raises Refused."""
    contact = read_contact(given.contact)
    if contact is None:
        raise Refused("phone", "fault.join_needs_contact")
    way = way_of(contact, given.notify, door.ways)
    if way == "none" and door.ways:
        raise Refused("phone", "fault.notify_needs_mobile") if "sms" in door.ways else Refused("email", "fault.notify_needs_email")
    return contact, way


async def join_matter(door: Door, number: str, given: Joining, language: Language, trace: str | None = None) -> Complaint | None:
    """The matter once the joining is durable; None when it cannot be joined (any more).

    Raises Refused for a contact that cannot be told anything, NotAllowed when too many have joined, Unavailable.
    """
    return await until_written(lambda: _join(door, number, given, language, trace))


async def _join(door: Door, number: str, given: Joining, language: Language, trace: str | None) -> Complaint | None:
    action = Action(door.store, door.clock.now(), COMPLAINANT, trace)
    complaint = await action.load(COMPLAINT, number)
    if complaint is None or complaint.shelf != "joinable":
        return None
    contact, way = reach(door, given)
    follower = Follower(
        id=str(uuid7()), person=door.contacts.same_person(contact), contact=door.contacts.close(number, contact),
        notify=way, language=language, joined_at=action.now,
    )  # fmt: skip
    joined, event = join(complaint, follower, given.words)
    if joined != complaint or event:
        action.apply(COMPLAINT, number, joined, [event] if event else [])
        await action.commit()
    return joined
