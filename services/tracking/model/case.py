"""The case: what is known of it. How events change it is in evolving, deciding is in decisions."""

from datetime import date, datetime
from typing import Literal

from services.tracking.model.life import ENDED
from services.tracking.model.parts import Asked, CallbackTry, Entry, ExtensionRequest, Judged, Notice, Rating, Relation, Reply
from shared.events import Deadline, Moment, Sensitivity, Urgency, Value
from shared.events.base import Channel, ComplaintType
from shared.events.intake import Attachment, Place
from shared.events.routing import DepartmentProposed
from shared.events.sentiment import ComplaintRead
from shared.events.tracking import Outcome, State

Pile = Literal["sent_back", "accept", "contact", "reply", "waiting"]
"""What a department has to do with a case: put an answer right, accept it, reach the complainant, reply; or others have it."""
Errand = Literal["extension", "callback"]
"""What the centre has to do with a case beside its main way: rule on an extension, call the complainant back."""


class Case(Value):
    """One case, one document. `deadlines` holds every clock that ever ran, oldest first; the rest is what the events have said.

    `reading` is of the complaint, `readings` those of what was added later that raised it. `tries` are the calls since the last reply,
    `link` is the notice that carries the link for rating it. `asks` counts the questions of the present turn. `stated_type` and
    `stated_category` are what the complainant chose. `joined` counts others with the same matter. `errand_at` sorts the errands.
    `related` are cases that may be the same matter; `repeated`: it was brought so often that it is more urgent.
    """

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
    written_on: date | None = None
    stated_type: ComplaintType | None = None
    stated_category: str | None = None
    reading: ComplaintRead | None = None
    readings: tuple[ComplaintRead, ...] = ()
    judged: Judged | None = None
    alarms: tuple[Moment, ...] = ()
    proposal: DepartmentProposed | None = None
    department: str | None = None
    category: str | None = None
    dispatches: int = 0
    designation: bool = False
    hand_backs: int = 0
    suggested: str | None = None
    decline_proposed_by: str | None = None
    answer_proposed_by: str | None = None
    queued_why: str | None = None
    contacted_at: Moment | None = None
    asked: Asked | None = None
    asks: int = 0
    extension: ExtensionRequest | None = None
    replies: tuple[Reply, ...] = ()
    tries: tuple[CallbackTry, ...] = ()
    ratings: tuple[Rating, ...] = ()
    redos: int = 0
    orders: int = 0
    urges: int = 0
    urged_at: Moment | None = None
    joined: int = 0
    related: tuple[Relation, ...] = ()
    repeated: bool = False
    notices: tuple[Notice, ...] = ()
    link: str | None = None
    outcome: Outcome | None = None
    deadlines: tuple[Deadline, ...] = ()
    promised_at: Moment | None = None
    next_mark_at: Moment | None = None
    errand_at: Moment | None = None
    changed_at: Moment
    closed_at: Moment | None = None
    timeline: tuple[Entry, ...] = ()

    @property
    def urgency(self) -> Urgency:
        """As a person put it right, else the most urgent that any reading has found; what is added later may raise it again."""
        if self.judged:
            return min([self.judged.urgency, *(one.urgency for one in self._read_since())])
        return self.read_urgency

    @property
    def read_urgency(self) -> Urgency:
        """The most urgent that any reading has found, whatever a person said."""
        least: Urgency = "U3" if self.repeated else "U4"
        return min([least, *(one.urgency for one in self._read())])

    @property
    def sensitivity(self) -> Sensitivity:
        """As a person put it right, else the most sensitive that any reading has found; what was said in confidence is restricted in any
        case.
        """
        least: Sensitivity = "S2" if self.confidential else "S0"
        if self.judged:
            return max([least, self.judged.sensitivity, *(one.sensitivity for one in self._read_since())])
        return max([least, *(one.sensitivity for one in self._read())])

    def _read(self) -> tuple[ComplaintRead, ...]:
        return (self.reading, *self.readings) if self.reading else self.readings

    def _read_since(self) -> tuple[ComplaintRead, ...]:
        """What was read after a person had put the judgement right."""
        if self.judged is None:
            return self._read()
        own = (self.reading,) if self.reading and self.judged.unread else ()
        return (*own, *self.readings[self.judged.heard :])

    def judge(self, urgency: Urgency, sensitivity: Sensitivity) -> Judged:
        """These levels, as a person puts the case right now."""
        return Judged(urgency=urgency, sensitivity=sensitivity, unread=self.reading is None, heard=len(self.readings))

    @property
    def complaint_type(self) -> ComplaintType:
        return self.stated_type or (self.reading.complaint_type if self.reading else "complaint")

    @property
    def open(self) -> bool:
        return self.state not in ENDED and self.state != "archived"

    @property
    def pile(self) -> Pile | None:
        """Where the case lies on its department's desk; None when it has nothing to do there."""
        if self.asked:
            return "waiting"
        if self.state in ("dispatched", "in_hand") and self.replies:
            return "sent_back"
        if self.state == "dispatched":
            return "accept"
        if self.state == "in_hand":
            return "reply" if self.contacted_at else "contact"
        return "waiting" if self.department and self.open and self.state != "waiting" else None

    @property
    def errand(self) -> Errand | None:
        """What the centre has to do with the case besides its main way."""
        if self.extension:
            return "extension"
        return "callback" if self.state == "awaiting_callback" else None

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
