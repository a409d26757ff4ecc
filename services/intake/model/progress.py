"""What the complainant sees of what happens to a case: tracking's events told in a few plain lines, and nothing internal."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, get_args

from services.intake.model.complaint import HistoryLine, Progress
from shared.events import DeadlineClock, Event
from shared.events import tracking as happened

CITIZEN_STEPS = frozenset(get_args(happened.CitizenStep))
TOLD_CLOCKS: frozenset[DeadlineClock] = frozenset({"dispatch", "first_contact", "reply", "redo", "supervision"})
"""Clocks whose missing is told: those that keep the complainant waiting. The others are between offices."""
ANSWERS_A_QUESTION = frozenset({"you_added", "added", "resumed", "handed_back", "redispatched", "replied", "withdrawn", "transferred"})
"""What ends the waiting for something that the complainant was asked for."""


def follow(progress: Progress, event: Event, at: datetime, *, by_officer: bool) -> Progress:
    """The progress after one of tracking's events. `by_officer`: an officer took the step for the complainant, so it is news;
    otherwise urging, adding and rating are echoes of what the complainant did on the page, which is told already.
    """
    line = _told(progress, event, at) or (_told_for_complainant(event, at) if by_officer else None)
    changes: dict[str, Any] = {**_standing(event), **_kept(progress, event)}
    if line:
        changes["history"] = (*_without_count(progress.history, line), line)
    return progress.model_copy(update=changes)


def question(progress: Progress) -> HistoryLine | None:
    """What the complainant was asked for and has not given yet, by when (`due_at`); None when nothing is waited for."""
    line = next((line for line in reversed(progress.history) if line.key == "asked" or line.key in ANSWERS_A_QUESTION), None)
    return line if line and line.key == "asked" else None


def _without_count(history: tuple[HistoryLine, ...], line: HistoryLine) -> tuple[HistoryLine, ...]:
    """How many others have the same matter is said once, with the newest number."""
    return tuple(one for one in history if one.key != "joined") if line.key == "joined" else history


def _standing(event: Event) -> Mapping[str, Any]:
    standing = getattr(event, "standing", None)
    return {name: getattr(standing, name) for name in happened.Standing.model_fields} if standing else {}


def _kept(progress: Progress, event: Event) -> Mapping[str, Any]:
    """The answer (written, released by review, sent back, taken back by a redo), how careful one must be, and what the matter is about."""
    match event:
        case happened.CaseReplied():
            return {"draft": event.public}
        case happened.ReviewPassed():
            return {"draft": "", "reply": progress.draft}
        case happened.ReviewFailed():
            return {"draft": ""}
        case happened.CaseRedone() | happened.CaseSupervised():
            return {"reply": ""}
        case happened.CaseAnswered():
            return {"reply": event.public}
        case happened.CaseQueued(why="sensitive"):
            return {"sensitivity": max(progress.sensitivity, "S2")}
        case happened.CaseDispatched():
            return {"sensitivity": event.sensitivity, "category": event.category}
        case happened.CaseRaised() | happened.CaseJudged():
            return {"sensitivity": event.sensitivity}
    return {}


def _told(progress: Progress, event: Event, at: datetime) -> HistoryLine | None:
    """The line for something that offices did; None for what is internal."""
    lead = progress.department
    match event:
        case happened.CaseDispatched():
            return HistoryLine(at=at, key="dispatched" if event.turn_number == 1 else "redispatched", department=event.department)
        case happened.CaseAccepted():
            return HistoryLine(at=at, key="accepted", department=lead)
        case happened.CaseHandedBack():
            return HistoryLine(at=at, key="handed_back", department=lead)
        case happened.HandBackRefused():
            return HistoryLine(at=at, key="kept", department=lead)
        case happened.CaseContacted():
            return HistoryLine(at=at, key="contacted" if event.reached else "not_reached", department=lead)
        case happened.ReviewPassed():
            return HistoryLine(at=at, key="replied", department=lead, words=progress.draft)
        case happened.CallbackTried():
            return HistoryLine(at=at, key="callback_missed")
        case happened.CaseRedone():
            return HistoryLine(at=at, key="redone", department=lead)
        case happened.CaseSupervised():
            return HistoryLine(at=at, key="supervised")
        case happened.SupervisionOrdered():
            return HistoryLine(at=at, key="ordered", department=event.department)
    return _told_pause(progress, event, at) or _told_end(event, at) or _told_fault(progress, event, at)


def _told_pause(progress: Progress, event: Event, at: datetime) -> HistoryLine | None:
    """Why it takes longer, and until when; and that others wait for the same."""
    lead = progress.department
    match event:
        case happened.CaseAsked():
            return HistoryLine(at=at, key="asked", department=lead, words=event.words, due_at=event.until)
        case happened.CaseResumed():
            return HistoryLine(at=at, key="resumed", department=lead, why=event.why)
        case happened.ExtensionGranted():
            return HistoryLine(at=at, key="extended", department=lead, why=event.reason, due_at=extended_to(event, progress))
        case happened.CaseJoined():
            return HistoryLine(at=at, key="joined", why=str(event.number))
    return None


def extended_to(event: happened.ExtensionGranted, progress: Progress) -> datetime | None:
    """By when the answer is due now: the limit that the event moved, else what is due next after it."""
    moved = next((one.due_at for one in event.deadlines if one.extensions), None)
    return moved or (event.standing.due_at if event.standing else progress.due_at)


def _told_end(event: Event, at: datetime) -> HistoryLine | None:
    match event:
        case happened.CaseAnswered():
            return HistoryLine(at=at, key="answered", words=event.public)
        case happened.CaseDeclined():
            return HistoryLine(at=at, key="declined", why=event.reason, words=event.channel_told)
        case happened.CaseWithdrawn():
            return HistoryLine(at=at, key="withdrawn")
        case happened.CaseTransferred():
            return HistoryLine(at=at, key="transferred", why=event.service, due_at=event.handed_over_at)
        case happened.CaseClosed():
            return HistoryLine(at=at, key="closed", why=event.outcome)
    return None


def _told_fault(progress: Progress, event: Event, at: datetime) -> HistoryLine | None:
    """A limit that was missed, and a wish that could not be followed: both are said openly."""
    match event:
        case happened.DeadlineMissed(at_share="100") if event.clock in TOLD_CLOCKS:
            return HistoryLine(at=at, key="missed", department=progress.department, why=event.clock)
        case happened.StepRefused() if event.step in CITIZEN_STEPS:
            return HistoryLine(at=at, key="refused_" + event.step, why=event.why)
    return None


def _told_for_complainant(event: Event, at: datetime) -> HistoryLine | None:
    match event:
        case happened.CaseUrged():
            return HistoryLine(at=at, key="urged")
        case happened.CaseSupplemented():
            return HistoryLine(at=at, key="added", words=event.text)
        case happened.CaseRated():
            return HistoryLine(at=at, key="rated", why=event.solved)
    return None
