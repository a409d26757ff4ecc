"""How a case ends: the complainant's verdict, redo, supervision, closing; and ends before dispatch."""

from datetime import datetime, timedelta

from services.tracking.model import asking, callbacks, clocks
from services.tracking.model.case import Case
from services.tracking.model.clocks import Rules
from services.tracking.model.lessons import NOTHING_LEARNED, precedent_of
from services.tracking.model.life import COMPLAINANT, Who
from services.tracking.model.steps import Answer, Close, Decline, MaybeWords, Nothing, Order, Rate, Transfer, Written
from services.tracking.model.telling import keep_in
from shared.events import Deadline
from shared.events.tracking import (
    CaseAnswered,
    CaseArchived,
    CaseClosed,
    CaseDeclined,
    CaseEvent,
    CaseNoted,
    CaseRated,
    CaseRedone,
    CaseSupervised,
    CaseSupplemented,
    CaseTransferred,
    CaseUrged,
    CaseWithdrawn,
    DeclineProposed,
    StepRefused,
    SupervisionOrdered,
)
from shared.refusals import NotAllowed

SKEW = timedelta(minutes=5)
"""How far apart the clocks of two machines may be before a moment counts as in the future."""


def rate(case: Case, given: Rate, now: datetime, who: Who, rules: Rules) -> list[CaseEvent]:
    """The verdict decides: solved or partly closes, not solved is redone, and after the last redo a supervisor takes it up."""
    rated = CaseRated(
        solved=given.solved,
        satisfied=given.satisfied,
        process=given.process,
        words=given.words,
        deadlines=clocks.meet(case, ["callback"], now),
    )
    if given.solved != "no":
        return [
            rated,
            CaseClosed(
                outcome="solved" if given.solved == "yes" else "partly",
                reason="rated",
                precedent=precedent_of(case),
                deadlines=clocks.drop(case, now, ["callback"]),
            ),
        ]
    if case.redos < rules.policy.max_redos:
        started = clocks.start(case, ["accept", "first_contact", "redo"], now, rules)
        return [rated, CaseRedone(number=case.redos + 1, words=given.words, deadlines=started)]
    return [rated, CaseSupervised(words=given.words, deadlines=clocks.start(case, ["supervision"], now, rules))]


def order(case: Case, given: Order, now: datetime, who: Who, rules: Rules) -> list[CaseEvent]:
    """督办: a supervisor orders a department to act within the order's own limit."""
    ended = clocks.meet(case, ["supervision"], now)
    started = clocks.start(case, ["accept", "first_contact", "supervision"], now, rules)
    return [SupervisionOrdered(words=given.words, department=given.department, deadlines=(*ended, *started))]


def close(case: Case, given: Close, now: datetime, who: Who, rules: Rules) -> list[CaseEvent]:
    """办结 without a verdict: a clerk once no call is left to make, or a supervisor. Nobody but the complainant says 'solved'."""
    if given.outcome in ("solved", "partly"):
        raise NotAllowed("close.only_complainant_says_solved")
    supervised = case.state == "supervised"
    if supervised and "supervisor" not in who.roles:
        raise NotAllowed("close.supervisor_only")
    if not supervised:
        _check_nothing_left(case, now, rules)
    reason = "supervisor" if supervised else "not_reached"
    precedent = precedent_of(case) if given.outcome not in NOTHING_LEARNED else None
    return [CaseClosed(outcome=given.outcome, reason=reason, words=given.words, precedent=precedent, deadlines=clocks.drop(case, now))]


def _check_nothing_left(case: Case, now: datetime, rules: Rules) -> None:
    """Every call was made; or nobody can be called, and the time in which a verdict was waited for is over."""
    if callbacks.exhausted(case, rules.policy):
        return
    if case.person is not None:
        raise NotAllowed("close.tries_left", tries=len(case.tries), most=rules.policy.callback_tries)
    waiting = case.clock("callback")
    if waiting and now < waiting.due_at:
        raise NotAllowed("close.wait_for_verdict")


def answer(case: Case, given: Answer, now: datetime, who: Who, rules: Rules) -> list[CaseEvent]:
    """直接答复: the centre knows the answer; no department is troubled. To a report of wrongdoing a second officer answers: what the first
    one wrote stands as a note until then.
    """
    if case.complaint_type == "report" and case.answer_proposed_by in (None, who.login):
        return [CaseNoted(text=given.public), StepRefused(step="answer", why="answer.second_person")]
    overrule = keep_in(case, given.public, given.overrule, rules)
    return [CaseAnswered(public=given.public, overrule=overrule, deadlines=_ended_dispatch(case, now))]


def decline(case: Case, given: Decline, now: datetime, who: Who, rules: Rules) -> list[CaseEvent]:
    """不予受理, with a reason and the lawful channel. A report of wrongdoing needs a second officer who agrees."""
    overrule = keep_in(case, given.channel_told, given.overrule, rules)
    if case.complaint_type == "report" and case.decline_proposed_by is None:
        return [DeclineProposed(reason=given.reason, channel_told=given.channel_told)]
    if case.complaint_type == "report" and case.decline_proposed_by == who.login:
        raise NotAllowed("decline.second_person")
    return [
        CaseDeclined(
            reason=given.reason,
            channel_told=given.channel_told,
            second_officer=case.decline_proposed_by,
            overrule=overrule,
            deadlines=_ended_dispatch(case, now),
        )
    ]


def transfer(case: Case, given: Transfer, now: datetime, who: Who, rules: Rules) -> list[CaseEvent]:
    """转紧急部门: an emergency service has it. No outcome is claimed: what became of it is not ours to say."""
    if given.handed_over_at > now + SKEW:
        raise NotAllowed("transfer.in_future")
    return [
        CaseTransferred(
            service=given.service, taken_by=given.taken_by, handed_over_at=given.handed_over_at, deadlines=_ended_dispatch(case, now)
        )
    ]


def withdraw(case: Case, given: MaybeWords, now: datetime, who: Who, rules: Rules) -> list[CaseEvent]:
    """撤单 by the complainant, except where public safety is at stake."""
    if case.urgency == "U1":
        raise NotAllowed("withdraw.public_safety")
    return [CaseWithdrawn(words=given.words, deadlines=clocks.drop(case, now))]


def archive(case: Case, given: Nothing, now: datetime, who: Who, rules: Rules) -> list[CaseEvent]:
    return [CaseArchived()]


def supplement(case: Case, given: Written, now: datetime, who: Who, rules: Rules) -> list[CaseEvent]:
    """补充: what the department waited for may have come with it, so its clock runs again."""
    return [CaseSupplemented(text=given.text), *asking.resumed(case, "supplemented", now, rules)]


def urge(case: Case, given: MaybeWords, now: datetime, who: Who, rules: Rules) -> list[CaseEvent]:
    """催办: a complainant may once a day of the city's calendar."""
    zone = rules.calendar.zone
    if COMPLAINANT in who.roles and case.urged_at and case.urged_at.astimezone(zone).date() == now.astimezone(zone).date():
        raise NotAllowed("urge.once_a_day")
    return [CaseUrged(number=case.urges + 1, words=given.words)]


def note(case: Case, given: Written, now: datetime, who: Who, rules: Rules) -> list[CaseEvent]:
    return [CaseNoted(text=given.text)]


def _ended_dispatch(case: Case, now: datetime) -> tuple[Deadline, ...]:
    return (*clocks.meet(case, ["dispatch"], now), *clocks.drop(case, now, keep=["dispatch"]))
