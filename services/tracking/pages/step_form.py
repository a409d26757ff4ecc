"""The form of each step: its fields and choices, what is filled in beforehand, and what was typed read back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData

from services.tracking.model.callbacks import exhausted
from services.tracking.model.case import Case
from services.tracking.model.life import STEPS, Step
from services.tracking.model.policy import Policy
from services.tracking.model.steps import INPUTS, StepInput
from services.tracking.pages.reply_gate import GateView
from shared.events import Sensitivity, Urgency
from shared.events.intake import EmergencyService
from shared.events.tracking import CallbackResult, DeclineReason, ExtensionReason, HandBackReason, Outcome
from shared.places import Places
from shared.refusals import NotAllowed
from shared.web.speaking import Speaker

Kind = Literal["words", "long", "department", "choice", "moment", "number", "tick"]

KINDS: Mapping[str, Kind] = {
    "department": "department", "suggested": "department", "public": "long", "internal": "long", "text": "long", "reason": "choice",
    "outcome": "choice", "solved": "choice", "satisfied": "choice", "process": "choice", "reached": "choice", "service": "choice",
    "handed_over_at": "moment", "days": "number", "told": "tick", "result": "choice", "urgency": "choice", "sensitivity": "choice",
    "same": "choice",
}  # fmt: skip
"""How a field is asked for; what is not here is a few words."""
CHOICES: Mapping[tuple[str, str] | str, tuple[str, tuple[str, ...]]] = {
    ("hand_back", "reason"): ("desk.hand_back", get_args(HandBackReason)),
    ("decline", "reason"): ("desk.decline", get_args(DeclineReason)),
    ("request_extension", "reason"): ("desk.extension", get_args(ExtensionReason)),
    "result": ("desk.callback", get_args(CallbackResult)),
    "service": ("desk.service", get_args(EmergencyService)),
    ("close", "outcome"): ("desk.outcome", tuple(one for one in get_args(Outcome) if one not in ("solved", "partly"))),
    "outcome": ("desk.outcome", get_args(Outcome)),
    "urgency": ("desk.urgency", get_args(Urgency)),
    "sensitivity": ("desk.sensitivity", get_args(Sensitivity)),
    "solved": ("desk.solved", ("yes", "partly", "no")),
    "satisfied": ("desk.stars", ("5", "4", "3", "2", "1")),
    "process": ("desk.stars", ("5", "4", "3", "2", "1")),
    "reached": ("desk.reached", ("yes", "no")),
    "same": ("desk.same", ("yes", "no")),
}
"""Where the words of a field's choices are, and the choices."""
LABELS: Mapping[tuple[Step, str], str] = {("ask", "words"): "asked", ("overrule", "words"): "overrule_words"}
"""Fields that are called otherwise in one step."""
HINTS: Mapping[tuple[Step, str] | str, str] = {
    "public": "desk.hint.public", "internal": "desk.hint.internal", "basis": "desk.hint.basis", "days": "desk.hint.days",
    ("ask", "words"): "desk.hint.asked", ("rate", "solved"): "desk.script.solved", ("rate", "satisfied"): "desk.script.satisfied",
    ("rate", "process"): "desk.script.process", ("rate", "words"): "desk.script.words", ("try_callback", "words"): "desk.hint.callback",
    "overrule": "desk.hint.overrule",
}  # fmt: skip
"""What stands below a field's label; in a callback, the words to say."""
PREFERRED: tuple[Step, ...] = (
    "accept", "contact", "reply", "dispatch", "grant_hand_back", "grant_extension", "pass_review", "rate", "order", "close",
)  # fmt: skip
"""The step whose form is open when the page comes: the first of these that may be taken."""
KEYS: Mapping[str, str] = {"reply": "r", "contact": "c", "note": "n"}
"""The officers' keys that lead to a step."""


@dataclass(frozen=True)
class Field:
    """One field: label, hint and choices in words; `value` is what was typed or is proposed, `error` what is wrong with it."""

    name: str
    kind: Kind
    label: str
    hint: str
    options: list[tuple[str, str]]
    optional: bool
    value: str
    error: str


@dataclass(frozen=True)
class StepForm:
    """The form of the step that is open; `gate` is what the reply gate says of the reply in it."""

    step: Step
    fields: list[Field]
    gate: GateView | None = None


