"""Gives out complaint numbers: blocks of the day's sequence, claimed from a counter, so that two processes never give the same one."""

import asyncio
from datetime import date, datetime

from services.intake.documents import COUNTER, Counter
from services.intake.model.numbers import compose
from shared.events import Actor
from shared.ports import Conflict, Store
from shared.runtime.work import Action

MACHINE = Actor(kind="machine", id="intake")


class Numbers:
    """The numbers of one process. Those of a block that are left when it ends are never used: gaps say nothing, doubles would."""

    def __init__(self, store: Store, block: int) -> None:
        self._store, self._block = store, block
        self._day: date | None = None
        self._last, self._end = 0, 0
        self._claiming: asyncio.Future[None] | None = None

    async def draw(self, day: date, now: datetime) -> str:
        """A number of the city's `day` that nobody else gets. Waits for the store only when the block is used up.

        Everybody who waits does so for the same claim: a lock would let them through one at a time, long after it was made.
        """
        while self._day != day or self._last == self._end:
            if self._claiming is None or self._claiming.done():
                self._claiming = asyncio.ensure_future(self._claim(day, now))
            await asyncio.shield(self._claiming)
        self._last += 1
        return compose(day, self._last)

    async def _claim(self, day: date, now: datetime) -> None:
        key = day.isoformat()
        while True:
            action = Action(self._store, now, MACHINE)
            counter = await action.load(COUNTER, key) or Counter(day=key)
            taken = counter.given + self._block
            action.apply(COUNTER, key, counter.model_copy(update={"given": taken}))
            try:
                await action.commit()
            except Conflict:
                continue  # another process took a block meanwhile; the next one is free
            self._day, self._last, self._end = day, counter.given, taken
            return
