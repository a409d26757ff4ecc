"""Work in the department: accept, first contact, reply; and the review of the reply."""

from datetime import datetime

from services.tracking.model import clocks
from services.tracking.model.case import Case
from services.tracking.model.clocks import Rules
from services.tracking.model.life import Who
from services.tracking.model.steps import Contact, MaybeWords, Nothing, Reply, Words
from shared.events.deadlines import DeadlineClock
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
    """答复: holds only after a first contact; then a reviewer looks, or the policy lets it pass by itself."""
    if case.contacted_at is None:
        raise NotAllowed("reply.no_first_contact")
    case = clocks.running_on(case, now, rules)
    needs_review = rules.policy.needs_review(case.urgency, case.sensitivity, case.redos + case.orders)
    started = clocks.start(case, ["review"], now, rules) if needs_review else ()
    replied = CaseReplied(
        public=given.public, internal=given.internal, outcome=given.outcome, deadlines=(*clocks.meet(case, ANSWERED, now), *started)
    )
    if needs_review:
        return [replied]
    return [replied, ReviewPassed(automatic=True, deadlines=clocks.start(case, ["callback"], now, rules))]


def pass_review(case: Case, given: MaybeWords, now: datetime, who: Who, rules: Rules) -> list[CaseEvent]:
    """审核通过: by somebody who did not write the reply."""
    _check_second_person(case, who)
    ended = clocks.meet(case, ["review"], now)
    return [ReviewPassed(words=given.words, deadlines=(*ended, *clocks.start(case, ["callback"], now, rules)))]


def fail_review(case: Case, given: Words, now: datetime, who: Who, rules: Rules) -> list[CaseEvent]:
    """审核不通过: back to the department; the clock that the reply had met runs on as if it had not."""
    _check_second_person(case, who)
    ended = clocks.meet(case, ["review"], now)
    last = case.replies[-1].at
    met = [one.clock for one in case.deadlines if one.clock in ANSWERED and one.met_at == last]
    return [ReviewFailed(words=given.words, deadlines=(*ended, *clocks.reopen(case, met)))]


def _check_second_person(case: Case, who: Who) -> None:
    if case.replies and case.replies[-1].by.id == who.login:
        raise NotAllowed("review.own_reply")
