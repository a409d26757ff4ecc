"""How a call ends: as a case, with what it adds to one, or with nothing to keep. Each may be repeated after a crash and is done once."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from services.intake.actions.composing import Sent, check, idempotency
from services.intake.actions.submitting import Receipt, sent_before, submit
from services.intake.documents.call import CALL
from services.intake.door import Door
from services.intake.model.call import Call, Ending, EndingKind, end, not_reached, write_down
from services.intake.model.complaint import Complaint, Language
from services.intake.model.submission import Submission
from shared.events import Actor, Channel, Event
from shared.events.intake import CallEnding, ComplaintSupplemented, ComplaintUrged
from shared.events.tracking import CitizenStep
from shared.refusals import NotAllowed
from shared.runtime.work import Action, until_written

CHANNEL: Channel = "hotline"


@dataclass(frozen=True)
class Written:
    """What an agent wrote: `record` while listening, `summary` the edited text."""

    by: Actor
    record: str
    summary: str
    trace: str | None = None


async def find_call(door: Door, key: str) -> Call | None:
    """The call, or None. One that has opened its case and was then cut off is ended now."""
    call = await CALL.read(door.store, key)
    if call is None or call.ending or not call.recorded_by:
        return call
    complaint = await sent_before(door, idempotency(CHANNEL, key))
    if complaint is None:
        return call
    ending = Ending(kind=_kind(complaint.ending), by=call.recorded_by, at=door.clock.now(), number=complaint.number)
    written = Written(Actor(kind="officer", id=call.recorded_by), call.record, complaint.text)
    return await _end_as(door, key, ending, written, nameless=complaint.anonymous)


async def open_case(
    door: Door, key: str, submission: Submission, written: Written, *, ending: CallEnding | None = None, language: Language = "zh-CN"
) -> Receipt:
    """Ends the call as a case, which `ending` ends in turn. Three commits, each of which finds what was done before: the record, the
    complaint under the call's id, the ending.

    Raises NotAllowed when the call has ended, OtherRequest when its case was opened with another text, Refused, Unavailable.
    """
    sent = Sent(submission, channel=CHANNEL, key=key, by=written.by, language=language, ending=ending, trace=written.trace)
    check(door, sent)
    call = await _change(door, key, written.by, lambda call: write_down(call, written.record, written.by.id))
    now = door.clock.now()
    receipt = await submit(door, replace(sent, received_at=min(call.answered_at or now, now)))
    if receipt.created:
        opened = Ending(kind=_kind(ending), by=written.by.id, at=now, number=receipt.number)
        await _end_as(door, key, opened, written, nameless=submission.anonymous)
    else:
        await find_call(door, key)  # the case was opened before: the call ends as that one did, whatever is wished now
    return receipt


async def pass_on(door: Door, key: str, complaint: Complaint, kind: Literal["addition", "urge"], written: Written, reason: str) -> Call:
    """Ends the call with what it adds to a matter that is there: the call and what tracking is told are one commit.

    Raises NotAllowed when the call has ended or the matter takes no more, Unavailable.
    """
    step: CitizenStep = "supplement" if kind == "addition" else "urge"
    if step not in complaint.progress.may:
        raise NotAllowed(f"progress.{step}_not_now")
    event = ComplaintSupplemented(text=written.summary) if kind == "addition" else ComplaintUrged(words=written.summary)
    ending = Ending(kind=kind, by=written.by.id, at=door.clock.now(), number=complaint.number, reason=reason)
    return await _change(door, key, written.by, lambda call: _ended(call, ending, written), event, written.trace)


async def close_call(door: Door, key: str, kind: Literal["nuisance", "silent"], written: Written, reason: str) -> Call:
    """Ends a call that nothing comes of. Raises NotAllowed when it has ended, Unavailable."""
    ending = Ending(kind=kind, by=written.by.id, at=door.clock.now(), reason=reason)
    return await _change(door, key, written.by, lambda call: _ended(call, ending, written))


async def miss_again(door: Door, key: str, by: Actor) -> Call:
    """One more try to call somebody back, in vain. Raises NotAllowed, Unavailable."""
    return await _change(door, key, by, lambda call: not_reached(call, by.id, door.clock.now(), door.zone))


def _kind(ending: CallEnding | None) -> EndingKind:
    return ending.kind if ending else "case"


def _ended(call: Call, ending: Ending, written: Written) -> Call:
    return end(write_down(call, written.record, written.by.id), ending, summary=written.summary)


async def _end_as(door: Door, key: str, ending: Ending, written: Written, *, nameless: bool) -> Call:
    """The call that has opened its case, ended; one that was ended so before stays as it is."""

    def ended(call: Call) -> Call:
        return call if call.number == ending.number else end(call, ending, summary=written.summary, nameless=nameless)

    return await _change(door, key, written.by, ended)


async def _change(
    door: Door, key: str, by: Actor, step: Callable[[Call], Call], event: Event | None = None, trace: str | None = None
) -> Call:
    """The call after the step, durably, with the event for the case it has ended at. Raises LookupError when there is no such call."""
    return await until_written(lambda: _try_change(door, key, by, step, event, trace))


async def _try_change(
    door: Door, key: str, by: Actor, step: Callable[[Call], Call], event: Event | None, trace: str | None
) -> Call:
    action = Action(door.store, door.clock.now(), by, trace)
    known = await action.load(CALL, key)
    if known is None:
        raise LookupError(f"there is no call {key}")
    call = step(known)
    if call != known:
        action.apply(CALL, key, call, [event] if event else [], case=call.number)
        await action.commit()
    return call
