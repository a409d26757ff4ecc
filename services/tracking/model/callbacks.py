"""回访: whom a clerk calls, when the next call is sensible, and when no call may be made. A link that was sent comes first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Literal
from zoneinfo import ZoneInfo

from services.tracking.model.case import Case
from services.tracking.model.clocks import Rules
from services.tracking.model.life import Who
from services.tracking.model.parts import CallbackTry, Notice, Rating
from services.tracking.model.policy import Policy
from services.tracking.model.steps import TryCallback
from shared.events.tracking import CallbackResult, CallbackTried, CaseEvent
from shared.refusals import NotAllowed

Why = Literal["no_link", "link_failed", "link_queued", "waiting_for_link", "again", "nobody_to_call", "no_more"]

FAILED = frozenset({"bounced", "given_up", "unconfirmed"})
"""States of a notice in which its link may not have come."""
OUT = frozenset({"sent", "delivered"})
ASKING = frozenset({"answered", "asked"})
"""Notices that want something of the complainant."""
FINAL: frozenset[CallbackResult] = frozenset({"wrong_number", "refused"})
"""Results after which calling again is of no use, or unkind."""


@dataclass(frozen=True)
class Next:
    """When a case's callback is to be gone on with, and why then."""

    at: datetime
    why: Why


@dataclass(frozen=True)
class Contact:
    """A person was called about a case, or sent a message that asks something."""

    number: str
    how: Literal["called", "told"]


def try_callback(case: Case, given: TryCallback, now: datetime, who: Who, rules: Rules) -> list[CaseEvent]:
    """One call without a verdict, which never counts as satisfied. At a civil hour, and each at another time of day or on another day."""
    if case.person is None:
        raise NotAllowed("callback.nobody_to_call")
    if exhausted(case, rules.policy):
        raise NotAllowed("callback.tries_used", most=rules.policy.callback_tries)
    zone, part = rules.calendar.zone, time_of_day(now, rules)
    if part is None:
        raise NotAllowed("callback.not_at_this_hour")
    if any(time_of_day(one.at, rules) == part and _day(one.at, zone) == _day(now, zone) for one in case.tries):
        raise NotAllowed("callback.same_time_of_day")
    return [CallbackTried(result=given.result, words=given.words)]


def check_contacts(case: Case, today: Iterable[Contact]) -> None:
    """Raises NotAllowed when this person is not to be called about this case today."""
    match forbidden(case, today):
        case "told":
            raise NotAllowed("callback.told_today")
        case "called":
            raise NotAllowed("callback.called_today")


def forbidden(case: Case, today: Iterable[Contact]) -> Literal["called", "told"] | None:
    """One contact plan for each person and day: what of `today`'s contacts, about any of their cases, speaks against a call about this
    one. Calls about the case itself have the times of day for that.
    """
    return next((one.how for one in today if one.how == "told" or one.number != case.number), None)


def contacts(case: Case, now: datetime, zone: ZoneInfo) -> list[Contact]:
    """Today's calls about this case, and messages that ask something."""
    calls: list[CallbackTry | Rating] = [*case.tries, *(one for one in case.ratings if one.by.kind == "officer")]
    told = [one for one in case.notices if one.kind in ASKING and one.state in OUT]
    today = _day(now, zone)
    return [
        *(Contact(case.number, "called") for one in calls if _day(one.at, zone) == today),
        *(Contact(case.number, "told") for one in told if _day(one.at, zone) == today),
    ]


def exhausted(case: Case, policy: Policy) -> bool:
    """Whether no further call is made."""
    return len(case.tries) >= policy.callback_tries or bool(case.tries and case.tries[-1].result in FINAL)


def next_call(case: Case, rules: Rules) -> Next | None:
    """When the callback is to be gone on with; None for a case that awaits none."""
    running = case.clock("callback")
    if running is None:
        return None
    if exhausted(case, rules.policy):
        return Next(case.tries[-1].at, "no_more")
    if case.person is None:
        return Next(running.due_at, "nobody_to_call")
    if case.tries:
        return Next(_another_time_of_day(case, rules), "again")
    link = next((one for one in case.notices if one.id == case.link), None)
    if link is None:
        return Next(callable_from(running.started_at, rules), "no_link")
    if link.state in FAILED:
        return Next(callable_from(link.at, rules), "link_failed")
    return Next(callable_from(_link_unused(link, rules), rules), "link_queued" if link.state == "queued" else "waiting_for_link")


def plan(case: Case, today: Sequence[Contact], now: datetime, rules: Rules) -> Next | None:
    """The same as it looks now: not in the past, at an hour at which calls are made, and not today where `today`'s contacts forbid it."""
    following = next_call(case, rules)
    if following is None or following.why in ("no_more", "nobody_to_call"):
        return following
    earliest = max(following.at, now)
    if forbidden(case, today):
        earliest = max(earliest, _tomorrow(now, rules.calendar.zone))
    return Next(callable_from(earliest, rules), following.why)


def errand_at(case: Case, rules: Rules) -> datetime | None:
    """What sorts a case among the errands of its kind: the limit that an extension would move, or the next call."""
    if case.errand == "extension":
        return case.due_at
    following = next_call(case, rules) if case.errand == "callback" else None
    return following.at if following else None


def time_of_day(moment: datetime, rules: Rules) -> str | None:
    """The time of day at which calls are made, or None at other hours."""
    clock = moment.astimezone(rules.calendar.zone).time()
    return next((name for name, (opens, closes) in rules.policy.callback_times.each() if opens <= clock < closes), None)


def callable_from(moment: datetime, rules: Rules) -> datetime:
    """The moment itself, or when calls are made next."""
    return moment if time_of_day(moment, rules) else _next_time_of_day(moment, rules, ())


def _another_time_of_day(case: Case, rules: Rules) -> datetime:
    """The next time of day at which nobody has called yet; the next day once all have been tried."""
    tried = [part for one in case.tries if (part := time_of_day(one.at, rules))]
    return _next_time_of_day(case.tries[-1].at, rules, tried if len(set(tried)) < len(rules.policy.callback_times.each()) else ())


def _next_time_of_day(after: datetime, rules: Rules, but: Sequence[str]) -> datetime:
    """When the next time of day begins that is not among `but`, which are never all."""
    zone = rules.calendar.zone
    begins = (
        _at(_day(after, zone) + timedelta(days=number), opens, zone)
        for number in count()
        for name, (opens, _) in rules.policy.callback_times.each()
        if name not in but
    )
    return next(moment for moment in begins if moment > after)


def _link_unused(link: Notice, rules: Rules) -> datetime:
    """When a link that nobody has used is followed by a call: after the policy's wait, and not on the day it went out."""
    waited, _ = rules.calendar.add(link.at, rules.policy.callback_after_link)
    return max(waited, _tomorrow(link.at, rules.calendar.zone))


def _tomorrow(moment: datetime, zone: ZoneInfo) -> datetime:
    """When the next day begins."""
    return _at(_day(moment, zone) + timedelta(days=1), time.min, zone)


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def _at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)
