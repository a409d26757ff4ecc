"""What each step needs from the person who takes it: the body of the API and the form on the desk."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.tracking.model.life import Step
from shared.events import Moment, Sensitivity, Urgency
from shared.events.intake import EmergencyService, Solved, Stars
from shared.events.tracking import CallbackResult, DeclineReason, ExtensionReason, HandBackReason, Outcome

Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
MaybeSaid = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
LongText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{1,60}$")]


class StepInput(BaseModel):
    """Base of the inputs; a field that the step does not know is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Nothing(StepInput):
    """Steps that need no words."""


class Dispatch(StepInput):
    department: Code
    basis: Said


class Told(StepInput):
    """What the complainant is told. `overrule` is why it goes although it gives them away; else nothing comes of it."""

    overrule: MaybeSaid = ""


class Answer(Told):
    public: LongText


class Decline(Told):
    reason: DeclineReason
    channel_told: Said


class Ask(Told):
    words: Said


class Transfer(StepInput):
    service: EmergencyService
    taken_by: Said
    handed_over_at: Moment


class HandBack(StepInput):
    reason: HandBackReason
    basis: Said
    suggested: Code | None = None


class Words(StepInput):
    words: Said


class MaybeWords(StepInput):
    words: MaybeSaid = ""


class Contact(StepInput):
    reached: bool
    words: Said


class RequestExtension(StepInput):
    """`days` are working days; `told` is that the complainant knows."""

    reason: ExtensionReason
    days: Annotated[int, Field(ge=1, le=60)]
    plan: Said
    told: Literal[True]


class TryCallback(StepInput):
    result: CallbackResult
    words: MaybeSaid = ""


class Reply(StepInput):
    """`overrule` is why the reply goes although the gate would stop it; else nothing comes of it."""

    public: LongText
    internal: Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000)] = ""
    outcome: Outcome
    overrule: MaybeSaid = ""


class Rate(StepInput):
    solved: Solved
    satisfied: Stars
    process: Stars
    words: Annotated[str, Field(max_length=2_000)] = ""


class Order(StepInput):
    words: Said
    department: Code


class Close(StepInput):
    outcome: Outcome
    words: Said


class Overrule(StepInput):
    """Urgency and sensitivity as they shall be; the one that is right already is given as it is."""

    urgency: Urgency
    sensitivity: Sensitivity
    words: Said


class Relate(StepInput):
    """`other` is the number of a case that is suspected to be the same matter; `same` says whether it is."""

    other: Annotated[str, StringConstraints(pattern=r"^\d{1,20}$")]
    same: bool
    words: MaybeSaid = ""


class Written(StepInput):
    text: LongText


INPUTS: Mapping[Step, type[StepInput]] = {
    "dispatch": Dispatch, "answer": Answer, "decline": Decline, "transfer": Transfer, "accept": Nothing, "hand_back": HandBack,
    "grant_hand_back": MaybeWords, "refuse_hand_back": Words, "contact": Contact, "ask": Ask, "request_extension": RequestExtension,
    "grant_extension": MaybeWords, "refuse_extension": Words, "reply": Reply, "pass_review": MaybeWords, "fail_review": Words,
    "try_callback": TryCallback, "rate": Rate, "order": Order, "close": Close, "withdraw": MaybeWords, "supplement": Written,
    "urge": MaybeWords, "overrule": Overrule, "relate": Relate,
    "note": Written,
}  # fmt: skip
"""The steps that people take. The others (queue, resume, redo, supervise, archive) follow from events and rules."""
