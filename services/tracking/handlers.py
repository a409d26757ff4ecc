"""Events in: complaints open cases, readings and proposals move them, wishes become steps or refusals with a reason."""

from typing import Any

from services.tracking.documents import CASE
from services.tracking.model import dispatching, noticing, raising, relating
from services.tracking.model.case import Case
from services.tracking.model.clocks import Rules
from services.tracking.model.decisions import TIMELINE_LIMIT, apply, perform, scheduled
from services.tracking.model.evolving import begin, evolve
from services.tracking.model.life import THE_COMPLAINANT, Step, Who
from services.tracking.model.steps import Answer, MaybeWords, Rate, StepInput, Transfer, Written
from shared.events import Actor, Record
from shared.events.intake import (
    AnsweredByAgent,
    CallEnding,
    ComplaintJoined,
    ComplaintRated,
    ComplaintSubmitted,
    ComplaintSupplemented,
    ComplaintUrged,
    ComplaintWithdrawn,
    NoticeQueued,
    NoticeSettled,
)
from shared.events.sentiment import ComplaintRead
from shared.events.tracking import CaseEvent, CaseJoined, CaseNoted, CaseRelated, StepRefused
from shared.refusals import NotAllowed
from shared.runtime.work import Work

MACHINE = Actor(kind="machine", id="tracking")
COMPLAINANT = Actor(kind="complainant")


async def on_submitted(record: Record, work: Work, *, rules: Rules) -> None:
    """Opens the case, and ends it where the agent ended the matter on the telephone. A second submission under the same number is the
    same complaint.
    """
    if await work.load(CASE, record.case) is not None or not isinstance(record.event, ComplaintSubmitted):
        return
    case = begin(record.case, record.event, work.now)
    case, events = apply(case, dispatching.opened(case, work.now, rules), work.now, MACHINE, rules)
    work.apply(CASE, record.case, case, events)
    if record.event.ending:
        work.apply(CASE, record.case, *_end(case, record.event.ending, record.by, work, rules), by=record.by)


def _end(case: Case, ending: CallEnding, by: Actor, work: Work, rules: Rules) -> tuple[Case, list[CaseEvent]]:
    """Takes the agent's step; where it cannot be, what the agent wrote is kept as a note."""
    step, given, written = _step_of(ending)
    agent = Who(frozenset({"agent"}), login=by.id)
    try:
        return perform(case, step, given, work.now, agent, by, rules)
    except NotAllowed as refusal:
        return apply(case, [CaseNoted(text=written), StepRefused(step=step, why=refusal.why)], work.now, by, rules)


# What an event says was checked at the door that took it in: it is not checked again by the rules for the desk's forms, because a fault
# would hold up everything that follows on the case.


def _step_of(ending: CallEnding) -> tuple[Step, StepInput, str]:
    if isinstance(ending, AnsweredByAgent):
        return "answer", Answer.model_construct(public=ending.public), ending.public
    given = Transfer.model_construct(service=ending.service, taken_by=ending.taken_by, handed_over_at=ending.handed_over_at)
    return "transfer", given, f"{ending.service} · {ending.taken_by} · {ending.handed_over_at.isoformat(timespec='minutes')}"


async def on_proposal(record: Record, work: Work, *, rules: Rules) -> None:
    """Keeps what sentiment read or routing proposed; with both there, dispatches the case or leaves it to a dispatcher."""
    case = evolve(await _case(record, work), record.event, work.now, record.by)
    case, events = apply(case, dispatching.settled(case, work.now, rules), work.now, MACHINE, rules)
    work.apply(CASE, record.case, case, events)


async def on_reading(record: Record, work: Work, *, rules: Rules) -> None:
    """The reading of a complaint is a proposal; that of a supplement is kept only where it raises the case."""
    reading = record.event
    if not isinstance(reading, ComplaintRead) or reading.of == "complaint":
        return await on_proposal(record, work, rules=rules)
    case = await _case(record, work)
    if raising.raises(case, reading):
        case = evolve(case, reading, work.now, record.by)
        case, events = apply(case, raising.raised(case, work.now, rules), work.now, MACHINE, rules)
        work.apply(CASE, record.case, case, events)


