"""What officers see of the complainant: only whose matter it is, and each look at a contact is written down first."""

from dataclasses import dataclass

from uuid_utils import uuid7

from services.intake.documents import COMPLAINT, LOOK, Look
from services.intake.door import Door
from services.intake.model.complaint import Complaint
from services.intake.model.submission import Contact
from services.intake.model.visibility import may_reach, may_see
from shared.events import Actor
from shared.ports import Equal, Order
from shared.refusals import NotYours
from shared.runtime.work import Action

LOOKS_SHOWN = 20
SHORTEST_REASON, LONGEST_REASON = 4, 300
"""Characters of why an officer needs what is not their own."""


@dataclass(frozen=True)
class Viewer:
    """An officer as the rules see one. `centre`: has a role that sees all departments."""

    actor: Actor
    roles: frozenset[str]
    centre: bool

    def sees(self, complaint: Complaint) -> bool:
        return may_see(complaint, self.roles, self.actor.department, centre=self.centre)

    def reaches(self, complaint: Complaint) -> bool:
        """Whether the contact is open to them."""
        return may_reach(complaint, self.roles, self.actor.department, centre=self.centre)


async def visible(door: Door, number: str, viewer: Viewer, refusal: str) -> Complaint | None:
    """The complaint, for an officer who may see it; None when there is none. Raises NotYours with this code."""
    complaint = await complaint_of(door, number)
    if complaint and not viewer.sees(complaint):
        raise NotYours(refusal)
    return complaint


async def reachable(door: Door, number: str, viewer: Viewer) -> Complaint | None:
    """The complaint whose contact this officer may read, or None when there is none. Raises NotYours."""
    complaint = await complaint_of(door, number)
    if complaint and not viewer.reaches(complaint):
        raise NotYours("contact.not_your_matter")
    return complaint


async def reveal(door: Door, complaint: Complaint, viewer: Viewer, reason: str) -> Contact | None:
    """The contact, once it is durable who read it and why; None when there is no contact. Raises Broken, Unavailable."""
    await write_look(door, complaint.number, viewer, reason)
    return peek(door, complaint)


async def write_look(door: Door, number: str, viewer: Viewer, reason: str) -> None:
    """Durable on return: who read the contact that belongs to `number`, and why. Raises Unavailable."""
    now = door.clock.now()
    look = Look(id=str(uuid7()), number=number, at=now, login=viewer.actor.id, department=viewer.actor.department, reason=reason)
    action = Action(door.store, now, viewer.actor)
    await action.load(LOOK, look.id)
    action.apply(LOOK, look.id, look)
    await action.commit()


def peek(door: Door, complaint: Complaint) -> Contact | None:
    """The contact for masking, unrecorded: callers show it whole only after `reveal`. Raises Broken."""
    return door.contacts.open(complaint.number, complaint.contact) if complaint.contact else None


async def looks(door: Door, number: str) -> list[Look]:
    """The newest looks at this contact."""
    return await LOOK.find(door.store, {"number": Equal(number)}, order=Order("at", descending=True), limit=LOOKS_SHOWN)


async def complaint_of(door: Door, number: str) -> Complaint | None:
    """The complaint with this number, whoever asks."""
    return await COMPLAINT.read(door.store, number)
