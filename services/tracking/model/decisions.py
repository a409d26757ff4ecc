"""Deciding: each step of a person or machine becomes events, or is refused with a reason in words."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from services.tracking.model import answering, dispatching, ending
from services.tracking.model.case import Case, evolve
from services.tracking.model.clocks import Rules, next_mark_at
from services.tracking.model.life import Step, Who, check_who, next_state
from services.tracking.model.standing import standing
from shared.events import Actor
from shared.events.tracking import CaseEvent
from shared.refusals import NotAllowed

TIMELINE_LIMIT = 500
ADDING: frozenset[Step] = frozenset({"supplement", "urge", "note"})
"""Steps that may be taken without end; they stop at this many lines, so that no document grows without bound."""

Decide = Callable[[Case, Any, datetime, Who, Rules], list[CaseEvent]]

DECIDE: Mapping[Step, Decide] = {
    "queue": dispatching.queue,
    "dispatch": dispatching.dispatch,
    "hand_back": dispatching.hand_back,
    "grant_hand_back": dispatching.grant_hand_back,
    "refuse_hand_back": dispatching.refuse_hand_back,
    "accept": answering.accept,
    "contact": answering.contact,
    "reply": answering.reply,
    "pass_review": answering.pass_review,
    "fail_review": answering.fail_review,
    "try_callback": ending.try_callback,
    "rate": ending.rate,
    "order": ending.order,
    "close": ending.close,
    "answer": ending.answer,
    "decline": ending.decline,
    "transfer": ending.transfer,
    "withdraw": ending.withdraw,
    "archive": ending.archive,
    "supplement": ending.supplement,
    "urge": ending.urge,
    "note": ending.note,
}
"""redo and supervise follow from a rating and are decided there."""


def perform(case: Case, step: Step, given: Any, now: datetime, who: Who, by: Actor, rules: Rules) -> tuple[Case, list[CaseEvent]]:
    """The case after the step, and its events. Raises NotAllowed or NotYours, and nothing has changed then."""
    next_state(case.state, step)
    check_who(step, who, case.department)
    if step in ADDING and len(case.timeline) >= TIMELINE_LIMIT:
        raise NotAllowed("case.too_long", most=TIMELINE_LIMIT)
    return apply(case, DECIDE[step](case, given, now, who, rules), now, by, rules)


def apply(case: Case, events: list[CaseEvent], at: datetime, by: Actor, rules: Rules) -> tuple[Case, list[CaseEvent]]:
    """The case after the events, and the events with where the case stands after each."""
    stamped = []
    for event in events:
        case = evolve(case, event, at, by)
        stamped.append(event.model_copy(update={"standing": standing(case)}))
    if any(event.deadlines for event in events):
        case = case.model_copy(update={"next_mark_at": next_mark_at(case, rules)})
    return case, stamped
