"""The schedule: what happens when, in the office hours of those who keep them."""

import heapq
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from services.tracking.model.calendar import Calendar

Scene = Callable[[], Awaitable[None]]


@dataclass
class Schedule:
    """What happens when. Scenes of the same moment come in the order they were set."""

    calendar: Calendar
    until: datetime
    scenes: list[tuple[datetime, int, Scene]] = field(default_factory=list)
    count: int = 0

    def at(self, moment: datetime, scene: Scene) -> None:
        """Sets a scene; one that lies behind the end is not played."""
        if moment <= self.until:
            self.count += 1
            heapq.heappush(self.scenes, (moment, self.count, scene))

    def next(self) -> tuple[datetime, Scene] | None:
        """The scene that comes next, and when; None when there is none."""
        if not self.scenes:
            return None
        moment, _, scene = heapq.heappop(self.scenes)
        return moment, scene

    def in_office(self, moment: datetime, scene: Scene) -> None:
        """Sets a scene of people who work in office hours: at the moment, else when the office opens next."""
        local = moment.astimezone(self.calendar.zone)
        if local.hour >= 17:
            local = datetime.combine(local.date() + timedelta(days=1), time(9, 5 + local.minute % 50), self.calendar.zone)
        elif local.hour < 9:
            local = datetime.combine(local.date(), time(9, 5 + local.minute % 50), self.calendar.zone)
        while not self.calendar.is_working_day(local.date()):
            local += timedelta(days=1)
        self.at(local, scene)


def first_day(calendar: Calendar, today: date, back: int) -> date:
    """The working day that lies `back` working days before today."""
    day = today
    while back:
        day -= timedelta(days=1)
        back -= calendar.is_working_day(day)
    return day
