"""How each event changes a case. *evolve* never refuses; replaying a case's events gives its document."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from services.tracking.model import relating
from services.tracking.model.case import Case
from services.tracking.model.life import Step, next_state
from services.tracking.model.parts import Asked, CallbackTry, Entry, ExtensionRequest, Rating, Reply
from shared.events import Actor, Deadline, Event
from shared.events import tracking as out
from shared.events.intake import ComplaintJoined, ComplaintMatched, ComplaintSubmitted, ComplaintSupplemented
from shared.events.routing import DepartmentProposed
from shared.events.sentiment import ComplaintRead
from shared.events.tracking import CaseEvent

STEP_OF: Mapping[type[CaseEvent], Step] = {
    out.CaseQueued: "queue", out.CaseDispatched: "dispatch", out.CaseAccepted: "accept", out.CaseHandedBack: "hand_back",
    out.HandBackGranted: "grant_hand_back", out.HandBackRefused: "refuse_hand_back", out.CaseContacted: "contact",
    out.CaseReplied: "reply", out.ReviewPassed: "pass_review", out.ReviewFailed: "fail_review", out.CallbackTried: "try_callback",
    out.CaseRated: "rate", out.CaseRedone: "redo", out.CaseSupervised: "supervise", out.SupervisionOrdered: "order",
    out.CaseClosed: "close", out.CaseArchived: "archive", out.CaseWithdrawn: "withdraw", out.CaseDeclined: "decline",
    out.CaseAnswered: "answer", out.CaseTransferred: "transfer", out.CaseUrged: "urge",
    out.CaseAsked: "ask", out.CaseResumed: "resume", out.ExtensionRequested: "request_extension", out.ExtensionGranted: "grant_extension",
    out.ExtensionRefused: "refuse_extension",
    out.CaseSupplemented: "supplement", out.CaseJudged: "overrule", out.CaseRelated: "relate",
    out.CaseNoted: "note",
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
        written_on=complaint.written_on,
        stated_type=complaint.complaint_type,
        stated_category=complaint.category,
        changed_at=at,
    )


def evolve(case: Case, event: Event, at: datetime, by: Actor) -> Case:
    """The case after the event. Events of other services are readings and proposals that are kept as they came."""
    changed_at = max(case.changed_at, at)  # who looked at the clock first may write second
    if not isinstance(event, CaseEvent):
        return case.model_copy(update={**_brought(case, event, at), "changed_at": changed_at})
    step = STEP_OF.get(type(event))
    changes: dict[str, Any] = {"changed_at": changed_at, "timeline": (*case.timeline, _entry(event, at, by))}
    if step:
        changes["state"] = next_state(case.state, step)
    if event.deadlines:
        changes["deadlines"] = _merged(case.deadlines, event.deadlines)
    follow = FOLLOW.get(type(event))
    if follow:
        changes.update(follow(case, event, at, by))
    return case.model_copy(update=changes)


def _brought(case: Case, event: Event, at: datetime) -> dict[str, Any]:
    """What an event of another service brings: a proposal, more attachments, somebody else with the same matter, cases like this one."""
    match event:
        case ComplaintRead(of="supplement"):
            return {"readings": (*case.readings, event)}
        case ComplaintRead():
            return {"reading": event}
        case DepartmentProposed():
            return {"proposal": event}
        case ComplaintSupplemented():
            return {"photos": (*case.photos, *event.photos), "files": (*case.files, *event.files)}
        case ComplaintJoined():
            return {"joined": event.number}
        case ComplaintMatched():
            return relating.suspected(case, event, at)
    return {}


def _entry(event: CaseEvent, at: datetime, by: Actor) -> Entry:
    facts = event.model_dump(mode="json", exclude={"type", "v", "standing", "deadlines", "precedent"}, exclude_none=True)
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
        "promised_at": promised, "suggested": None, "contacted_at": None, "queued_why": None, "asks": 0,
    }  # fmt: skip


def _replied(case: Case, event: Any, at: datetime, by: Actor) -> dict[str, Any]:
    reply = Reply(
        public=event.public, internal=event.internal, outcome=event.outcome, gate=event.gate, overrule=event.overrule, at=at, by=by
    )
    return {"replies": (*case.replies, reply), "tries": (), **LEFT}


def _rated(case: Case, event: Any, at: datetime, by: Actor) -> dict[str, Any]:
    rating = Rating(solved=event.solved, satisfied=event.satisfied, process=event.process, words=event.words, at=at, by=by)
    return {"ratings": (*case.ratings, rating)}


def _answered(case: Case, event: Any, at: datetime, by: Actor) -> dict[str, Any]:
    return {"replies": (Reply(public=event.public, outcome="explained", at=at, by=by),), "outcome": "explained", "closed_at": at}


def _asked(case: Case, event: Any, at: datetime, by: Actor) -> dict[str, Any]:
    return {"asked": Asked(at=at, words=event.words, until=event.until), "asks": case.asks + 1}


def _extension_requested(case: Case, event: Any, at: datetime, by: Actor) -> dict[str, Any]:
    return {"extension": ExtensionRequest(reason=event.reason, days=event.days, plan=event.plan, at=at, by=by)}


def _handed_back(case: Case, event: Any, at: datetime, by: Actor) -> dict[str, Any]:
    return {"hand_backs": case.hand_backs + 1, "suggested": event.suggested, **LEFT}


def _ordered(case: Case, event: Any, at: datetime, by: Actor) -> dict[str, Any]:
    return {"orders": case.orders + 1, "department": event.department, "contacted_at": None, "asks": 0}


def _judged(case: Case, event: Any, at: datetime, by: Actor) -> dict[str, Any]:
    calmed = {} if event.urgency == "U1" else {"alarms": ()}
    return {"judged": case.judge(event.urgency, event.sensitivity), **calmed}


def _tried(case: Case, event: Any, at: datetime, by: Actor) -> dict[str, Any]:
    return {"tries": (*case.tries, CallbackTry(at=at, result=event.result))}


def _step_refused(case: Case, event: Any, at: datetime, by: Actor) -> dict[str, Any]:
    """A request for more time that lapsed, and an answer that waits for a second officer, stand on the case."""
    match event.step, event.why:
        case "request_extension", "extension.lapsed":
            return {"extension": None}
        case "answer", "answer.second_person" | "reply.gives_away":
            return {"answer_proposed_by": by.id}
    return {}


LEFT: Mapping[str, Any] = {"asked": None, "extension": None}
"""The case has left the department's hands: nothing is waited for there any more."""

