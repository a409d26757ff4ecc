"""What a complainant does with number and code, or by a link: see where it stands, rate, urge, add, withdraw."""

from collections.abc import Sequence

from services.intake.actions.keeping import Kept, describe, drop, files, keep, photos
from services.intake.developing import Developed
from services.intake.documents import COMPLAINT
from services.intake.door import Door
from services.intake.links import check_link
from services.intake.model import wishes
from services.intake.model.codes import matches
from services.intake.model.complaint import Complaint
from services.intake.model.numbers import parse
from shared.events import Actor
from shared.events.intake import ComplaintSupplemented
from shared.ports import Conflict
from shared.refusals import NotAllowed
from shared.runtime.work import Action

COMPLAINANT = Actor(kind="complainant")
MOST_TRIES = 5


async def look_up(door: Door, written: str, code: str) -> Complaint | None:
    """The complaint, or None for an unknown number and for a wrong code alike: both are told from the code alone, in the same time."""
    number = _opened_by(door, written, code)
    if number is None:
        return None
    stored = (await door.store.get(COMPLAINT.name, [number])).get(number)
    return COMPLAINT.parse(stored) if stored else None


async def take_wish(
    door: Door, written: str, code: str, given: wishes.Wish, trace: str | None = None, attachments: Sequence[Developed] = ()
) -> Complaint | None:
    """The complaint after the complainant's step, or None as in `look_up`. `attachments` go with a supplement.

    Raises NotAllowed with the reason, Unavailable.
    """
    number = _opened_by(door, written, code)
    return None if number is None else await take_known(door, number, given, trace, attachments)


async def take_known(
    door: Door, number: str, given: wishes.Wish, trace: str | None = None, attachments: Sequence[Developed] = (), answer: int | None = None
) -> Complaint | None:
    """The same for who has shown otherwise that the matter is theirs. `answer` is the one that a link was made for (from 1)."""
    kept = describe(number, attachments)
    try:
        return await _take_in_time(door, number, given, trace, kept, answer)
    except (NotAllowed, Conflict):
        await drop(door, kept)
        raise


async def _take_in_time(
    door: Door, number: str, given: wishes.Wish, trace: str | None, kept: Sequence[Kept], answer: int | None
) -> Complaint | None:
    for tries_left in reversed(range(MOST_TRIES)):
        try:
            return await _take(door, number, given, trace, kept, answer)
        except Conflict:  # news of the case came in between
            if not tries_left:
                raise
    return None


async def _take(
    door: Door, number: str, given: wishes.Wish, trace: str | None, kept: Sequence[Kept], answer: int | None
) -> Complaint | None:
    action = Action(door.store, door.clock.now(), COMPLAINANT, trace)
    complaint = await action.load(COMPLAINT, number)
    if complaint is None:
        return None
    if answer is not None:
        check_link(door, complaint, answer)
    progress, event = wishes.wish(complaint.progress, given, action.now, door.zone)
    complaint = complaint.model_copy(update={"progress": progress})
    if kept and isinstance(event, ComplaintSupplemented):
        complaint, event = wishes.attach(complaint, event, photos(kept), files(kept))
        await keep(door, kept)
    action.apply(COMPLAINT, number, complaint, [event])
    await action.commit()
    return complaint


def _opened_by(door: Door, written: str, code: str) -> str | None:
    number = parse(written)
    fits = matches(door.code_key, number or "", code)
    return number if fits else None
