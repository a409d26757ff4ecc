"""The life of a notice: queued, being sent, sent, delivered or bounced; given up at a named end; unconfirmed where nobody can know.

What is done in each state is decided here; a step that does not fit the state changes nothing, so that each may be told twice.
"""

import re
from datetime import datetime, timedelta
from typing import get_args

from services.intake.model.complaint import Language
from services.intake.model.notice import Notice, NoticeState, Try, TryResult, TryWhy
from shared.events.intake import NoticeQueued, NoticeResult, NoticeSettled

BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 480, 720, 1_440, 1_440))
"""What is waited after the first, second … try that was put off. Greylisting wants minutes, a full mailbox a day."""
TRIED_FOR = timedelta(days=3)
"""After this a notice is old news. Time that it had to wait for the morning, or for another notice, does not count."""
LEASE = timedelta(minutes=10)
"""Longer than a message can be on its way (see the adapters' limits): who holds it after that has gone."""
RESERVED = timedelta(minutes=5)
"""As long as a process keeps a notice that it is about to send from the others."""
AWAY = timedelta(minutes=1)
"""After this a gateway that could not be reached is tried again."""
TRIES_KEPT = 20
WORDS_KEPT = 200

SETTLED: tuple[NoticeResult, ...] = get_args(NoticeResult)
FAILED: tuple[NoticeState, ...] = ("given_up", "bounced", "unconfirmed")
OPEN: tuple[NoticeState, ...] = ("queued", "sending")

_SECRET = re.compile(
    r"[^\s<>@:;,]+(?:@|%40)[^\s<>@:;,]+|https?(?::|%3a)(?:\\?/|%2f){2}\S+|\+?\d[\d -]{5,}\d|(?-i:[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{0,4})",
    re.IGNORECASE,
)
"""E-mail addresses, links, phone numbers, query codes (XXXX-XXXX): plain, as they stand in an address line, or in JSON."""


def queue(id: str, number: str, event: NoticeQueued, language: Language, at: datetime) -> Notice:
    """The notice that this record asks for, to be sent at once."""
    return Notice(
        id=id, number=number, kind=event.kind, channel=event.channel, follower=event.follower, language=language,
        department=event.department, due_at=event.due_at, why=event.why, queued_at=at, next_at=at, ends_at=at + TRIED_FOR,
    )  # fmt: skip


def reserve(notice: Notice, now: datetime) -> Notice:
    """Somebody is about to send it."""
    return notice.model_copy(update={"next_at": now + RESERVED})


def begin(notice: Notice, now: datetime, address: str, message_id: str | None) -> Notice:
    """From here on it may have arrived."""
    return notice.model_copy(update={"state": "sending", "next_at": now + LEASE, "address": address, "message_id": message_id})


def sent(notice: Notice, now: datetime) -> Notice:
    """The other side has taken it, even where the lease had run out meanwhile. A bounce that was quicker stands."""
    return _settle(notice, "sent", now) if notice.state in ("sending", "unconfirmed") else notice


def defer(notice: Notice, now: datetime, why: TryWhy, words: str = "") -> Notice:
    """Not now: another try later, or none when it was the last or would come too late. It surely has not arrived."""
    if notice.state not in OPEN:
        return notice
    attempts = notice.attempts + 1
    next_at = now + BACK_OFF[attempts - 1] if attempts <= len(BACK_OFF) else None
    tried = _tried(notice, now, "deferred", why, words).model_copy(update={"state": "queued", "attempts": attempts, "next_at": next_at})
    return give_up(tried, now, "tried_out") if next_at is None or next_at > notice.ends_at else tried


def hold(notice: Notice, now: datetime, until: datetime, why: TryWhy) -> Notice:
    """It has to wait for no fault of its own, and loses no time by it."""
    ends_at = notice.ends_at + (until - now)
    return _tried(notice, now, "waits", why).model_copy(update={"next_at": until, "ends_at": ends_at})


def wait(notice: Notice, now: datetime, why: TryWhy, words: str = "") -> Notice:
    """The way out is closed for all: that is no try of this notice, but it grows older."""
    if notice.state not in OPEN:
        return notice
    waiting = _tried(notice, now, "waits", why, words).model_copy(update={"state": "queued", "next_at": now + AWAY})
    return give_up(waiting, now, "tried_out") if now + AWAY > notice.ends_at else waiting


def refuse(notice: Notice, now: datetime, words: str) -> Notice:
    """The other side will not have it."""
    return _settle(notice, "given_up", now, "refused", words) if notice.state in OPEN else notice


def give_up(notice: Notice, now: datetime, why: TryWhy) -> Notice:
    """Nobody is asked any more; `why` says what is wrong on our side of it."""
    if notice.state not in OPEN:
        return notice
    return _tried(notice, now, "given_up", why).model_copy(update={"state": "given_up", "next_at": None, "settled_at": now})


def lose(notice: Notice, now: datetime, why: TryWhy, words: str = "") -> Notice:
    """It went out and nobody knows whether it arrived: never sent again by itself."""
    return _settle(notice, "unconfirmed", now, why, words) if notice.state == "sending" else notice


def deliver(notice: Notice, now: datetime) -> Notice:
    """The receiver's side says that it has arrived."""
    return _settle(notice, "delivered", now) if notice.state in ("sending", "sent", "unconfirmed") else notice


def bounce(notice: Notice, now: datetime, words: str) -> Notice:
    """It came back."""
    return _settle(notice, "bounced", now, words=words) if notice.state in ("sending", "sent", "unconfirmed") else notice


def news(before: Notice, after: Notice) -> NoticeSettled | None:
    """What others are told of the change, if anything."""
    result = next((result for result in SETTLED if result == after.state != before.state), None)
    if result is None:
        return None
    return NoticeSettled(
        notice=after.id, kind=after.kind, channel=after.channel, follower=after.follower, result=result, attempts=after.attempts,
        why=after.tries[-1].why,
    )  # fmt: skip


def without_addresses(words: str) -> str:
    """What the other side said, on one line; without whom the message went to, and without what opens a matter, should it repeat our
    own words to us.
    """
    return " ".join(_SECRET.sub("…", words).split())[:WORDS_KEPT]


def _settle(notice: Notice, state: NoticeResult, now: datetime, why: TryWhy = "", words: str = "") -> Notice:
    """An answer of the other side, or the lack of one, counts as an attempt when it is the first to this message."""
    attempts = notice.attempts + (notice.state in OPEN)
    settled = {"state": state, "next_at": None, "settled_at": now, "attempts": attempts}
    return _tried(notice, now, state, why, words).model_copy(update=settled)


def _tried(notice: Notice, now: datetime, result: TryResult, why: TryWhy, words: str = "") -> Notice:
    """One more look; a wait that goes on is the same one."""
    last = notice.tries[-1] if notice.tries else None
    if last and result == "waits" == last.result and why == last.why:
        return notice
    tried = Try(at=now, result=result, why=why, words=without_addresses(words))
    return notice.model_copy(update={"tries": (*notice.tries, tried)[-TRIES_KEPT:]})
