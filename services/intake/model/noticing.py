"""Which events tell whom: the complainant by the way they chose, each follower by theirs, and nobody twice for one event."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from services.intake.model.complaint import Complaint, NotifyBy, Progress
from services.intake.model.notice import DUTY_DESK, Notice
from services.intake.model.progress import ANSWERS_A_QUESTION, TOLD_CLOCKS, extended_to
from services.intake.model.ratings import ANSWERS, RATINGS
from shared.events import DeadlineClock, Event
from shared.events import tracking as happened
from shared.events.intake import NoticeChannel, NoticeKind, NoticeQueued

POSITIONS: Mapping[happened.State, str] = {
    "registered": "waiting_for_dispatch", "waiting": "waiting_for_dispatch", "handed_back": "waiting_for_dispatch",
    "dispatched": "not_accepted", "in_hand": "in_hand", "replied": "under_review", "supervised": "supervised",
}  # fmt: skip
"""Where an overdue matter honestly stands, by its state."""

ALARMS = ("just_in", "untaken_10", "untaken_20", "untaken_30")
"""What the duty desk is told, by the number of the alarm: at once, and after so many minutes in which nobody took the case."""

WHYS: Mapping[NoticeKind, tuple[str, ...]] = {
    "receipt": ("",),
    "dispatched": ("", "redispatched", "ordered"),
    "asked": ("",),
    "extended": get_args(happened.ExtensionReason),
    "answered": ("",),
    "overdue": tuple(dict.fromkeys(POSITIONS.values())),
    "closed": (*get_args(happened.Outcome), "declined", "transferred"),
    "redo": ("", "supervised"),
    "alarm": ALARMS,
}
"""Every code that a notice of the kind may carry; each has words."""

ALONE: frozenset[NoticeKind] = frozenset({"receipt", "asked", "alarm"})
"""What is for one reader, and for nobody who joined."""

OVER = frozenset({"closed", "declined", "withdrawn", "transferred"})

OVERTAKING: Mapping[NoticeKind, frozenset[str]] = {
    "asked": ANSWERS_A_QUESTION,
    "answered": frozenset({"redone", "supervised"}),
    "overdue": ANSWERS | OVER,
    "alarm": OVER | {"accepted"},
}
"""Lines of the history that make a notice wrong which was queued before them and waited: for the morning, or for another one's day."""


@dataclass(frozen=True)
class News:
    """What is to be told, whoever is told it."""

    kind: NoticeKind
    why: str = ""
    due_at: datetime | None = None


def receipt(complaint: Complaint) -> tuple[NoticeQueued, ...]:
    """The notice that goes with the submission."""
    return tuple(_queued(complaint.notify, complaint, News("receipt")))


def notices_after(complaint: Complaint, event: Event, at: datetime) -> tuple[NoticeQueued, ...]:
    """Who is to be told of one of tracking's events: at most one notice a person. `complaint` is as it is after the event.

    Whoever rated on the page or by link knows that the matter is closed by it and is not told; a verdict that a clerk wrote down is
    confirmed. What an officer did while the complainant was on the line is told as well: a voice leaves nothing to look up.
    """
    news = _news(complaint.progress, event, at)
    if news is None:
        return ()
    silent = isinstance(event, happened.CaseClosed) and event.reason == "rated" and _rated_themselves(complaint.progress)
    told = () if silent else tuple(_queued(complaint.notify, complaint, news))
    followers = () if news.kind in ALONE else complaint.followers
    return (*told, *(notice for one in followers for notice in _queued(one.notify, complaint, news, one.id)))


def alarms_after(event: Event, channels: Iterable[NoticeChannel]) -> tuple[NoticeQueued, ...]:
    """What the duty desk is told of one of tracking's events, by each of the channels that are set up for it."""
    if not isinstance(event, happened.CaseAlarmed):
        return ()
    return tuple(NoticeQueued(kind="alarm", channel=channel, follower=DUTY_DESK, why=ALARMS[event.number]) for channel in channels)


def is_overtaken(notice: Notice, progress: Progress) -> bool:
    """Whether it would say what is not so any more, or ask for a verdict that was given. A program is told everything that happened."""
    rated = RATINGS if notice.kind == "answered" and notice.follower is None else frozenset[str]()
    keys = OVERTAKING.get(notice.kind, frozenset()) | rated
    return notice.channel != "webhook" and any(line.key in keys and line.at > notice.queued_at for line in progress.history)


def _news(progress: Progress, event: Event, at: datetime) -> News | None:
    """None for what is between offices, for echoes of the complainant's own steps, and for what the progress page alone tells."""
    match event:
        case happened.CaseDispatched():
            return News("dispatched", "" if event.turn_number == 1 else "redispatched", _answer_due(progress, event, at))
        case happened.SupervisionOrdered():
            return News("dispatched", "ordered", _due(event, "supervision") or progress.due_at)
        case happened.CaseAsked():
            return News("asked", due_at=event.until)
        case happened.ExtensionGranted():
            return News("extended", event.reason, extended_to(event, progress))
        case happened.ReviewPassed() | happened.CaseAnswered():
            return News("answered")
        case happened.DeadlineMissed(at_share="100") if event.clock in TOLD_CLOCKS:
            return News("overdue", POSITIONS.get(progress.state, ""), _due(event, event.clock) or progress.due_at)
        case happened.CaseRedone():
            return News("redo", due_at=_due(event, "redo") or progress.due_at)
        case happened.CaseSupervised():
            return News("redo", "supervised", _due(event, "supervision") or progress.due_at)
    return _end(event)


def _end(event: Event) -> News | None:
    match event:
        case happened.CaseClosed():
            return News("closed", event.outcome)
        case happened.CaseDeclined():
            return News("closed", "declined")
        case happened.CaseWithdrawn():
            return News("closed", "withdrawn")
        case happened.CaseTransferred():
            return News("closed", "transferred")
    return None


def _answer_due(progress: Progress, event: happened.CaseDispatched, at: datetime) -> datetime | None:
    """By when the complainant has the answer: as promised first, which no re-dispatch moves; once that has passed, the new limit."""
    promised = progress.promised_at
    return promised if promised and promised > at else _due(event, "reply") or progress.due_at


def _due(event: happened.CaseEvent, *clocks: DeadlineClock) -> datetime | None:
    """The due time of the event's first deadline on one of these clocks that is still running."""
    running = (one for one in event.deadlines if one.clock in clocks and one.met_at is None and one.dropped_at is None)
    return next((one.due_at for one in running), None)


def _rated_themselves(progress: Progress) -> bool:
    """Whether the newest verdict came from the complainant's own hand."""
    return next((line.key for line in reversed(progress.history) if line.key in ("you_rated", "rated")), "") == "you_rated"


def _queued(way: NotifyBy, complaint: Complaint, news: News, follower: str | None = None) -> Iterator[NoticeQueued]:
    """The notice of one person; none for who chose none."""
    if way != "none":
        yield NoticeQueued(
            kind=news.kind, channel=way, follower=follower, department=complaint.progress.department, due_at=news.due_at, why=news.why
        )  # fmt: skip
