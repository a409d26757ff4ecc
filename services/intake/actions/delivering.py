"""Sends one notice: claimed durably right before it cannot be taken back, and what became of it written down."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial

from services.intake.actions.addressing import Parcel, message_id, message_of
from services.intake.actions.notices import replace, revise
from services.intake.door import Door
from services.intake.model import sending
from services.intake.model.complaint import Complaint
from services.intake.model.notice import Notice
from services.intake.wording import Worded
from shared import telemetry
from shared.ports import Unavailable
from shared.ports.outside import Deferred, InDoubt, Notifier, Undeliverable

PAUSES = (0.2, 1.0, 5.0)
"""Seconds between tries to write down what has become of a message, while the store is away."""

log = telemetry.logger(__name__)

Outcome = Callable[[Notice, datetime], Notice]
Word = Callable[[Door, Complaint, Notice], Worded]


class Taken(Exception):  # noqa: N818 - a signal, not a fault
    """Somebody else sends this notice, or it has become something else."""


class NotWritten(Exception):  # noqa: N818 - a signal, not a fault
    """The store could not be reached when the notice was about to go out; it has not gone."""


async def send_one(door: Door, parcel: Parcel, word: Word, notifier: Notifier) -> str:
    """Empty, or why nothing can be sent on this channel now. Raises NotWritten, or Unavailable when what was sent cannot be written down:
    then it stays on its way until its lease has run out.
    """
    claim = _Claim(door, parcel)
    try:
        worded = word(door, parcel.complaint, parcel.notice)
        await notifier.send(message_of(door, parcel, worded.subject, worded.text), claim.take)
    except Taken:
        return ""
    except NotWritten:
        raise
    except Exception as fault:
        await claim.conclude(_outcome(fault, parcel.notice, begun=claim.begun))
        return str(fault) if isinstance(fault, Unavailable) else ""
    await claim.conclude(sending.sent)
    return ""


class _Claim:
    """The right to send one notice, which one process has and only once."""

    def __init__(self, door: Door, parcel: Parcel) -> None:
        self._door, self._parcel = door, parcel
        self.begun = False

    async def take(self) -> None:
        """Returns when it is durable that the notice is on its way. Raises Taken or NotWritten."""
        notice, now = self._parcel.notice, self._door.clock.now()
        name = message_id(self._door, notice) if notice.channel == "email" else None
        try:
            taken = await replace(self._door, notice, sending.begin(notice, now, self._parcel.address, name))
        except Unavailable as outage:
            raise NotWritten(str(outage)) from outage
        if not taken:
            raise Taken
        self.begun = True

    async def conclude(self, outcome: Outcome) -> None:
        """Writes down what has become of it. What was never begun is left alone when it has become something else."""
        notice, now = self._parcel.notice, self._door.clock.now()
        if self.begun:
            await _surely(lambda: revise(self._door, notice.id, lambda current: outcome(current, now)))
        else:
            await replace(self._door, notice, outcome(notice, now))


def _outcome(fault: Exception, notice: Notice, *, begun: bool) -> Outcome:
    words = str(fault)
    match fault:
        case Undeliverable():
            return partial(sending.refuse, words=words)
        case Deferred():
            return partial(sending.defer, why="later", words=words)
        case InDoubt():
            return partial(sending.lose, why="answer_lost", words=words)
        case Unavailable():
            return partial(sending.wait, why="gateway_away", words=words)
    log.error("notice not sent", notice=notice.id, case=notice.number, exc_info=fault)
    return partial(sending.lose, why="fault") if begun else partial(sending.defer, why="fault")


async def _surely(write: Callable[[], Awaitable[object]]) -> None:
    """Tries again where the store is away: what has been sent must not look as if nobody knew."""
    for pause in PAUSES:
        try:
            await write()
            return
        except Unavailable:
            await asyncio.sleep(pause)
    await write()
