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
        self._claiming = asyncio.Lock()

    async def draw(self, day: date, now: datetime) -> str:
        """A number of the city's `day` that nobody else gets. Waits for the store only when the block is used up."""
        if self._day != day or self._last == self._end:
            async with self._claiming:
                if self._day != day or self._last == self._end:
                    await self._claim(day, now)
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
