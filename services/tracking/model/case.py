"""The case: what is known of it, and how each event changes it. *evolve* never refuses; deciding is in decisions."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from services.tracking.model.life import ENDED, Step, next_state
from shared.events import Actor, Deadline, Event, Moment, Sensitivity, Urgency, Value
from shared.events import tracking as out
from shared.events.base import Channel, ComplaintType
from shared.events.intake import Attachment, ComplaintSubmitted, Place
from shared.events.routing import DepartmentProposed
from shared.events.sentiment import ComplaintRead
from shared.events.tracking import CaseEvent, Outcome, State

Pile = Literal["sent_back", "accept", "contact", "reply", "waiting"]
"""What a department has to do with a case: put an answer right, accept it, reach the complainant, reply; or others have it."""


class Entry(Value):
    """One line of the timeline: what happened, who did it, and the event's own facts (never its standing or deadlines)."""

    at: Moment
    by: Actor
    type: str
    facts: Mapping[str, Any] = Field(default_factory=dict)


class Reply(Value):
    public: str
    internal: str = ""
    outcome: Outcome
    at: Moment
    by: Actor


class Rating(Value):
    solved: str
    satisfied: int
    process: int
    words: str = ""
    at: Moment
    by: Actor


class Case(Value):
    """One case, one document. `deadlines` holds every clock that ever ran, oldest first; the rest is what the events have said."""

    number: str
    state: State = "registered"
    channel: Channel
    title: str = ""
    text: str
    place: Place = Place()
    photos: tuple[Attachment, ...] = ()
    files: tuple[Attachment, ...] = ()
    person: str | None = None
    anonymous: bool = False
    publish: bool = False
    confidential: bool = False
    received_at: Moment
    stated_type: ComplaintType | None = None
    reading: ComplaintRead | None = None
    proposal: DepartmentProposed | None = None
    department: str | None = None
    category: str | None = None
    dispatches: int = 0
    designation: bool = False
    hand_backs: int = 0
    suggested: str | None = None
    decline_proposed_by: str | None = None
    queued_why: str | None = None
    contacted_at: Moment | None = None
    replies: tuple[Reply, ...] = ()
    callbacks_tried: int = 0
    ratings: tuple[Rating, ...] = ()
    redos: int = 0
    orders: int = 0
    urges: int = 0
    urged_at: Moment | None = None
    outcome: Outcome | None = None
    deadlines: tuple[Deadline, ...] = ()
    promised_at: Moment | None = None
    next_mark_at: Moment | None = None
    changed_at: Moment
    closed_at: Moment | None = None
    timeline: tuple[Entry, ...] = ()

    @property
    def urgency(self) -> Urgency:
        return self.reading.urgency if self.reading else "U4"

    @property
    def sensitivity(self) -> Sensitivity:
        sensitivity: Sensitivity = self.reading.sensitivity if self.reading else "S0"
        return max(sensitivity, "S2") if self.confidential else sensitivity

    @property
    def complaint_type(self) -> ComplaintType:
        return self.stated_type or (self.reading.complaint_type if self.reading else "complaint")

    @property
    def open(self) -> bool:
        return self.state not in ENDED and self.state != "archived"

    @property
    def pile(self) -> Pile | None:
        """Where the case lies on its department's desk; None when it has nothing to do there."""
        if self.state in ("dispatched", "in_hand") and self.replies:
            return "sent_back"
        if self.state == "dispatched":
            return "accept"
        if self.state == "in_hand":
            return "reply" if self.contacted_at else "contact"
        return "waiting" if self.department and self.open and self.state != "waiting" else None

    @property
    def running(self) -> tuple[Deadline, ...]:
        """The clocks that run, the one due first in front."""
        return tuple(sorted(self._running(), key=lambda one: one.due_at))

    def _running(self) -> list[Deadline]:
        return [one for one in self.deadlines if one.met_at is None and one.dropped_at is None]

    @property
    def due_at(self) -> datetime | None:
        return min([one.due_at for one in self._running()], default=None)

    @property
    def overdue(self) -> bool:
        """Whether the sweep has marked a running clock as past its limit."""
        return any(mark.at_share == "100" for one in self._running() if one.marks for mark in one.marks)

    @property
    def replied_on_time(self) -> bool | None:
        """Whether the first reply came by its due time; None before the reply."""
        met = [one for one in self.deadlines if one.clock == "reply" and one.met_at is not None]
        return met[0].met_at <= met[0].due_at if met and met[0].met_at else None

    @property
    def solved(self) -> str | None:
        """The complainant's last word: yes, partly or no."""
        return self.ratings[-1].solved if self.ratings else None

    @property
    def satisfied(self) -> int | None:
        return self.ratings[-1].satisfied if self.ratings else None

    def clock(self, name: str) -> Deadline | None:
        """The running deadline of that name."""
        return next((one for one in self.running if one.clock == name), None)


STEP_OF: Mapping[type[CaseEvent], Step] = {
    out.CaseQueued: "queue", out.CaseDispatched: "dispatch", out.CaseAccepted: "accept", out.CaseHandedBack: "hand_back",
    out.HandBackGranted: "grant_hand_back", out.HandBackRefused: "refuse_hand_back", out.CaseContacted: "contact",
    out.CaseReplied: "reply", out.ReviewPassed: "pass_review", out.ReviewFailed: "fail_review", out.CallbackTried: "try_callback",
    out.CaseRated: "rate", out.CaseRedone: "redo", out.CaseSupervised: "supervise", out.SupervisionOrdered: "order",
    out.CaseClosed: "close", out.CaseArchived: "archive", out.CaseWithdrawn: "withdraw", out.CaseDeclined: "decline",
    out.CaseAnswered: "answer", out.CaseTransferred: "transfer", out.CaseUrged: "urge",
    out.CaseSupplemented: "supplement", out.CaseNoted: "note",
}  # fmt: skip
"""Which step of the table each event is; the events that are not here change no state."""


