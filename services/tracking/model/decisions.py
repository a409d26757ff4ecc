"""Deciding: each step of a person or machine becomes events, or is refused with a reason in words."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from services.tracking.model import answering, asking, callbacks, dispatching, ending, extending, overruling, relating
from services.tracking.model.case import Case
from services.tracking.model.clocks import Rules, next_mark_at
from services.tracking.model.evolving import evolve
from services.tracking.model.life import Step, Who, allowed, check_who, next_state
from services.tracking.model.standing import standing
from services.tracking.model.steps import INPUTS
from shared.events import Actor
from shared.events.tracking import CaseEvent
from shared.refusals import NotAllowed

TIMELINE_LIMIT = 500
ADDING: frozenset[Step] = frozenset({"supplement", "urge", "overrule", "relate", "note", "request_extension"})
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
    "ask": asking.ask,
    "request_extension": extending.request_extension,
    "grant_extension": extending.grant_extension,
    "refuse_extension": extending.refuse_extension,
    "reply": answering.reply,
    "pass_review": answering.pass_review,
    "fail_review": answering.fail_review,
    "try_callback": callbacks.try_callback,
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
    "overrule": overruling.overrule,
    "relate": relating.relate,
    "note": ending.note,
}
"""redo and supervise follow from a rating, resume from a supplement or the sweep; they are decided there."""


POSSIBLE: Mapping[Step, Callable[[Case, Who], bool]] = {
    "ask": lambda case, who: case.asked is None,
    "request_extension": lambda case, who: case.extension is None and case.clock("reply") is not None,
    "grant_extension": lambda case, who: case.extension is not None,
    "refuse_extension": lambda case, who: case.extension is not None,
    "try_callback": lambda case, who: case.person is not None,
    "overrule": overruling.may_overrule,
    "relate": relating.may_relate,
}
"""Steps of the small lives: where the table allows them, this says whether there is anything to take them on."""


def offered(case: Case, who: Who) -> list[Step]:
    """The steps that this officer may take now, those that people take at all."""
    steps = (step for step in allowed(case.state, case.department, who) if step in INPUTS)
    return [step for step in steps if step not in POSSIBLE or POSSIBLE[step](case, who)]


def perform(case: Case, step: Step, given: Any, now: datetime, who: Who, by: Actor, rules: Rules) -> tuple[Case, list[CaseEvent]]:
    """The case after the step, and its events. Raises NotAllowed or NotYours, and nothing has changed then."""
    next_state(case.state, step)
    check_who(step, who, case.department)
    if step in ADDING and len(case.timeline) >= TIMELINE_LIMIT:
        raise NotAllowed("case.too_long", most=TIMELINE_LIMIT)
    return apply(case, DECIDE[step](case, given, now, who, rules), now, by, rules)


def apply(case: Case, events: list[CaseEvent], at: datetime, by: Actor, rules: Rules) -> tuple[Case, list[CaseEvent]]:
    """The case after the events, and the events with where the case stands after each."""
    stamped, before = [], case.urgency
    for event in events:
        case = evolve(case, event, at, by)
        stamped.append(event.model_copy(update={"standing": standing(case)}))
    if "U1" in (before, case.urgency) or any(event.deadlines for event in events):
        case = case.model_copy(update={"next_mark_at": next_mark_at(case, rules)})
    return scheduled(case, rules), stamped


def scheduled(case: Case, rules: Rules) -> Case:
    """The case with the time of what the centre has to do with it."""
    at = callbacks.errand_at(case, rules)
    return case if at == case.errand_at else case.model_copy(update={"errand_at": at})
