"""Events in: complaints open cases, readings and proposals move them, the complainant's wishes become steps or refusals with a reason."""

from services.tracking.documents import CASE
from services.tracking.model import dispatching
from services.tracking.model.case import Case, begin, evolve
from services.tracking.model.clocks import Rules
from services.tracking.model.decisions import apply, perform
from services.tracking.model.life import THE_COMPLAINANT, Step
from services.tracking.model.steps import MaybeWords, Rate, StepInput, Written
from shared.events import Actor, Record
from shared.events.intake import ComplaintRated, ComplaintSubmitted, ComplaintSupplemented, ComplaintUrged, ComplaintWithdrawn
from shared.events.tracking import StepRefused
from shared.refusals import NotAllowed
from shared.runtime.work import Work

MACHINE = Actor(kind="machine", id="tracking")
COMPLAINANT = Actor(kind="complainant")


async def on_submitted(record: Record, work: Work, *, rules: Rules) -> None:
    """Opens the case. A second submission under the same number is the same complaint."""
    if await work.load(CASE, record.case) is not None or not isinstance(record.event, ComplaintSubmitted):
        return
    case = begin(record.case, record.event, work.now)
    case, events = apply(case, dispatching.opened(case, work.now, rules), work.now, MACHINE, rules)
    work.apply(CASE, record.case, case, events)


async def on_proposal(record: Record, work: Work, *, rules: Rules) -> None:
    """Keeps what sentiment read or routing proposed; with both there, dispatches the case or leaves it to a dispatcher."""
    case = evolve(await _case(record, work), record.event, work.now, record.by)
    case, events = apply(case, dispatching.settled(case, work.now, rules), work.now, MACHINE, rules)
    work.apply(CASE, record.case, case, events)


async def on_wish(record: Record, work: Work, *, rules: Rules) -> None:
    """Takes the complainant's step, or says in the timeline why it cannot be."""
    case = await _case(record, work)
    step, given = _wish(record)
    try:
        case, events = perform(case, step, given, work.now, THE_COMPLAINANT, COMPLAINANT, rules)
    except NotAllowed as refusal:
        case, events = apply(case, [StepRefused(step=step, why=refusal.why)], work.now, MACHINE, rules)
    work.apply(CASE, record.case, case, events)


async def _case(record: Record, work: Work) -> Case:
    case = await work.load(CASE, record.case)
    if case is None:
        raise LookupError(f"there is no case {record.case}: its submission has not been handled")
    return case


def _wish(record: Record) -> tuple[Step, StepInput]:
    event = record.event
    if isinstance(event, ComplaintRated):
        return "rate", Rate(solved=event.solved, satisfied=event.satisfied, process=event.process, words=event.words)
    if isinstance(event, ComplaintUrged):
        return "urge", MaybeWords(words=event.words)
    if isinstance(event, ComplaintSupplemented):
        return "supplement", Written(text=event.text)
    if isinstance(event, ComplaintWithdrawn):
        return "withdraw", MaybeWords(words=event.reason)
    raise TypeError(f"{event.type} is not a wish of the complainant")
