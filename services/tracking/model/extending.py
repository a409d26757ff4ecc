"""延期: the department asks for more time before its limit passes, the centre rules; what the complainant was promised stays."""

from datetime import datetime

from services.tracking.model import deadlines
from services.tracking.model.case import Case
from services.tracking.model.clocks import Rules
from services.tracking.model.life import Who
from services.tracking.model.parts import ExtensionRequest
from services.tracking.model.steps import MaybeWords, RequestExtension, Words
from shared.events import Budget, Deadline
from shared.events.tracking import CaseEvent, DeadlineMissed, ExtensionGranted, ExtensionRefused, ExtensionRequested, StepRefused
from shared.refusals import NotAllowed


def request_extension(case: Case, given: RequestExtension, now: datetime, who: Who, rules: Rules) -> list[CaseEvent]:
    """申请延期, with a reason, a plan, and that the complainant was told. What could not be granted now cannot be asked for."""
    if case.extension:
        raise NotAllowed("extension.waiting")
    _extended(case, given.reason, given.days, now, rules)
    return [ExtensionRequested(reason=given.reason, days=given.days, plan=given.plan)]


def grant_extension(case: Case, given: MaybeWords, now: datetime, who: Who, rules: Rules) -> list[CaseEvent]:
    """Before the limit passes, by somebody who did not ask for it."""
    request = _request(case, who)
    extended = _extended(case, request.reason, request.days, now, rules)
    return [ExtensionGranted(reason=request.reason, days=request.days, words=given.words, deadlines=(extended,))]


def refuse_extension(case: Case, given: Words, now: datetime, who: Who, rules: Rules) -> list[CaseEvent]:
    """The limit stays as it is."""
    _request(case, who)
    return [ExtensionRefused(words=given.words)]


def new_due(case: Case, now: datetime, rules: Rules) -> datetime | None:
    """When the reply would be due if the request were granted now; None when it cannot be."""
    if case.extension is None:
        return None
    try:
        return _extended(case, case.extension.reason, case.extension.days, now, rules).due_at
    except NotAllowed:
        return None


def lapsed(case: Case, missed: list[CaseEvent]) -> list[CaseEvent]:
    """What the sweep finds: the limit has passed before anybody has ruled, and there is nothing left to extend."""
    late = any(isinstance(event, DeadlineMissed) and event.clock == "reply" for event in missed)
    return [StepRefused(step="request_extension", why="extension.lapsed")] if case.extension and late else []


def _request(case: Case, who: Who) -> ExtensionRequest:
    if case.extension is None:
        raise NotAllowed("extension.none")
    if case.extension.by.id == who.login:
        raise NotAllowed("extension.second_person")
    return case.extension


def _extended(case: Case, reason: str, days: int, now: datetime, rules: Rules) -> Deadline:
    """The reply's deadline with so many working days more. A redo or a supervisor's order has its own limit, which nobody extends."""
    reply = case.clock("reply")
    if reply is None:
        raise NotAllowed("extension.only_reply")
    policy = rules.policy
    budget = Budget(amount=days, unit="working_days")
    return deadlines.extend(reply, now, budget, reason, rules.calendar, most=policy.max_extensions, longest=policy.longest_extension)
