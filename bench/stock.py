"""A stock of cases to measure on top of: made by the rules, written straight into the stores."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.texts import message
from services.intake.documents import COMPLAINT
from services.intake.documents import KINDS as INTAKE_KINDS
from services.intake.model.complaint import Complaint, Progress
from services.intake.model.numbers import compose
from services.tracking import rules as rules_room
from services.tracking.documents import CASE
from services.tracking.documents import KINDS as TRACKING_KINDS
from services.tracking.model import dispatching
from services.tracking.model.case import Case
from services.tracking.model.clocks import Rules
from services.tracking.model.decisions import apply
from services.tracking.model.evolving import begin, evolve
from services.tracking.model.standing import standing
from shared.documents import Kind
from shared.events import Actor
from shared.events.intake import ComplaintSubmitted
from shared.events.routing import DepartmentProposed, Proposal
from shared.events.sentiment import ComplaintRead
from shared.ports import Change, Collection, Store
from shared.runtime.parked import PARKED
from shared.runtime.wiring import open_store

MACHINE = Actor(kind="machine", id="tracking")
CHUNK = 2_000


def dispatched(number: str, text: str, at: datetime, rules: Rules, department: str = "water") -> Case:
    """A case that was opened and dispatched at `at`."""
    case = begin(number, ComplaintSubmitted(channel="online", text=text, received_at=at), at)
    case, _ = apply(case, dispatching.opened(case, at, rules), at, MACHINE, rules)
    case = evolve(
        case, ComplaintRead(mood=0, urgency="U4", sensitivity="S0", complaint_type="complaint", rules="1", engine="1"), at, MACHINE
    )
    best = Proposal(department=department, category="water.supply", confidence=0.98, basis="供水条例")
    case = evolve(case, DepartmentProposed(best=best, sure=True, catalogue="1"), at, MACHINE)
    return apply(case, dispatching.settled(case, at, rules), at, MACHINE, rules)[0]


def cases(count: int, at: datetime, rules: Rules, day: date = date(2020, 1, 1)) -> Iterator[Case]:
    """Open cases with numbers of a day long past, so that they never meet new ones."""
    pattern = dispatched("2001010000019", message(0), at, rules)
    for sequence in range(1, count + 1):
        yield pattern.model_copy(update={"number": compose(day, sequence), "text": message(sequence)})


def _write(case: Case) -> Change:
    return Change(CASE.name, case.number, 0, CASE.body(case), CASE.values(case))


def _known(case: Case) -> Change:
    where = standing(case)
    progress = Progress(**{name: value for name, value in where.model_dump().items() if name in Progress.model_fields})
    complaint = Complaint(
        number=case.number, channel=case.channel, received_at=case.received_at, text=case.text, request="", progress=progress
    )
    return Change(COMPLAINT.name, case.number, 0, COMPLAINT.body(complaint), COMPLAINT.values(complaint))


async def fill(folder: Path, stock: Iterator[Case], *, both: bool = True) -> None:
    """Writes the cases into tracking's store and, with `both`, their complaints into intake's."""
    tracking = open_store(f"sqlite:{folder}", "tracking", _collections(TRACKING_KINDS))
    intake = open_store(f"sqlite:{folder}", "intake", _collections(INTAKE_KINDS))
    chunk: list[Case] = []
    for case in stock:
        chunk.append(case)
        if len(chunk) == CHUNK:
            await _keep(chunk, tracking, intake if both else None)
            chunk = []
    await _keep(chunk, tracking, intake if both else None)
    await tracking.close()
    await intake.close()


async def _keep(chunk: list[Case], tracking: Store, intake: Store | None) -> None:
    refused = await tracking.commit([_write(case) for case in chunk])
    if intake is not None:
        refused += await intake.commit([_known(case) for case in chunk])
    assert not refused, "the stock is written once"


def _collections(kinds: tuple[Kind[Any], ...]) -> list[Collection]:
    return [kind.collection for kind in (*kinds, PARKED)]


def the_rules() -> Rules:
    return rules_room.load()


def days_ago(days: float) -> datetime:
    return datetime.now(UTC) - timedelta(days=days)