def begin(number: str, complaint: ComplaintSubmitted, at: datetime) -> Case:
    """The case as it is registered."""
    return Case(
        number=number,
        channel=complaint.channel,
        title=complaint.title,
        text=complaint.text,
        place=complaint.place,
        photos=complaint.photos,
        files=complaint.files,
        person=complaint.person,
        anonymous=complaint.anonymous,
        publish=complaint.publish,
        confidential=complaint.confidential,
        received_at=complaint.received_at,
        stated_type=complaint.complaint_type,
        changed_at=at,
    )


def evolve(case: Case, event: Event, at: datetime, by: Actor) -> Case:
    """The case after the event. Events of other services are readings and proposals that are kept as they came."""
    if isinstance(event, ComplaintRead):
        return case.model_copy(update={"reading": event, "changed_at": at})
    if isinstance(event, DepartmentProposed):
        return case.model_copy(update={"proposal": event, "changed_at": at})
    if not isinstance(event, CaseEvent):
        return case
    step = STEP_OF.get(type(event))
    changes: dict[str, Any] = {"changed_at": at, "timeline": (*case.timeline, _entry(event, at, by))}
    if step:
        changes["state"] = next_state(case.state, step)
    if event.deadlines:
        changes["deadlines"] = _merged(case.deadlines, event.deadlines)
    follow = FOLLOW.get(type(event))
    if follow:
        changes.update(follow(case, event, at, by))
    return case.model_copy(update=changes)


def _entry(event: CaseEvent, at: datetime, by: Actor) -> Entry:
    facts = event.model_dump(mode="json", exclude={"type", "v", "standing", "deadlines"}, exclude_none=True)
    return Entry(at=at, by=by, type=event.type, facts=facts)


def _merged(present: tuple[Deadline, ...], changed: tuple[Deadline, ...]) -> tuple[Deadline, ...]:
    """A changed deadline takes its own place (same clock, same start); a new one goes to the end."""
    newest = {(one.clock, one.started_at): one for one in (*present, *changed)}
    return tuple(newest.values())


def _dispatched(case: Case, event: Any, at: datetime, by: Actor) -> dict[str, Any]:
    reply = next((one for one in event.deadlines if one.clock == "reply"), None)
    promised = case.promised_at or (reply.promised_at if reply else None)
    return {
        "department": event.department, "category": event.category, "dispatches": event.turn_number, "designation": event.designation,
        "promised_at": promised, "suggested": None, "contacted_at": None, "queued_why": None,
    }  # fmt: skip


def _replied(case: Case, event: Any, at: datetime, by: Actor) -> dict[str, Any]:
    reply = Reply(public=event.public, internal=event.internal, outcome=event.outcome, at=at, by=by)
    return {"replies": (*case.replies, reply), "callbacks_tried": 0}


def _rated(case: Case, event: Any, at: datetime, by: Actor) -> dict[str, Any]:
    rating = Rating(solved=event.solved, satisfied=event.satisfied, process=event.process, words=event.words, at=at, by=by)
    return {"ratings": (*case.ratings, rating)}


def _answered(case: Case, event: Any, at: datetime, by: Actor) -> dict[str, Any]:
    return {"replies": (Reply(public=event.public, outcome="explained", at=at, by=by),), "outcome": "explained", "closed_at": at}


Follow = Callable[[Case, Any, datetime, Actor], dict[str, Any]]

FOLLOW: Mapping[type[CaseEvent], Follow] = {
    out.CaseQueued: lambda case, event, at, by: {"queued_why": event.why},
    out.CaseDispatched: _dispatched,
    out.CaseHandedBack: lambda case, event, at, by: {"hand_backs": case.hand_backs + 1, "suggested": event.suggested},
    out.HandBackGranted: lambda case, event, at, by: {"queued_why": "handed_back"},
    out.CaseContacted: lambda case, event, at, by: {"contacted_at": at},
    out.CaseReplied: _replied,
    out.CallbackTried: lambda case, event, at, by: {"callbacks_tried": case.callbacks_tried + 1},
    out.CaseRated: _rated,
    out.CaseRedone: lambda case, event, at, by: {"redos": event.number, "contacted_at": None},
    out.SupervisionOrdered: lambda case, event, at, by: {"orders": case.orders + 1, "department": event.department, "contacted_at": None},
    out.CaseClosed: lambda case, event, at, by: {"outcome": event.outcome, "closed_at": at},
    out.CaseWithdrawn: lambda case, event, at, by: {"outcome": "withdrawn", "closed_at": at},
    out.DeclineProposed: lambda case, event, at, by: {"decline_proposed_by": by.id},
    out.CaseDeclined: lambda case, event, at, by: {"outcome": "outside_remit", "closed_at": at},
    out.CaseAnswered: _answered,
    out.CaseTransferred: lambda case, event, at, by: {"closed_at": at},
    out.CaseUrged: lambda case, event, at, by: {"urges": event.number, "urged_at": at},
}
"""What an event changes besides the state, the deadlines and the timeline."""
