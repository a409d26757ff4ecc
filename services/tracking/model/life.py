"""The life of a case: one table (state, step) → state, and who may take each step. Buttons, API, drawing and tests come from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from shared.events.tracking import State
from shared.refusals import NotAllowed, NotYours
from shared.roles import CENTRE_ROLES

Step = Literal[
    "queue", "dispatch", "answer", "decline", "transfer", "accept", "hand_back", "grant_hand_back", "refuse_hand_back", "contact",
    "ask", "resume", "request_extension", "grant_extension", "refuse_extension", "reply",
    "pass_review", "fail_review", "try_callback", "rate", "redo", "supervise", "order", "close", "withdraw", "archive",
    "supplement", "urge", "overrule", "relate", "note",
]  # fmt: skip

STATES: tuple[State, ...] = get_args(State)
STEPS: tuple[Step, ...] = get_args(Step)

BEFORE_REPLY: tuple[State, ...] = ("registered", "waiting", "dispatched", "in_hand", "handed_back")
OPEN: tuple[State, ...] = (*BEFORE_REPLY, "replied", "awaiting_callback", "supervised")
ENDED: tuple[State, ...] = ("closed", "answered", "declined", "transferred", "withdrawn")

TABLE: Mapping[tuple[State, Step], State] = {
    ("registered", "queue"): "waiting",
    ("registered", "dispatch"): "dispatched",
    ("waiting", "dispatch"): "dispatched",
    ("registered", "answer"): "answered",
    ("waiting", "answer"): "answered",
    ("registered", "decline"): "declined",
    ("waiting", "decline"): "declined",
    ("registered", "transfer"): "transferred",
    ("waiting", "transfer"): "transferred",
    ("dispatched", "accept"): "in_hand",
    ("dispatched", "hand_back"): "handed_back",
    ("in_hand", "hand_back"): "handed_back",
    ("handed_back", "grant_hand_back"): "waiting",
    ("handed_back", "refuse_hand_back"): "dispatched",
    ("in_hand", "contact"): "in_hand",
    ("in_hand", "reply"): "replied",
    **{("in_hand", step): "in_hand" for step in ("ask", "resume", "request_extension", "grant_extension", "refuse_extension")},
    ("replied", "pass_review"): "awaiting_callback",
    ("replied", "fail_review"): "in_hand",
    ("awaiting_callback", "try_callback"): "awaiting_callback",
    ("awaiting_callback", "rate"): "awaiting_callback",
    ("awaiting_callback", "redo"): "dispatched",
    ("awaiting_callback", "supervise"): "supervised",
    ("awaiting_callback", "close"): "closed",
    ("supervised", "order"): "dispatched",
    ("supervised", "close"): "closed",
    **{(state, "withdraw"): "withdrawn" for state in BEFORE_REPLY},
    **{(state, "archive"): "archived" for state in ENDED},
    **{(state, step): state for state in OPEN for step in ("supplement", "urge", "overrule", "note")},
    **{(state, "relate"): state for state in STATES},
}

MACHINE = "machine"
COMPLAINANT = "complainant"

WHO: Mapping[Step, frozenset[str]] = {
    "queue": frozenset({MACHINE}),
    "dispatch": frozenset({MACHINE, "dispatcher"}),
    "answer": frozenset({"agent", "dispatcher"}),
    "decline": frozenset({"agent", "dispatcher"}),
    "transfer": frozenset({"agent", "dispatcher"}),
    "accept": frozenset({"liaison", "handler"}),
    "hand_back": frozenset({"liaison", "handler"}),
    "grant_hand_back": frozenset({"dispatcher"}),
    "refuse_hand_back": frozenset({"dispatcher"}),
    "contact": frozenset({"handler"}),
    "ask": frozenset({"handler"}),
    "resume": frozenset({MACHINE}),
    "request_extension": frozenset({"handler", "approver"}),
    "grant_extension": frozenset({"dispatcher", "supervisor"}),
    "refuse_extension": frozenset({"dispatcher", "supervisor"}),
    "reply": frozenset({"handler", "approver"}),
    "pass_review": frozenset({MACHINE, "reviewer"}),
    "fail_review": frozenset({"reviewer"}),
    "try_callback": frozenset({"callback_clerk", "supervisor"}),
    "rate": frozenset({COMPLAINANT, "callback_clerk", "supervisor"}),
    "redo": frozenset({MACHINE}),
    "supervise": frozenset({MACHINE}),
    "order": frozenset({"supervisor"}),
    "close": frozenset({MACHINE, "callback_clerk", "supervisor"}),
    "withdraw": frozenset({COMPLAINANT}),
    "archive": frozenset({MACHINE}),
    "supplement": frozenset({COMPLAINANT, "agent"}),
    "urge": frozenset({COMPLAINANT, "agent", "supervisor"}),
    "overrule": frozenset({"agent", "dispatcher", "supervisor"}),
    "relate": frozenset({"agent", "clerk", "dispatcher", "supervisor"}),
    "note": frozenset({"agent", "dispatcher", "liaison", "handler", "approver", "reviewer", "callback_clerk", "supervisor"}),
}

OF_DEPARTMENT: frozenset[Step] = frozenset({"accept", "hand_back", "contact", "ask", "request_extension", "reply"})
"""Steps that only the lead department may take."""


@dataclass(frozen=True)
class Who:
    """Somebody who wants to take a step: a machine, the complainant, or an officer with roles and perhaps a department."""

    roles: frozenset[str]
    department: str | None = None
    login: str = ""

    @property
    def centre(self) -> bool:
        return bool(self.roles & CENTRE_ROLES)


THE_MACHINE = Who(frozenset({MACHINE}))
THE_COMPLAINANT = Who(frozenset({COMPLAINANT}))


def next_state(state: State, step: Step) -> State:
    """Where the step leads. Raises NotAllowed when it does not start in this state."""
    try:
        return TABLE[state, step]
    except KeyError:
        raise NotAllowed("step.not_in_state", state=state, step=step) from None


def check_who(step: Step, who: Who, department: str | None) -> None:
    """Raises NotYours when the step is not for this person; `department` is the case's lead."""
    if not who.roles & WHO[step]:
        raise NotYours("step.not_your_role", step=step)
    if not _fits(step, who, department):
        raise NotYours("step.not_your_department", step=step)


def _fits(step: Step, who: Who, department: str | None) -> bool:
    """A department works on the cases it leads; centre, machine and complainant on any, but for a department's own steps."""
    if who.department is not None and who.department == department:
        return True
    return step not in OF_DEPARTMENT and (who.centre or bool(who.roles & {MACHINE, COMPLAINANT}))


def allowed(state: State, department: str | None, who: Who) -> tuple[Step, ...]:
    """The steps that this person may take from this state, in the order of the table."""
    return tuple(step for (at, step) in TABLE if at == state and who.roles & WHO[step] and _fits(step, who, department))
