"""What tracking says happened to a case. Each event carries where the case stands after it, so that no reader repeats the rules."""

from typing import Annotated, Literal

from pydantic import Field

from shared.events.base import ComplaintType, Line, Moment, Sensitivity, Text, Urgency, Value
from shared.events.gate import ReplyGate
from shared.events.intake import EmergencyService, Solved, Stars
from shared.events.standing import CaseEvent, CitizenStep, Outcome, Standing, State, Turn
from shared.events.timing import (
    CaseAsked,
    CaseResumed,
    DeadlineMissed,
    DeadlineReminded,
    ExtensionGranted,
    ExtensionReason,
    ExtensionRefused,
    ExtensionRequested,
    Ladder,
)
from shared.events.weighing import CaseAlarmed, CaseJudged, CaseRaised, CaseRelated

__all__ = [
    "CaseAlarmed", "CaseAsked", "CaseEvent", "CaseJudged", "CaseRaised", "CaseRelated", "CaseResumed", "CitizenStep", "DeadlineMissed",
    "DeadlineReminded", "ExtensionGranted", "ExtensionReason", "ExtensionRefused", "ExtensionRequested", "Ladder", "Outcome", "Standing",
    "State", "Turn",
]  # fmt: skip


class CaseOpened(CaseEvent):
    type: Literal["case.opened"] = "case.opened"


Doubt = Literal["unsure", "sensitive", "no_proposal", "not_understood", "handed_back"]


class CaseQueued(CaseEvent):
    """No department was sure enough, or the matter is sensitive: a dispatcher decides. `why` is a code of the glossary."""

    type: Literal["case.queued"] = "case.queued"
    why: Doubt


class CaseDispatched(CaseEvent):
    """The case has exactly one lead department. `turn_number` counts dispatches; the third is a `designation` and cannot be handed back."""

    type: Literal["case.dispatched"] = "case.dispatched"
    department: str
    basis: Line = ""
    turn_number: int
    designation: bool = False
    urgency: Urgency
    sensitivity: Sensitivity
    complaint_type: ComplaintType
    category: str | None = None


class CaseAccepted(CaseEvent):
    type: Literal["case.accepted"] = "case.accepted"


HandBackReason = Literal[
    "not_our_duty", "wrong_area", "elements_missing", "unclear_and_unreachable", "duplicate", "statutory_channel",
    "private_dispute", "secret", "several_departments", "with_higher_body", "withdrawn_by_complainant",
]  # fmt: skip


class CaseHandedBack(CaseEvent):
    type: Literal["case.handed_back"] = "case.handed_back"
    reason: HandBackReason
    basis: Line
    suggested: str | None = None


class HandBackGranted(CaseEvent):
    type: Literal["hand_back.granted"] = "hand_back.granted"
    words: Line = ""


class HandBackRefused(CaseEvent):
    type: Literal["hand_back.refused"] = "hand_back.refused"
    words: Line


class CaseContacted(CaseEvent):
    """First contact (先行联系): the handler reached the complainant, or could not and says why."""

    type: Literal["case.contacted"] = "case.contacted"
    reached: bool
    words: Line


class CaseReplied(CaseEvent):
    """The lead answered. `public` goes to the complainant, `internal` never does. `gate` is what the reply gate said; where that was to
    stop it, `overrule` is why it was sent all the same.
    """

    type: Literal["case.replied"] = "case.replied"
    public: Text
    internal: Text = ""
    outcome: Outcome
    gate: ReplyGate | None = None
    overrule: Line = ""


class ReviewPassed(CaseEvent):
    """The reply may go to the complainant; `automatic` when the policy asks for no reviewer."""

    type: Literal["review.passed"] = "review.passed"
    automatic: bool = False
    words: Line = ""


class ReviewFailed(CaseEvent):
    """The reply goes back; the reply clock runs on as it was."""

    type: Literal["review.failed"] = "review.failed"
    words: Line


CallbackResult = Literal["no_answer", "busy", "wrong_number", "refused", "asked_later"]


class CallbackTried(CaseEvent):
    """A callback clerk called and got no verdict: `result` says how. Never counts as satisfied, nor does refusing to answer."""

    type: Literal["callback.tried"] = "callback.tried"
    result: CallbackResult = "no_answer"
    words: Line = ""


class CaseRated(CaseEvent):
    """The complainant's verdict, given by link or told to an independent clerk (`by` says which)."""

    type: Literal["case.rated"] = "case.rated"
    solved: Solved
    satisfied: Stars
    process: Stars
    words: Annotated[str, Field(max_length=2_000)] = ""