Follow = Callable[[Case, Any, datetime, Actor], dict[str, Any]]

FOLLOW: Mapping[type[CaseEvent], Follow] = {
    out.CaseQueued: lambda case, event, at, by: {"queued_why": event.why},
    out.CaseDispatched: _dispatched,
    out.CaseHandedBack: _handed_back,
    out.HandBackGranted: lambda case, event, at, by: {"queued_why": "handed_back"},
    out.CaseContacted: lambda case, event, at, by: {"contacted_at": at},
    out.CaseAsked: _asked,
    out.CaseResumed: lambda case, event, at, by: {"asked": None},
    out.ExtensionRequested: _extension_requested,
    out.ExtensionGranted: lambda case, event, at, by: {"extension": None},
    out.ExtensionRefused: lambda case, event, at, by: {"extension": None},
    out.CaseReplied: _replied,
    out.ReviewPassed: lambda case, event, at, by: {"link": None},
    out.CallbackTried: _tried,
    out.CaseRated: _rated,
    out.CaseRedone: lambda case, event, at, by: {"redos": event.number, "contacted_at": None, "asks": 0},
    out.SupervisionOrdered: _ordered,
    out.CaseClosed: lambda case, event, at, by: {"outcome": event.outcome, "closed_at": at},
    out.CaseWithdrawn: lambda case, event, at, by: {"outcome": "withdrawn", "closed_at": at, **LEFT},
    out.DeclineProposed: lambda case, event, at, by: {"decline_proposed_by": by.id},
    out.CaseDeclined: lambda case, event, at, by: {"outcome": "outside_remit", "closed_at": at},
    out.CaseAnswered: _answered,
    out.CaseTransferred: lambda case, event, at, by: {"closed_at": at},
    out.StepRefused: _step_refused,
    out.CaseJudged: _judged,
    out.CaseAlarmed: lambda case, event, at, by: {"alarms": (*case.alarms, at)},
    out.CaseRelated: relating.related,
    out.CaseUrged: lambda case, event, at, by: {"urges": event.number, "urged_at": at},
}
"""What an event changes besides the state, the deadlines and the timeline."""
