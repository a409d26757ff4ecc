"""The figures of the board: counted through the store, kept for a few seconds, each with the condition that lists what it counts."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.tracking.actions.lists import DUE, NEWEST, Lists, Row, narrow
from services.tracking.documents import CASE
from services.tracking.model.life import Who
from shared.ports import Between, Clock, Equal, OneOf, Order, Scalar, Store, Where, stamp

HEAD = ("open", "overdue", "due_today", "unsolved", "critical")
"""The five figures at the head of the board, in their order."""
URGENT_ROWS = 8
KEPT_SCOPES = 16
PARTLY = 0.5
BASICALLY = 0.8
"""What a 'partly solved' and a 'basically satisfied' (3 of 5) count for; solved, satisfied and very satisfied count 1 (domain default)."""


@dataclass(frozen=True)
class Part:
    """A figure with its size: `value` of `of`."""

    value: float
    of: int


@dataclass(frozen=True)
class DepartmentFigures:
    """One department: what it has now, and how the cases received in the period went."""

    department: str
    open: int
    overdue: int
    on_time: Part
    resolved: Part
    satisfied: Part
    handed_back: int


@dataclass(frozen=True)
class Board:
    """Everything the board shows, counted at one moment; the measures are of cases received since `since`."""

    as_of: datetime
    since: datetime
    head: Mapping[str, int]
    departments: tuple[DepartmentFigures, ...]
    urgent: tuple[Row, ...]


Counts = dict[Scalar, int]


@dataclass(frozen=True)
class Figures:
    """Counts for boards. `days` is the period of the measures, `seconds` how long a count is shown again."""

    store: Store
    clock: Clock
    zone: ZoneInfo
    days: int
    seconds: float
    _kept: dict[str, Board] = field(default_factory=dict)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def board(self, who: Who) -> Board | None:
        """The board of all that this officer may see; None when that is nothing."""
        scope = narrow({}, who)
        if scope is None:
            return None
        name = repr(sorted(scope.items()))
        async with self._turn:
            kept = self._kept.get(name)
            if kept is None or (self.clock.now() - kept.as_of).total_seconds() >= self.seconds:
                if len(self._kept) >= KEPT_SCOPES:
                    self._kept.clear()
                kept = self._kept[name] = await self._count(scope, who)
        return kept

    def conditions(self) -> dict[str, tuple[Where, Order]]:
        """What each figure counts, and the order of the list behind it."""
        now = self.clock.now()
        since = {"received_at": Between(stamp(self._since(now)), None)}
        is_open = {"open": Equal(True)}
        return {
            "open": (is_open, DUE),
            "overdue": ({**is_open, "overdue": Equal(True)}, DUE),
            "due_today": ({**is_open, "due_at": self._today(now)}, DUE),
            "unsolved": ({**is_open, "solved": Equal("no")}, DUE),
            "critical": ({**is_open, "urgency": Equal("U1")}, NEWEST),
            "urgent": ({**is_open, "urgency": OneOf(("U1", "U2"))}, NEWEST),
            "on_time": ({**since, "replied_on_time": Equal(True)}, NEWEST),
            "late": ({**since, "replied_on_time": Equal(False)}, NEWEST),
            "solved": ({**since, "solved": Equal("yes")}, NEWEST),
            "partly": ({**since, "solved": Equal("partly")}, NEWEST),
            "not_solved": ({**since, "solved": Equal("no")}, NEWEST),
            "satisfied": ({**since, "satisfied": OneOf((4, 5))}, NEWEST),
            "basically": ({**since, "satisfied": Equal(3)}, NEWEST),
            "reached": ({**since, "solved": OneOf(("yes", "partly", "no"))}, NEWEST),
            "handed_back": ({**since, "hand_backs": Between(1, None)}, NEWEST),
        }

    async def _count(self, scope: Where, who: Who) -> Board:
        now = self.clock.now()
        conditions = self.conditions()
        head = {name: sum((await self._by(scope, conditions[name][0], None)).values()) for name in HEAD}
        where, order = conditions["urgent"]
        urgent = await Lists(self.store).page(where, who, order=order, limit=URGENT_ROWS)
        return Board(now, self._since(now), head, await self._departments(scope, conditions), tuple(urgent.rows))

    async def _departments(self, scope: Where, conditions: dict[str, tuple[Where, Order]]) -> tuple[DepartmentFigures, ...]:
        names = ("open", "overdue", "on_time", "late", "solved", "partly", "reached", "satisfied", "basically", "handed_back")
        counts = {name: await self._by(scope, conditions[name][0], "department") for name in names}
        departments = sorted({str(code) for found in counts.values() for code in found if code is not None})
        return tuple(_figures(code, {name: found.get(code, 0) for name, found in counts.items()}) for code in departments)

    async def _by(self, scope: Where, where: Where, by: str | None) -> Counts:
        return await self.store.count(CASE.name, {**where, **scope}, by=by)

    def _since(self, now: datetime) -> datetime:
        return self._midnight(now) - timedelta(days=self.days)

    def _today(self, now: datetime) -> Between:
        return Between(stamp(self._midnight(now)), stamp(self._midnight(now + timedelta(days=1))))

    def _midnight(self, moment: datetime) -> datetime:
        return datetime.combine(moment.astimezone(self.zone).date(), time.min, self.zone)


def _figures(department: str, count: Mapping[str, int]) -> DepartmentFigures:
    reached = count["reached"]
    return DepartmentFigures(
        department=department,
        open=count["open"],
        overdue=count["overdue"],
        on_time=Part(count["on_time"], count["on_time"] + count["late"]),
        resolved=Part(count["solved"] + PARTLY * count["partly"], reached),
        satisfied=Part(count["satisfied"] + BASICALLY * count["basically"], reached),
        handed_back=count["handed_back"],
    )