def choose(case: Case, steps: Collection[Step], asked: str | None, policy: Policy) -> Step | None:
    """The step to open: the one asked for, else the natural next one. Who was called in vain for the last time will rate nothing."""
    for step in STEPS:
        if step == asked and step in steps:
            return step
    past = {"contact": case.contacted_at is not None, "rate": exhausted(case, policy)}
    return next((step for step in PREFERRED if step in steps and not past.get(step)), None)


def form_of(
    speaker: Speaker, step: Step, places: Places, values: Mapping[str, str], errors: Mapping[str, str], gate: GateView | None = None,
    needed: Collection[str] = (),
) -> StepForm:  # fmt: skip
    """The form with these values. It asks for a reason to overrule the reply gate only where that stopped what was typed; `needed` are
    fields that may not be left out on this case, though the step as such does without them.
    """
    stopped = gate is not None and gate.verdict == "stop"
    fields = []
    for name, info in INPUTS[step].model_fields.items():
        if name == "overrule" and not (stopped or values.get(name)):
            continue
        kind = KINDS.get(name, "words")
        fields.append(
            Field(
                name=name,
                kind=kind,
                label=label_of(speaker, step, name),
                hint=_hint(speaker, step, name),
                options=_departments(speaker, places) if kind == "department" else _options(speaker, step, name),
                optional=not info.is_required() and name not in needed,
                value=values.get(name, ""),
                error=errors.get(name, ""),
            )
        )
    return StepForm(step, fields, gate)


def label_of(speaker: Speaker, step: Step, name: str) -> str:
    """What the field is called in this step."""
    return speaker.say(f"desk.field.{LABELS.get((step, name), name)}")


def _hint(speaker: Speaker, step: Step, name: str) -> str:
    key = HINTS.get((step, name)) or HINTS.get(name)
    return speaker.say(key) if key else ""


def proposed_values(case: Case, step: Step, now: datetime) -> dict[str, str]:
    """What is filled in beforehand; `now` is in the city's zone."""
    if step == "transfer":
        return {"handed_over_at": now.strftime("%Y-%m-%dT%H:%M")}
    if step == "overrule":
        return {"urgency": case.urgency, "sensitivity": case.sensitivity}
    if step == "order" and case.department:
        return {"department": case.department}
    if step == "answer" and case.answer_proposed_by:
        return {"public": _proposed_answer(case, case.answer_proposed_by)}
    if step != "dispatch":
        return {}
    if case.queued_why == "handed_back":
        return {"department": case.suggested} if case.suggested else {}
    best = case.proposal.best if case.proposal else None
    return {"department": best.department, "basis": best.basis} if best else {}


def _proposed_answer(case: Case, login: str) -> str:
    """What the first officer wrote to a report of wrongdoing, which stands as a note until a second one answers."""
    return next(str(one.facts["text"]) for one in reversed(case.timeline) if one.type == "case.noted" and one.by.id == login)


def typed_values(step: Step, form: FormData) -> dict[str, str]:
    """What was typed into the step's fields; browsers send line ends as CR LF, which nobody typed."""
    values = {name: form.get(name) for name in INPUTS[step].model_fields}
    return {name: value.replace("\r\n", "\n") for name, value in values.items() if isinstance(value, str)}


def read_input(step: Step, values: Mapping[str, str], places: Places, zone: ZoneInfo) -> StepInput:
    """The step's input; a time is one of the city's clocks. Raises pydantic's ValidationError, or NotAllowed for a department that the
    city does not have.
    """
    given = INPUTS[step].model_validate({name: _read(name, value, zone) for name, value in values.items() if value != ""})
    check_departments(given, places)
    return given


def check_departments(given: StepInput, places: Places) -> None:
    """Raises NotAllowed for a department that the city does not have."""
    for name in ("department", "suggested"):
        code = getattr(given, name, None)
        if code is not None and code not in places.departments:
            raise NotAllowed("dispatch.unknown_department")


def _read(name: str, text: str, zone: ZoneInfo) -> datetime | bool | str:
    """What a field for date and time, or one to tick, holds; other text as it is, to be refused with the others."""
    kind = KINDS.get(name)
    if kind == "tick":
        return text == "yes"
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone) if kind == "moment" else text
    except ValueError:
        return text


def _departments(speaker: Speaker, places: Places) -> list[tuple[str, str]]:
    return [(code, speaker.name(code)) for code in places.departments]


def _options(speaker: Speaker, step: Step, name: str) -> list[tuple[str, str]]:
    section, codes = CHOICES.get((step, name)) or CHOICES.get(name) or ("", ())
    return [(code, speaker.say(f"{section}.{code}")) for code in codes]
