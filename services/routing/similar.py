"""The closed cases that a new one is like: an index in memory, filled from what any instance of routing has kept."""

from collections import deque
from datetime import datetime, timedelta

from services.routing.documents import PRECEDENT
from services.routing.model.precedent import KeptPrecedent
from shared.events.routing import SimilarCase
from shared.language.kept import Kept
from shared.language.likeness import fingerprint
from shared.ports import Between, Clock, Cursor, Order, Store, stamp

DAYS = timedelta(days=90)
MOST = 10_000
"""Closed cases at most, the newest: some 35 MB."""
PAGE = 100
"""Documents read and taken in at once: some 30 ms of the event loop."""
SLACK = timedelta(minutes=5)
"""How much later than its `kept_at` a document may be seen: clocks of several machines differ, and commits overtake one another."""
LOOK, CANDIDATES, SHOWN = 800, 20, 3
"""Cases met by the rarest pairs of a text, those that are compared, and those that are shown."""
LEAST = 0.25
"""Likeness below which two cases have only their language in common."""


class SimilarCases:
    """`refresh` reads what is new, `find` asks. Every instance has all of it: nothing depends on which events reach which instance."""

    def __init__(self, store: Store, clock: Clock, most: int = MOST) -> None:
        self._store, self._clock, self._most = store, clock, most
        self._kept = Kept()
        self._cases: deque[KeptPrecedent] = deque()
        self._numbers: set[str] = set()
        self._since: datetime | None = None
        self._page: Cursor | None = None

    def __len__(self) -> int:
        return len(self._cases)

    async def refresh(self) -> int:
        """Takes in one page of what has been kept since; how many were new. Raises Unavailable."""
        since = self._since = self._since or await self._start()
        found = await PRECEDENT.find(
            self._store, {"kept_at": Between(stamp(since))}, order=Order("kept_at"), limit=PAGE, after=self._page
        )  # fmt: skip
        fresh = [one for one in found if one.case not in self._numbers]
        for one in fresh:
            self._add(one)
        if len(found) == PAGE:
            self._page = Cursor(stamp(found[-1].kept_at), found[-1].case)
            return max(len(fresh), 1)
        if found:
            self._since = max(since, found[-1].kept_at - SLACK)
        self._page = None
        self._forget(self._clock.now() - DAYS)
        return 0

    def find(self, title: str, text: str) -> tuple[SimilarCase, ...]:
        """At most three closed cases, the likest first."""
        if not self._cases:
            return ()
        message = fingerprint(title, text)
        self._kept.count(message.slots)
        asked = self._kept.ask(message)
        near = self._kept.candidates(asked, CANDIDATES, LOOK)
        scores = self._kept.likeness(asked, near) if len(near) else ()
        self._kept.count(message.slots, -1)
        ranked = sorted(zip(near, map(float, scores), strict=True), key=lambda one: (-one[1], -one[0]))
        return tuple(_similar(self._cases[int(serial) - self._kept.first], score) for serial, score in ranked[:SHOWN] if score >= LEAST)

    async def _start(self) -> datetime:
        """How far back to read at first: not much further than what fits in, and 90 days at most."""
        now = self._clock.now()
        for days in (1, 2, 4, 8, 16, 32, 64):
            since = now - timedelta(days=days)
            if (await self._store.count(PRECEDENT.name, {"kept_at": Between(stamp(since))}))[None] >= self._most:
                return since
        return now - DAYS

    def _add(self, one: KeptPrecedent) -> None:
        message = fingerprint(one.told.title, one.told.text)
        if len(self._cases) == self._most:
            self._drop()
        self._kept.count(message.slots)
        self._kept.append(message)
        self._cases.append(one)
        self._numbers.add(one.case)

    def _forget(self, before: datetime) -> None:
        while self._cases and self._cases[0].kept_at < before:
            self._drop()

    def _drop(self) -> None:
        self._kept.drop()
        self._numbers.discard(self._cases.popleft().case)


def _similar(one: KeptPrecedent, score: float) -> SimilarCase:
    told = one.told
    return SimilarCase(
        case=one.case, department=told.department, category=told.category, score=round(min(score, 1.0), 3), closed_at=one.closed_at
    )
