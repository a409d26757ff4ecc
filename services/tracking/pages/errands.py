"""What the centre does with cases beside their main way, in words: calling back, and ruling on extensions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request

from services.tracking.actions.contacting import contacts_today
from services.tracking.actions.lists import Queue, Row
from services.tracking.model import callbacks, extending
from services.tracking.model.callbacks import Contact, Next
from services.tracking.model.case import Case
from services.tracking.model.clocks import Rules
from services.tracking.model.parts import CallbackTry, ExtensionRequest
from services.tracking.model.visibility import RESTRICTED
from services.tracking.pages.asking import desk_of
from shared.web.speaking import Speaker


@dataclass(frozen=True)
class Callback:
    """A callback as its clerk sees it: when the next call is sensible and why then, and what forbids one today."""

    when: str
    why: str
    ready: bool
    forbidden: str
    tries: tuple[CallbackTry, ...]
    restricted: bool


@dataclass(frozen=True)
class Extension:
    """A request for more time, with what granting it would come to."""

    request: ExtensionRequest
    due_at: datetime | None
    new_due: datetime | None


async def errands(request: Request, queue: Queue, rows: Sequence[Row]) -> dict[str, Callback | Extension | None]:
    """What is to be done with each case of the queue, by its number; empty for queues of a state."""
    if queue.field != "errand":
        return {}
    if queue.value == "extension":
        return {row.case.number: extension(request, row.case) for row in rows}
    return await callbacks_of(request, [row.case for row in rows])


def extension(request: Request, case: Case) -> Extension | None:
    if case.extension is None:
        return None
    cases = desk_of(request).cases
    reply = case.clock("reply")
    return Extension(case.extension, reply.due_at if reply else None, extending.new_due(case, cases.clock.now(), cases.rules))


async def callbacks_of(request: Request, cases: Sequence[Case]) -> dict[str, Callback | Extension | None]:
    """The callback of each case, by its number."""
    desk = desk_of(request).cases
    now, zone = desk.clock.now(), desk.rules.calendar.zone
    today = await contacts_today(desk.store, {case.person for case in cases if case.person}, now, zone)
    speaker = Speaker(request)
    return {case.number: _callback(speaker, case, today.get(case.person or "", []), now, desk.rules) for case in cases}


def _callback(speaker: Speaker, case: Case, today: list[Contact], now: datetime, rules: Rules) -> Callback | None:
    following = callbacks.plan(case, today, now, rules)
    if following is None:
        return None
    forbidden = None if following.why == "waiting_for_link" else callbacks.forbidden(case, today)
    return Callback(
        when=_when(speaker, following, now, rules),
        why=speaker.say(f"desk.callback_why.{following.why}"),
        ready=following.at <= now,
        forbidden=speaker.say(f"desk.callback_forbidden.{forbidden}") if forbidden else "",
        tries=case.tries,
        restricted=case.sensitivity in RESTRICTED,
    )


def _when(speaker: Speaker, following: Next, now: datetime, rules: Rules) -> str:
    """'现在可以打', '今天傍晚', '明天上午'; for a case that nobody calls about any more, when it may be closed."""
    if following.why == "no_more" or (following.why == "nobody_to_call" and following.at <= now):
        return speaker.say("desk.callback_when.close")
    if following.why == "nobody_to_call":
        return speaker.say("desk.callback_when.close_later", moment=speaker.moment(following.at))
    if following.at <= now:
        return speaker.say("desk.callback_when.now")
    zone = rules.calendar.zone
    days = following.at.astimezone(zone).date() - now.astimezone(zone).date()
    time_of_day = speaker.say(f"desk.time_of_day.{callbacks.time_of_day(following.at, rules)}")
    if days <= timedelta(days=1):
        return speaker.say(f"desk.callback_when.{'tomorrow' if days else 'today'}", time_of_day=time_of_day)
    return speaker.say("desk.callback_when.later", day=speaker.day(following.at), time_of_day=time_of_day)
