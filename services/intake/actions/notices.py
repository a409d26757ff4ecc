"""Reads and writes single notices: each change is one commit with what others are told of it, and is counted."""

from collections.abc import Callable

from services.intake.documents.notice import NOTICE
from services.intake.door import Door
from services.intake.model.notice import Notice
from services.intake.model.sending import news
from services.intake.numbering import MACHINE
from shared import telemetry
from shared.ports import Conflict
from shared.runtime.work import Action, Work, until_written


async def revise(door: Door, name: str, change: Callable[[Notice], Notice]) -> Notice | None:
    """The notice after the change, which is made again on whatever it has become meanwhile; None when there is none. Raises Unavailable."""
    return await until_written(lambda: _revise(door, name, change))


async def _revise(door: Door, name: str, change: Callable[[Notice], Notice]) -> Notice | None:
    action = Action(door.store, door.clock.now(), MACHINE)
    before = await action.load(NOTICE, name)
    if before is None or (after := change(before)) == before:
        return before
    stage(action, before, after)
    await action.commit()
    count(before, after)
    return after


async def replace(door: Door, before: Notice, after: Notice) -> bool:
    """Puts `after` in the place of `before`; False, and nothing is written, when that has become something else. Raises Unavailable."""
    action = Action(door.store, door.clock.now(), MACHINE)
    if await action.load(NOTICE, before.id) != before:
        return False
    stage(action, before, after)
    try:
        await action.commit()
    except Conflict:
        return False
    count(before, after)
    return True


def stage(work: Work, before: Notice, after: Notice) -> None:
    """The change with its event; the notice has been loaded by this work."""
    told = news(before, after)
    work.apply(NOTICE, after.id, after, [told] if told else [], case=after.number)


def count(before: Notice, after: Notice) -> None:
    """Counts what has been written: a try, or the end."""
    if after.tries != before.tries:
        telemetry.NOTICES.labels(after.channel, after.kind, after.tries[-1].result).inc()
