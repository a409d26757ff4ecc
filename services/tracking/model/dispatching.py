"""The way to the right department: queue, dispatch, hand back, ruling."""

from datetime import datetime

from services.tracking.model import clocks
from services.tracking.model.case import Case
from services.tracking.model.clocks import Rules
from services.tracking.model.life import Who
from services.tracking.model.steps import Dispatch, HandBack, MaybeWords, Nothing, Words
from shared.events.tracking import (
    CaseDispatched,
    CaseEvent,
    CaseHandedBack,
    CaseOpened,
    CaseQueued,
    Doubt,
    HandBackGranted,
    HandBackRefused,
)
from shared.refusals import NotAllowed


def opened(case: Case, now: datetime, rules: Rules) -> list[CaseEvent]:
    """A new case: the dispatch clock runs from the moment it is registered, whoever looks at it."""
    return [CaseOpened(deadlines=clocks.start(case, ["dispatch"], now, rules))]


def settled(case: Case, now: datetime, rules: Rules) -> list[CaseEvent]:
    """What the machine does once a case was read and a department proposed: dispatch it, or leave it to a dispatcher."""
    if case.state != "registered" or case.reading is None or case.proposal is None:
        return []
    why = _doubt(case)
    if why is None and case.proposal.best is not None:
        best = case.proposal.best
        return _dispatch(case, best.department, best.basis, best.category, now, rules)
    return queue(case, Nothing(), now, Who(frozenset()), rules, why or "no_proposal")


def _doubt(case: Case) -> Doubt | None:
    """Why a machine must not dispatch this case by itself; None when it may. What an agent has answered waits for somebody to send it."""
    if case.reading is None or case.reading.not_understood:
        return "not_understood"
    if case.sensitivity != "S0":
        return "sensitive"
    if case.proposal is None or case.proposal.best is None:
        return "no_proposal"
    return None if case.proposal.sure and case.answer_proposed_by is None else "unsure"


def queue(case: Case, given: Nothing, now: datetime, who: Who, rules: Rules, why: Doubt = "unsure") -> list[CaseEvent]:
    """Waits for a dispatcher. The dispatch clock keeps its start; its limit follows the urgency that is known by now."""
    running = case.clock("dispatch")
    since = running.started_at if running else now
    return [CaseQueued(why=why, deadlines=clocks.start(case, ["dispatch"], since, rules))]


def dispatch(case: Case, given: Dispatch, now: datetime, who: Who, rules: Rules) -> list[CaseEvent]:
    """Exactly one lead. A department whose hand-back was granted does not get the case straight back."""
    if case.queued_why == "handed_back" and given.department == case.department:
        raise NotAllowed("dispatch.same_department")
    proposed = case.proposal.best if case.proposal else None
    category = proposed.category if proposed and proposed.department == given.department else case.category
    return _dispatch(case, given.department, given.basis, category, now, rules)


def _dispatch(case: Case, department: str, basis: str, category: str | None, now: datetime, rules: Rules) -> list[CaseEvent]:
    number = case.dispatches + 1
    changed = (*clocks.drop(case, now, keep=["dispatch"]), *clocks.meet(case, ["dispatch"], now))
    return [
        CaseDispatched(
            department=department,
            basis=basis,
            turn_number=number,
            designation=rules.policy.is_designation(number),
            urgency=case.urgency,
            sensitivity=case.sensitivity,
            complaint_type=case.complaint_type,
            category=category,
            deadlines=(*changed, *clocks.start(case, ["accept", "first_contact", "reply"], now, rules)),
        )
    ]


def hand_back(case: Case, given: HandBack, now: datetime, who: Who, rules: Rules) -> list[CaseEvent]:
    """Within the window, at most twice, never a designation. The reply clock runs on until a dispatcher grants it."""
    if case.designation:
        raise NotAllowed("hand_back.designation")
    if case.hand_backs >= rules.policy.max_hand_backs:
        raise NotAllowed("hand_back.too_many", most=rules.policy.max_hand_backs)
    reply = case.clock("reply")
    if reply is None:
        raise NotAllowed("hand_back.after_redo")
    window = rules.policy.return_window_complex if _is_complex(case) else rules.policy.return_window
    until, _ = rules.calendar.add(reply.started_at, window)
    if now > until:
        raise NotAllowed("hand_back.window_over", until=until)
    if given.suggested == case.department:
        raise NotAllowed("hand_back.suggests_itself")
    changed = (*clocks.resume(case, now, rules), *clocks.meet(case, ["accept"], now), *clocks.start(case, ["ruling"], now, rules))
    return [CaseHandedBack(reason=given.reason, basis=given.basis, suggested=given.suggested, deadlines=changed)]


def _is_complex(case: Case) -> bool:
    """Matters that a department may look at for longer before it hands them back: reports of wrongdoing and sensitive ones."""
    return case.complaint_type == "report" or case.sensitivity != "S0"


def grant_hand_back(case: Case, given: MaybeWords, now: datetime, who: Who, rules: Rules) -> list[CaseEvent]:
    """The department was right: its clocks end, the centre's dispatch clock runs again. The promise to the complainant stays."""
    ended = (*clocks.meet(case, ["ruling"], now), *clocks.drop(case, now, keep=["ruling"]))
    return [HandBackGranted(words=given.words, deadlines=(*ended, *clocks.start(case, ["dispatch"], now, rules)))]


def refuse_hand_back(case: Case, given: Words, now: datetime, who: Who, rules: Rules) -> list[CaseEvent]:
    """The department keeps the case and the reply clock that never stopped."""
    ended = clocks.meet(case, ["ruling"], now)
    return [HandBackRefused(words=given.words, deadlines=(*ended, *clocks.start(case, ["accept"], now, rules)))]
