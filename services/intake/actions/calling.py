"""Calls as the call centre tells of them and as agents begin them; who is calling, and what they had before."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.intake.actions.looking import Viewer
from services.intake.contacts import read_caller, read_phone
from services.intake.documents import COMPLAINT
from services.intake.documents.call import CALL
from services.intake.door import Door
from services.intake.faults import Refused
from services.intake.model.call import Call, Heard, Recording, Utterance
from services.intake.model.complaint import Complaint
from services.intake.model.heard import GivenCall, take_in
from services.intake.model.submission import Contact
from services.intake.numbering import MACHINE
from shared.events import Actor
from shared.ports import Conflict, Equal, OneOf, Order
from shared.runtime.work import Action, until_written

MOST_EARLIER = 50
MOST_SHOWN = 50
AHEAD = timedelta(minutes=5)
"""How far the call centre's clock may be ahead of ours."""


@dataclass(frozen=True)
class Earlier:
    """A caller's matters that this officer may see, those still open first, then the newest; how many more there are."""

    complaints: tuple[Complaint, ...] = ()
    hidden: int = 0


def sealed_place(key: str) -> str:
    """What a caller's number is sealed to, and what looks at it are written down under."""
    return f"call:{key}"


async def hear(door: Door, given: GivenCall) -> tuple[Call, bool]:
    """The call with what the call centre says now, and whether it is new. The same again changes nothing.

    Raises NotAllowed for a contradiction, Refused for a moment that has not come, Unavailable.
    """
    return await until_written(lambda: _hear(door, given))


async def _hear(door: Door, given: GivenCall) -> tuple[Call, bool]:
    action = Action(door.store, door.clock.now(), MACHINE)
    heard = _heard(door, given, action.now)
    known = await action.load(CALL, given.call_id)
    call = take_in(known or Call(key=given.call_id, known_at=action.now), heard)
    if call != known:
        action.apply(CALL, call.key, call)
        await action.commit()
    return call, known is None


def _heard(door: Door, given: GivenCall, now: datetime) -> Heard:
    for name in ("rang_at", "answered_at", "hung_up_at"):
        moment = getattr(given, name)
        if moment and moment > now + AHEAD:
            raise Refused(name, "fault.moment_to_come")
    caller = read_caller(given.caller) if given.caller else None
    return Heard(
        caller=_sealed(door, given.call_id, caller), person=door.contacts.same_person(caller) if caller else None,
        queue=given.queue, login=given.agent_login, extension=given.agent_number,
        rang_at=given.rang_at, answered_at=given.answered_at, hung_up_at=given.hung_up_at,
        recording=Recording(**given.recording.model_dump()) if given.recording else None,
        transcript=tuple(Utterance(**one.model_dump()) for one in given.transcript),
    )  # fmt: skip


async def begin(door: Door, key: str, phone: str, by: Actor) -> Call:
    """A call that the agent writes down without a call centre's system; the same key again is the same call.

    Raises Refused for a phone that cannot be one, Unavailable.
    """
    caller = Contact(phone=read_phone(phone)) if phone else None
    action = Action(door.store, door.clock.now(), by)
    known = await action.load(CALL, key)
    if known:
        return known
    call = Call(
        key=key, known_at=action.now, caller=_sealed(door, key, caller), person=door.contacts.same_person(caller) if caller else None,
        login=by.id, rang_at=action.now, answered_at=action.now,
    )  # fmt: skip
    action.apply(CALL, key, call)
    with suppress(Conflict):  # the button was pressed twice
        await action.commit()
    return call


def caller_of(door: Door, call: Call) -> Contact | None:
    """Whoever calls, for masking, unrecorded; None when the number was withheld. Raises Broken."""
    return door.contacts.open(sealed_place(call.key), call.caller) if call.caller else None


def person_of(door: Door, phone: str) -> str | None:
    """The keyed hash of whoever has this phone; None while it is no phone."""
    try:
        return door.contacts.same_person(Contact(phone=read_phone(phone)))
    except Refused:
        return None


async def calls_of(door: Door, number: str) -> list[Call]:
    """The calls that led to this case, oldest first."""
    return await CALL.find(door.store, {"number": Equal(number)}, order=Order("began_at"), limit=MOST_SHOWN)


async def waiting_of(door: Door, call: Call) -> list[Call]:
    """The same caller's other calls that wait to be called back, newest first."""
    if call.person is None:
        return []
    newest = Order("began_at", descending=True)
    calls = await CALL.find(door.store, {"person": Equal(call.person)}, order=newest, limit=MOST_SHOWN)
    return [other for other in calls if other.key != call.key and other.state == "to_call_back"]


async def earlier(door: Door, persons: Collection[str | None], viewer: Viewer) -> Earlier:
    """What these people, as keyed hashes, brought before."""
    known = tuple(dict.fromkeys(person for person in persons if person))
    if not known:
        return Earlier()
    newest = Order("received_at", descending=True)
    complaints = await COMPLAINT.find(door.store, {"person": OneOf(known)}, order=newest, limit=MOST_EARLIER)
    seen = [one for one in complaints if viewer.sees(one)]
    return Earlier(tuple(sorted(seen, key=lambda one: one.progress.turn == "nobody")), len(complaints) - len(seen))


def _sealed(door: Door, key: str, caller: Contact | None) -> str | None:
    return door.contacts.close(sealed_place(key), caller) if caller else None