async def on_wish(record: Record, work: Work, *, rules: Rules) -> None:
    """Takes the step that the complainant wishes for, or an agent for them, or says in the timeline why it cannot be."""
    case = await _case(record, work)
    step, given = _wish(record)
    who, by = _wisher(record)
    try:
        case, events = perform(case, step, given, work.now, who, by, rules)
        case = evolve(case, record.event, work.now, by)
    except NotAllowed as refusal:
        case, events = apply(case, [StepRefused(step=step, why=refusal.why)], work.now, MACHINE, rules)
        by = MACHINE
    work.apply(CASE, record.case, case, events, by=by)


async def on_joined(record: Record, work: Work, *, rules: Rules) -> None:
    """Counts the people who have the same matter; a line in the timeline, with what they added, as long as there is room."""
    case, event = await _case(record, work), record.event
    case = evolve(case, event, work.now, record.by)
    events: list[CaseEvent] = []
    if isinstance(event, ComplaintJoined) and len(case.timeline) < TIMELINE_LIMIT:
        events.append(CaseJoined(number=case.joined, words=event.words))
    case, events = apply(case, events, work.now, COMPLAINANT, rules)
    work.apply(CASE, record.case, case, events)


async def on_matched(record: Record, work: Work, *, rules: Rules) -> None:
    """Keeps which cases may be the same matter; one that is brought again and again is more urgent from now on."""
    before = await _case(record, work)
    case = evolve(before, record.event, record.at, record.by)  # when it was found, which is the same however often it is handled
    case = case.model_copy(update={"changed_at": before.changed_at})  # nobody has taken a step
    case, events = apply(case, relating.raised(before, case, work.now, rules), work.now, MACHINE, rules)
    work.apply(CASE, record.case, case, events)


async def on_related(record: Record, work: Work, *, rules: Rules) -> None:
    """Tells the other case what was said of the two on this one. What a case was told is told to nobody."""
    event = record.event
    if not isinstance(event, CaseRelated) or event.told:
        return
    other = await work.load(CASE, event.other)
    kept = relating.told(other, event, record.case) if other else None
    if other and kept:
        work.apply(CASE, event.other, *apply(other, [kept], work.now, record.by, rules), by=record.by)


async def on_notice(record: Record, work: Work, *, rules: Rules) -> None:
    """Keeps which messages reached the complainant; those to people who joined are intake's alone."""
    event: Any = record.event
    if event.follower is not None:
        return
    case = await _case(record, work)
    if isinstance(event, NoticeQueued):
        case = noticing.queued(case, record.id, event, record.at)
    elif isinstance(event, NoticeSettled):
        case = noticing.settled(case, event, record.at)
    work.apply(CASE, record.case, scheduled(case, rules))


async def _case(record: Record, work: Work) -> Case:
    case = await work.load(CASE, record.case)
    if case is None:
        raise LookupError(f"there is no case {record.case}: its submission has not been handled")
    return case


def _wisher(record: Record) -> tuple[Who, Actor]:
    """An officer speaks for the complainant as an agent does; whoever else brings the wish, it is the complainant's own."""
    if record.by.kind == "officer":
        return Who(frozenset({"agent"}), login=record.by.id), record.by
    return THE_COMPLAINANT, COMPLAINANT


def _wish(record: Record) -> tuple[Step, StepInput]:
    event = record.event
    if isinstance(event, ComplaintRated):
        return "rate", Rate.model_construct(solved=event.solved, satisfied=event.satisfied, process=event.process, words=event.words)
    if isinstance(event, ComplaintUrged):
        return "urge", MaybeWords.model_construct(words=event.words)
    if isinstance(event, ComplaintSupplemented):
        return "supplement", Written.model_construct(text=event.text)
    if isinstance(event, ComplaintWithdrawn):
        return "withdraw", MaybeWords.model_construct(words=event.reason)
    raise TypeError(f"{event.type} is not a wish of the complainant")
