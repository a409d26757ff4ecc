"""What was acknowledged beside what is there: each complaint once, its case as its events say, these in order, nothing parked."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from services.intake.actions.composing import idempotency
from services.intake.model.complaint import Complaint
from services.tracking.model.case import Case
from services.tracking.model.clocks import Rules, next_mark_at
from services.tracking.model.decisions import scheduled
from services.tracking.model.evolving import begin, evolve
from shared.events import Record
from shared.events.intake import ComplaintSubmitted
from shared.events.routing import DepartmentProposed
from shared.events.sentiment import ComplaintRead
from shared.events.tracking import CaseDispatched, CaseEvent, CaseOpened, CaseQueued

ASSIGNED = ("waiting", "dispatched")
SHOWN = 10
"""Faults of one sort that are named; the rest is counted."""


@dataclass(frozen=True)
class Kept:
    """What the stores hold for the acknowledged numbers, and then the log, in its order and with its repetitions. `parked` names service
    and case; `strangers` says how many documents of each kind there are beside these.
    """

    complaints: Sequence[Complaint]
    cases: Sequence[Case]
    records: Sequence[Record]
    parked: Sequence[str]
    strangers: Mapping[str, int]


@dataclass
class Findings:
    """What does not agree, by sort; empty when all is well."""

    faults: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, sort: str, which: str) -> None:
        self.faults[sort].append(which)

    def count(self, sort: str) -> int:
        return len(self.faults[sort]) if sort in self.faults else 0

    def __str__(self) -> str:
        return "\n".join(f"{sort}: {len(which)}, such as {', '.join(which[:SHOWN])}" for sort, which in self.faults.items())


def compare(acknowledged: Sequence[tuple[str, str]], kept: Kept, rules: Rules) -> Findings:
    """Everything that does not agree with what was acknowledged (key and number of each receipt)."""
    found = Findings()
    _compare_complaints(acknowledged, kept.complaints, found)
    complaints = {one.number: one for one in kept.complaints}
    cases = {one.number: one for one in kept.cases}
    for number in complaints.keys() ^ cases.keys():
        found.add("missing", f"{number} is in one of intake and tracking alone")
    for kind, times in kept.strangers.items():
        if times:
            found.add("doubled", f"{times} documents of {kind} that nobody was told of")
    for number in {one.case for one in kept.records} - {number for _, number in acknowledged}:
        found.add("doubled", f"{number} stands on the log and nobody was told of it")
    for which in kept.parked:
        found.add("parked", which)
    histories = first_records(kept.records)
    for number, case in cases.items():
        _check_history(number, histories.get(number, []), found)
        if case.state not in ASSIGNED:
            found.add("not assigned", f"{number} is {case.state}")
        if number in complaints and complaints[number].progress.state != case.state:
            found.add("not shown", f"{number} is {case.state}, its complainant sees {complaints[number].progress.state}")
        then = [one for one in histories.get(number, []) if one.at <= case.changed_at]  # the sweep goes on while all is read
        settled = case.model_copy(update={"related": (), "repeated": False})  # the search for duplicates goes on for minutes
        if (again := replay(then, rules)) != settled:
            found.add("replay", f"{number} is not what its events say: {_differences(again, settled)}")
    return found


def first_records(records: Sequence[Record]) -> dict[str, list[Record]]:
    """The records of each case in the order of the log, each only where it stands first."""
    seen: set[str] = set()
    histories: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        if record.id not in seen:
            seen.add(record.id)
            histories[record.case].append(record)
    return histories


def replay(history: Sequence[Record], rules: Rules) -> Case | None:
    """The case as its events make it; None without an opening."""
    submitted = next((one for one in history if isinstance(one.event, ComplaintSubmitted)), None)
    opened = next((one for one in history if isinstance(one.event, CaseOpened)), None)
    if submitted is None or opened is None or not isinstance(submitted.event, ComplaintSubmitted):
        return None
    case = begin(submitted.case, submitted.event, opened.at)
    for one in history:
        if isinstance(one.event, CaseEvent | ComplaintRead | DepartmentProposed):
            case = evolve(case, one.event, one.at, one.by)
    last = max(one.at for one in history if isinstance(one.event, CaseEvent))
    case = case.model_copy(update={"next_mark_at": next_mark_at(case, rules), "changed_at": last})
    return scheduled(case, rules)


def _differences(again: Case | None, case: Case) -> str:
    return ", ".join(name for name in Case.model_fields if getattr(again, name, None) != getattr(case, name))


def _compare_complaints(acknowledged: Sequence[tuple[str, str]], complaints: Sequence[Complaint], found: Findings) -> None:
    numbers: Mapping[str, list[str]] = defaultdict(list)
    for one in complaints:
        numbers[one.idempotency or ""].append(one.number)
    asked = {idempotency("online", key): number for key, number in acknowledged}
    for number, times in Counter(asked.values()).items():
        if times > 1:
            found.add("doubled", f"{number} was given {times} times")
    for key, number in asked.items():
        if number not in numbers[key]:
            found.add("missing", f"{number} was acknowledged")
    for key, those in numbers.items():
        if len(those) > 1 or (those and key not in asked):
            found.add("doubled", f"{', '.join(those)} were asked for {int(key in asked)} times")


def _check_history(number: str, history: Sequence[Record], found: Findings) -> None:
    """Each cause before its effect, and each thing that happens once under one id."""
    for kind in (ComplaintSubmitted, ComplaintRead, DepartmentProposed, CaseOpened, (CaseDispatched, CaseQueued)):
        times = sum(isinstance(one.event, kind) for one in history)
        if times != 1:
            found.add("events", f"{number} has {times} of {kind}")
    if history and not isinstance(history[0].event, ComplaintSubmitted):
        found.add("order", f"{number} begins with {history[0].event.type}")
    seen: set[str] = set()
    for one in history:
        if one.cause is not None and one.cause not in seen:
            found.add("order", f"{number}: {one.event.type} stands before its cause")
        seen.add(one.id)
