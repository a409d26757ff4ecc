"""What a complainant does with number and code, or by a link: see where it stands, rate, urge, add, withdraw."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.intake.actions.composing import COMPLAINANT
from services.intake.actions.keeping import Attached, describe, drop, files, keep, photos
from services.intake.actions.looking import complaint_of
from services.intake.developing import Developed
from services.intake.documents import COMPLAINT
from services.intake.door import Door
from services.intake.links import check_link
from services.intake.model import wishes
from services.intake.model.codes import matches, matches_keypad
from services.intake.model.complaint import Complaint
from services.intake.model.numbers import parse
from services.intake.model.visibility import read_aloud
from shared.events import Actor
from shared.events.intake import ComplaintSupplemented
from shared.ports import Conflict
from shared.refusals import NotAllowed
from shared.runtime.work import Action, until_written


@dataclass(frozen=True)
class Step:
    """A step with what goes along; the rest as in `take_known`."""

    given: wishes.Wish
    kept: Sequence[Attached]
    trace: str | None
    answer: int | None
    by: Actor
    once: str | None


async def look_up(door: Door, written: str, code: str) -> Complaint | None:
    """The complaint, or None for an unknown number and for a wrong code alike: both are told from the code alone, in the same time."""
    number = opened_by(door, written, code)
    return await complaint_of(door, number) if number else None


async def look_up_by_keypad(door: Door, written: str, digits: str) -> Complaint | None:
    """The same for the code's digits on a telephone's keys, and only as much as may be read aloud to who typed them."""
    number = parse(written)
    complaint = await complaint_of(door, number) if matches_keypad(door.code_key, number or "", digits) and number else None
    return read_aloud(complaint) if complaint else None


async def take_wish(
    door: Door, written: str, code: str, given: wishes.Wish, trace: str | None = None, attachments: Sequence[Developed] = ()
) -> Complaint | None:
    """The complaint after the complainant's step, or None as in `look_up`. `attachments` go with a supplement.

    Raises NotAllowed with the reason, Unavailable.
    """
    number = opened_by(door, written, code)
    return None if number is None else await take_known(door, number, given, trace, attachments)


async def take_known(
    door: Door, number: str, given: wishes.Wish, trace: str | None = None, attachments: Sequence[Developed] = (), answer: int | None = None,
    *, by: Actor = COMPLAINANT, once: str | None = None,
) -> Complaint | None:
    """The same for who has shown otherwise that the matter is theirs. `answer` is the one that a link was made for (from 1), `by` an
    officer who takes the step for the complainant, `once` the key of a message that adds once, however often it is handed over.
    """  # fmt: skip
    step = Step(given, describe(number, attachments), trace, answer, by, once)
    try:
        return await until_written(lambda: _take(door, number, step))
    except (NotAllowed, Conflict):
        await drop(door, step.kept)
        raise


async def _take(door: Door, number: str, step: Step) -> Complaint | None:
    action = Action(door.store, door.clock.now(), step.by, step.trace)
    complaint = await action.load(COMPLAINT, number)
    if complaint is None:
        return None
    if step.once and step.once in complaint.added:
        await drop(door, step.kept)  # kept in vain before another process was quicker
        return complaint
    if step.answer is not None:
        check_link(door, complaint, step.answer)
    progress, event = wishes.wish(complaint.progress, step.given, action.now, door.zone)
    added = (*complaint.added, step.once) if step.once else complaint.added
    complaint = complaint.model_copy(update={"progress": progress, "added": added})
    if step.kept and isinstance(event, ComplaintSupplemented):
        complaint, event = wishes.attach(complaint, event, photos(step.kept), files(step.kept))
        await keep(door, step.kept)
    action.apply(COMPLAINT, number, complaint, [event])
    await action.commit()
    return complaint


def opened_by(door: Door, written: str, code: str) -> str | None:
    """The number, when the code is its code. Nothing is read."""
    number = parse(written)
    fits = matches(door.code_key, number or "", code)
    return number if fits else None
