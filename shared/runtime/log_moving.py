"""Moves the event log: in which order the records go, and how far each group has read them where they come to stand."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import NamedTuple

from shared.ports import Kept, Unusable
from shared.ports.moving import LogSource, LogTarget, StoreSource

PAGE = 1_000


class Passed(NamedTuple):
    """A record of the source, and the groups that have acknowledged it there."""

    record: Kept
    by: frozenset[str]


class Places:
    """Counts the records that each part of the target gets, and how many of them, from the first on, each group has acknowledged.

    A group never passes over a record that it has not acknowledged in the source; behind such a one it reads some again.
    """

    def __init__(self, groups: Sequence[str]) -> None:
        self.counts: Counter[int] = Counter()
        self.acknowledged: dict[str, Counter[int]] = {group: Counter() for group in groups}

    def add(self, part: int, by: frozenset[str]) -> int:
        """The place of the next record of this part, from 0, which these groups have acknowledged."""
        place = self.counts[part]
        for group in by:
            if self.acknowledged[group][part] == place:
                self.acknowledged[group][part] += 1
        self.counts[part] += 1
        return place


async def move_log(
    source: LogSource, target: LogTarget, outboxes: Sequence[StoreSource], groups: Sequence[str], tell: Callable[[int], None]
) -> None:
    """The records, behind them the events that the stores have not sent yet, then the positions; `tell` hears how many it was just now.

    How many records stand in each part of the target says where an earlier run was ended. Raises Unusable when there are too many.
    """
    there, places = await target.parts(), Places(groups)
    async for page in everything(source, outboxes, groups):
        placed = [(one.record, part, places.add(part, one.by)) for one in page for part in (target.part_of(one.record.case),)]
        missing = [record for record, part, place in placed if place >= there.get(part, 0)]
        if missing:
            await target.append(missing)
        tell(len(page))
    if any(count > places.counts[part] for part, count in there.items()):
        raise Unusable("the event log that is moved to holds more than the one that is moved from: empty it, and begin anew")
    for group in groups:
        await target.acknowledge(group, places.acknowledged[group])


async def everything(log: LogSource, outboxes: Sequence[StoreSource], groups: Sequence[str]) -> AsyncIterator[list[Passed]]:
    """All that the log holds, what every group has read first, and behind it what is still in the outboxes, as relays would send it."""
    acknowledged = {group: await log.acknowledged(group) for group in groups}
    parts = sorted(await log.parts())
    settled = {part: min((last.get(part, -1) for last in acknowledged.values()), default=-1) for part in parts}
    for part in parts:
        async for page in _pages(log, part, acknowledged, None, settled[part]):
            yield page
    for part in parts:
        async for page in _pages(log, part, acknowledged, settled[part], None):
            yield page
    for outbox in outboxes:
        async for records in unsent(outbox):
            yield [Passed(record, frozenset()) for record in records]


async def unsent(store: StoreSource) -> AsyncIterator[list[Kept]]:
    """The events that the log may not have yet, in order."""
    mark: object = None
    while page := await store.unsent_after(mark, PAGE):
        yield [one.record for one in page]
        mark = page[-1].mark


async def _pages(
    log: LogSource, part: int, acknowledged: Mapping[str, Mapping[int, int]], after: int | None, upto: int | None
) -> AsyncIterator[list[Passed]]:
    """The records of a part behind `after`, up to and with `upto`."""
    lasts = {group: last.get(part, -1) for group, last in acknowledged.items()}
    while entries := await log.read(part, after, PAGE):
        wanted = [one for one in entries if upto is None or one.position <= upto]
        if wanted:
            yield [Passed(one.record, frozenset(group for group, last in lasts.items() if one.position <= last)) for one in wanted]
        if len(wanted) < len(entries):
            return
        after = entries[-1].position
