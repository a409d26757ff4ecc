"""What the hotline's desk lists: what rings and goes on, who waits to be called back, what an agent has ended last."""

from dataclasses import dataclass
from datetime import timedelta

from services.intake.actions.calling import MOST_SHOWN
from services.intake.documents.call import CALL
from services.intake.door import Door
from services.intake.model.call import Call
from shared.ports import Between, Equal, OneOf, Order, Where, stamp

SHOWN_FOR = timedelta(hours=24)
"""How long a call that nobody has ended stays among those that are going on."""
MOST_RECENT = 20
NEWEST, OLDEST = Order("began_at", descending=True), Order("began_at")
GOING_ON = ("ringing", "talking")


@dataclass(frozen=True)
class CallDesk:
    """`waiting` counts all that are to be called back, `withheld` the missed calls of the day that nobody can call back."""

    going_on: list[Call]
    callbacks: list[Call]
    recent: list[Call]
    waiting: int
    withheld: int
    queues: list[str]


async def call_desk(door: Door, login: str | None, queue: str) -> CallDesk:
    """The lists, of one queue where one is named; `recent` are those of this agent, of everybody without a login."""
    since = Between(stamp(door.clock.now() - SHOWN_FOR))
    in_queue: Where = {"queue": Equal(queue)} if queue else {}
    to_call_back: Where = {"state": Equal("to_call_back"), **in_queue}
    mine: Where = {"login": Equal(login)} if login else {"state": Equal("ended")}
    counts = await door.store.count(CALL.name, {"state": OneOf((*GOING_ON, "to_call_back"))}, by="queue")
    return CallDesk(
        going_on=await CALL.find(door.store, {"state": OneOf(GOING_ON), "began_at": since, **in_queue}, order=NEWEST, limit=MOST_SHOWN),
        callbacks=await CALL.find(door.store, to_call_back, order=OLDEST, limit=MOST_SHOWN),
        recent=[call for call in await CALL.find(door.store, mine, order=NEWEST, limit=MOST_RECENT) if call.ending],
        waiting=await _count(door, to_call_back),
        withheld=await _count(door, {"state": Equal("missed"), "began_at": since}),
        queues=sorted(str(name) for name in counts if name),
    )


async def _count(door: Door, where: Where) -> int:
    return sum((await door.store.count(CALL.name, where)).values())