class CaseRedone(CaseEvent):
    """Back to the department: not solved by the complainant's word. At most two."""

    type: Literal["case.redone"] = "case.redone"
    number: int
    words: Annotated[str, Field(max_length=2_000)] = ""


class CaseSupervised(CaseEvent):
    """Two redos did not solve it: a supervisor takes it up (督办)."""

    type: Literal["case.supervised"] = "case.supervised"
    words: Annotated[str, Field(max_length=2_000)] = ""


class SupervisionOrdered(CaseEvent):
    """A supervisor orders the department to act within a deadline of its own."""

    type: Literal["supervision.ordered"] = "supervision.ordered"
    words: Line
    department: str


KnownBy = Literal["dispatcher", "department", "ruling", "closed"]
"""Who has said that a department was the right one, the strongest last: who sent it there, who accepted or answered it, who ruled on a
hand-back, and a closed case.
"""


class Precedent(Value):
    """What a closed case tells of later ones like it: the beginnings of its title and text, and where it went. `category` is None where
    none was proposed together with that department.
    """

    title: Annotated[str, Field(max_length=60)] = ""
    text: Annotated[str, Field(max_length=180)]
    department: str
    category: str | None = None


class CaseClosed(CaseEvent):
    """The case is over. `precedent` is there where it teaches where such a matter belongs, and its words may be kept."""

    type: Literal["case.closed"] = "case.closed"
    outcome: Outcome
    reason: Literal["rated", "not_reached", "supervisor"]
    words: Line = ""
    precedent: Precedent | None = None


class CaseArchived(CaseEvent):
    type: Literal["case.archived"] = "case.archived"


class CaseWithdrawn(CaseEvent):
    type: Literal["case.withdrawn"] = "case.withdrawn"
    words: Line = ""


DeclineReason = Literal[
    "emergency_line", "court_or_review", "already_petitioned", "secret_or_private", "unlawful", "same_matter_in_hand",
    "other_area", "other_powers", "nuisance", "lawfully_concluded",
]  # fmt: skip


class CaseDeclined(CaseEvent):
    """Not taken up (不予受理), with the lawful channel told. Reports of wrongdoing need a second officer. `overrule` is why it was told in
    words that give the complainant away.
    """

    type: Literal["case.declined"] = "case.declined"
    reason: DeclineReason
    channel_told: Line
    second_officer: str | None = None
    overrule: Line = ""


class DeclineProposed(CaseEvent):
    """One officer would decline a report of wrongdoing; a second one has to agree."""

    type: Literal["decline.proposed"] = "decline.proposed"
    reason: DeclineReason
    channel_told: Line


class CaseAnswered(CaseEvent):
    """Answered at once (直接答复) without a department. `overrule` is why it went although it gives the complainant away."""

    type: Literal["case.answered"] = "case.answered"
    public: Text
    overrule: Line = ""


class CaseTransferred(CaseEvent):
    """Handed over to an emergency service (转紧急部门): which one, who took it there, and when."""

    type: Literal["case.transferred"] = "case.transferred"
    service: EmergencyService
    taken_by: Line
    handed_over_at: Moment


class CaseJoined(CaseEvent):
    """Somebody else has the same matter and is told of its progress; `number` counts them, `words` is what they added."""

    type: Literal["case.joined"] = "case.joined"
    number: int
    words: Line = ""


class CaseUrged(CaseEvent):
    type: Literal["case.urged"] = "case.urged"
    number: int
    words: Line = ""


class CaseSupplemented(CaseEvent):
    type: Literal["case.supplemented"] = "case.supplemented"
    text: Text


class CaseNoted(CaseEvent):
    """An internal note; the complainant never sees it."""

    type: Literal["case.noted"] = "case.noted"
    text: Text


class StepRefused(CaseEvent):
    """A step that somebody wished for could not be taken; `why` is a code that words.toml explains."""

    type: Literal["step.refused"] = "step.refused"
    step: str
    why: str


TrackingEvent = (
    CaseOpened | CaseQueued | CaseDispatched | CaseAccepted | CaseHandedBack | HandBackGranted | HandBackRefused | CaseContacted
    | CaseReplied | ReviewPassed | ReviewFailed | CallbackTried | CaseRated | CaseRedone | CaseSupervised | SupervisionOrdered
    | CaseClosed | CaseArchived | CaseWithdrawn | DeclineProposed | CaseDeclined | CaseAnswered | CaseUrged | CaseSupplemented | CaseNoted
    | StepRefused | DeadlineReminded | DeadlineMissed | CaseTransferred | CaseAsked | CaseResumed | ExtensionRequested | ExtensionGranted
    | ExtensionRefused | CaseRaised | CaseJoined | CaseJudged | CaseAlarmed | CaseRelated
)  # fmt: skip
