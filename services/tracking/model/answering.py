"""Work in the department: accept, first contact, reply, at which the reply gate looks first; and the review of the reply."""

from datetime import datetime

from services.tracking.model import clocks
from services.tracking.model.case import Case
from services.tracking.model.clocks import Rules
from services.tracking.model.life import Who
from services.tracking.model.replies import ReplyCheck, check_reply
from services.tracking.model.steps import Contact, MaybeWords, Nothing, Reply, Words
from shared.events.deadlines import DeadlineClock
from shared.events.gate import ReplyGate
from shared.events.tracking import CaseAccepted, CaseContacted, CaseEvent, CaseReplied, ReviewFailed, ReviewPassed
from shared.refusals import NotAllowed

ANSWERED: tuple[DeadlineClock, ...] = ("reply", "redo", "supervision")
"""Clocks that a reply meets."""


def accept(case: Case, given: Nothing, now: datetime, who: Who, rules: Rules) -> list[CaseEvent]:
    """签收: the department takes the case in hand."""
    return [CaseAccepted(deadlines=clocks.meet(case, ["accept"], now))]


def contact(case: Case, given: Contact, now: datetime, who: Who, rules: Rules) -> list[CaseEvent]:
    """先行联系. Not having reached the complainant counts when it is said why."""
    return [CaseContacted(reached=given.reached, words=given.words, deadlines=clocks.meet(case, ["first_contact"], now))]


def reply(case: Case, given: Reply, now: datetime, who: Who, rules: Rules) -> list[CaseEvent]:
    """答复: holds only after a first contact, and where the gate would stop it only with a reason; then a reviewer looks, or the policy
    lets it pass by itself. What the gate does not simply let go is never passed by the machine.
    """
    if case.contacted_at is None:
        raise NotAllowed("reply.no_first_contact")
    check = check_for(case, given.public, rules)
    stopped = check.verdict == "stop"
    if stopped and not given.overrule:
        raise NotAllowed("reply.stopped", score=check.score, findings=[one.model_dump() for one in check.findings])
    case = clocks.running_on(case, now, rules)
    sampled = rules.policy.needs_review(case.urgency, case.sensitivity, case.redos + case.orders)
    needs_review = sampled or check.verdict != "send"
    started = clocks.start(case, ["review"], now, rules) if needs_review else ()
    replied = CaseReplied(
        public=given.public,
        internal=given.internal,
        outcome=given.outcome,
        gate=_kept(check, rules),
        overrule=given.overrule if stopped else "",
        deadlines=(*clocks.meet(case, ANSWERED, now), *started),
    )
    if needs_review:
        return [replied]
    return [replied, ReviewPassed(automatic=True, deadlines=clocks.start(case, ["callback"], now, rules))]


def pass_review(case: Case, given: MaybeWords, now: datetime, who: Who, rules: Rules) -> list[CaseEvent]:
    """审核通过: by somebody who did not write the reply; with a reason where the gate would have stopped it."""
    _check_second_person(case, who)
    if not given.words and stopped_by_gate(case):
        raise NotAllowed("review.needs_reason")
    ended = clocks.meet(case, ["review"], now)
    return [ReviewPassed(words=given.words, deadlines=(*ended, *clocks.start(case, ["callback"], now, rules)))]


def fail_review(case: Case, given: Words, now: datetime, who: Who, rules: Rules) -> list[CaseEvent]:
    """审核不通过: back to the department; the clock that the reply had met runs on as if it had not."""
    _check_second_person(case, who)
    ended = clocks.meet(case, ["review"], now)
    last = case.replies[-1].at
    met = [one.clock for one in case.deadlines if one.clock in ANSWERED and one.met_at == last]
    return [ReviewFailed(words=given.words, deadlines=(*ended, *clocks.reopen(case, met)))]


def check_for(case: Case, public: str, rules: Rules) -> ReplyCheck:
    """What the reply gate says of a reply to this case."""
    demands = case.reading.demands if case.reading else ()
    return check_reply(case.title, case.text, [demand.words for demand in demands], public, rules.replies)


def stopped_by_gate(case: Case) -> bool:
    """Whether the last reply was sent although the gate would have stopped it."""
    gate = case.replies[-1].gate if case.replies else None
    return gate is not None and gate.verdict == "stop"


def _kept(check: ReplyCheck, rules: Rules) -> ReplyGate:
    """The gate's word as it is kept: what is found in the reply by its place, so that no event repeats what was given away."""
    findings = tuple(one.model_copy(update={"words": ""}) if one.end else one for one in check.findings)
    return ReplyGate(verdict=check.verdict, score=check.score, findings=findings, rules=rules.replies.version)


def _check_second_person(case: Case, who: Who) -> None:
    if case.replies and case.replies[-1].by.id == who.login:
        raise NotAllowed("review.own_reply")
