"""Holds each new complaint against those of the last 90 days, in memory, and says what it found once, whatever crashes."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.intake.documents import COMPLAINT
from services.intake.door import Door
from services.intake.model.alike import spot
from services.intake.model.complaint import Complaint
from services.intake.model.matching import Known, matched, people_of
from services.intake.numbering import MACHINE
from shared.events.intake import ComplaintMatched
from shared.language.duplicates import WINDOW_DAYS, Duplicates
from shared.language.likeness import fingerprint
from shared.ports import Between, Conflict, Cursor, Equal, Order, Where, stamp
from shared.runtime.work import Action

AT_ONCE = 100
"""Complaints that are held against the others in one step, twice a city's burst of 50 a second, and a fraction of a core."""
PAGE = 200
CATCH_UP, OVERLAP = timedelta(seconds=15), timedelta(minutes=2)
"""How often it is looked for what other processes have matched, and how far behind the newest."""
DAY = 86_400.0
OLDEST_FIRST = Order("received_at")
LEAST_PEOPLE, MOST_TOPICS = 3, 20


@dataclass(frozen=True)
class HotTopic:
    """A matter that several people brought of late: its complaints, the oldest first, how many people they are of, first and last time."""

    numbers: tuple[str, ...]
    people: int
    first: datetime
    last: datetime


class Matcher:
    """One for each process. At the start it takes in what was matched before, page by page; then what is new.

    Several processes may match the same complaint: the one that writes first is heard, and nobody is told twice. What was said in
    confidence is never compared.
    """

    def __init__(self, door: Door) -> None:
        self._door = door
        self._index = Duplicates(most=door.own.compared)
        self._known: dict[int, Known] = {}
        self._serials: dict[str, int] = {}
        self._found: dict[str, ComplaintMatched | None] = {}
        self._filled: Cursor | None = None
        self._caught_up: datetime | None = None

    async def step(self) -> int:
        """Takes in a page of the earlier ones (more than 0: there may be more), else matches the oldest new ones. Raises Unavailable."""
        if self._caught_up is None:
            return await self._fill()
        if self._door.clock.now() - self._caught_up >= CATCH_UP:
            await self._catch_up()
        await self._match()
        return 0

    @property
    def ready(self) -> bool:
        """Whether all earlier complaints are taken in."""
        return self._caught_up is not None

    def topics(self, since: datetime) -> list[HotTopic]:
        """What at least three people have brought since then, the most people first."""
        found = []
        for serials in self._index.groups(LEAST_PEOPLE):
            late = [one for one in (self._known[serial] for serial in serials) if one.at >= since]
            if late and (people := people_of(late)) >= LEAST_PEOPLE:
                times = [one.at for one in late]
                found.append(HotTopic(tuple(one.number for one in late), people, min(times), max(times)))
        return sorted(found, key=lambda topic: (-topic.people, topic.first))[:MOST_TOPICS]

    async def _fill(self) -> int:
        now = self._door.clock.now()
        earlier = await self._page(matched_ones=True, low=now - timedelta(days=WINDOW_DAYS), limit=PAGE, after=self._filled)
        await asyncio.to_thread(self._take_in, earlier)
        if len(earlier) < PAGE:
            self._caught_up = now
        else:
            self._filled = Cursor(stamp(earlier[-1].received_at), earlier[-1].number)
        return len(earlier)

    async def _catch_up(self) -> None:
        """What other processes have matched since."""
        now = self._door.clock.now()
        newest = next(reversed(self._known.values()), None)
        low = newest.at - OVERLAP if newest else now - timedelta(days=WINDOW_DAYS)
        some = await self._page(matched_ones=True, low=low, limit=PAGE)
        await asyncio.to_thread(self._take_in, some)
        self._caught_up = now

    async def _match(self) -> None:
        low = self._door.clock.now() - timedelta(days=WINDOW_DAYS)
        new = await self._page(matched_ones=False, low=low, limit=AT_ONCE)
        await asyncio.to_thread(self._take_in, new)
        await asyncio.gather(*(self._say(one.number) for one in new))

    async def _page(self, *, matched_ones: bool, low: datetime, limit: int, after: Cursor | None = None) -> list[Complaint]:
        where: Where = {"unmatched": Equal(not matched_ones), "received_at": Between(low=stamp(low))}
        found = await self._door.store.find(COMPLAINT.name, where, order=OLDEST_FIRST, limit=limit, after=after)
        return [COMPLAINT.parse(stored) for stored in found]

    def _take_in(self, complaints: Sequence[Complaint]) -> None:
        for complaint in complaints:
            if complaint.number not in self._serials and complaint.number not in self._found:
                found = None if complaint.confidential else self._place(complaint)
                if complaint.unmatched:
                    self._found[complaint.number] = found

    def _place(self, complaint: Complaint) -> ComplaintMatched | None:
        """Takes a complaint into the index; what is to be said of it."""
        place = complaint.place
        read = fingerprint(complaint.title, complaint.text, [place.district] if place.district else ())
        placed = self._index.add(read, complaint.received_at.timestamp() / DAY)
        where = spot(complaint.text, complaint.title, place.address, place.lon, place.lat)
        own = Known(complaint.number, complaint.person, complaint.received_at, where)
        self._known[placed.serial] = own
        self._serials[own.number] = placed.serial
        while (oldest := next(iter(self._known))) < self._index.oldest:
            self._serials.pop(self._known.pop(oldest).number, None)
        found = dict([*placed.likest, *([placed.of] if placed.of else [])])
        group = [self._known[serial] for serial in self._index.members(placed.group) if serial != placed.serial]
        return matched(own, [(self._known[serial], score) for serial, score in found.items()], group)

    async def _say(self, number: str) -> None:
        """Writes that it was matched, with the event. Who is in the way has either matched it too, or leaves it to the next step."""
        with suppress(Conflict):
            action = Action(self._door.store, self._door.clock.now(), MACHINE)
            complaint = await action.load(COMPLAINT, number)
            if complaint is not None and complaint.unmatched:
                event = self._found[number]
                action.apply(COMPLAINT, number, complaint.model_copy(update={"matched": True}), [event] if event else [])
                await action.commit()
            self._found.pop(number, None)
