"""Compares a source with the target it was moved to: every document, every attachment, the history of every case, every position."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import NamedTuple

from shared.ports import Stored
from shared.ports.moving import FilesSource, LogSource, Source, StoreSource, Target
from shared.runtime.log_moving import everything

PAGE = 200
NAMED = 5
"""So many of those that differ are named."""

Tell = Callable[[int], None]


@dataclass(frozen=True)
class Line:
    """One thing compared: how many there are at the source and at the target, how many differ, and the first of these by name."""

    what: str
    source: int
    target: int
    differing: int
    examples: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        return not self.differing


class Differing:
    """Counts what differs and keeps the first names."""

    def __init__(self) -> None:
        self._count, self._examples = 0, list[str]()

    def add(self, names: Iterable[str]) -> None:
        for name in names:
            self._count += 1
            if self._count <= NAMED:
                self._examples.append(name)

    def line(self, what: str, source: int, target: int) -> Line:
        return Line(what, source, target, self._count, tuple(self._examples))


class History(NamedTuple):
    """What the log says of one case: a hash over its records in order, how many they are, how many each group has acknowledged."""

    digest: bytes
    events: int
    read: tuple[int, ...]


async def compare(source: Source, target: Target, kinds: Sequence[tuple[str, str]], groups: Sequence[str], tell: Tell) -> list[Line]:
    """A line for each kind (given as service and name), the attachments, the histories, the events and each group. An event counts
    wherever it is, on the log or still unsent in a document.

    `tell` hears how many documents, attachments and events have been looked at since it was last told. Takes some 600 bytes of memory
    for each case on the log.
    """
    lines = [await compare_kind(source.stores[service], target.stores[service], service, kind, tell) for service, kind in kinds]
    lines.append(await compare_files(source.files, target.files, tell))
    before = await histories(source.log, list(source.stores.values()), groups, tell)
    after = await histories(target.log, list(target.stores.values()), groups, tell)
    return [*lines, *compare_histories(before, after), *compare_positions(before, after, groups)]


async def compare_kind(source: StoreSource, target: StoreSource, service: str, kind: str, tell: Tell) -> Line:
    """Documents by version, body and handled ids."""
    count, found, differing = 0, 0, Differing()
    async for page in _documents(source, kind):
        there = await target.get(kind, [one.key for one in page])
        differing.add(one.key for one in page if there.get(one.key) != one)
        count, found = count + len(page), found + len(there)
        tell(len(page))
    if (at_target := await target.count(kind)) > found:
        async for page in _documents(target, kind):
            known = await source.get(kind, [one.key for one in page])
            differing.add(one.key for one in page if one.key not in known)
    return differing.line(f"{service}: {kind}", count, at_target)


async def compare_files(source: FilesSource, target: FilesSource, tell: Tell) -> Line:
    """Attachments by their content."""
    count, found, differing = 0, 0, Differing()
    async for names in _names(source):
        for name in names:
            there = await target.get(name)
            differing.add([name] if there != await source.get(name) else [])
            found += there is not None
        count += len(names)
        tell(len(names))
    if (at_target := await target.count()) > found:
        async for names in _names(target):
            differing.add([name for name in names if await source.get(name) is None])
    return differing.line("attachments", count, at_target)


async def _documents(store: StoreSource, kind: str) -> AsyncIterator[list[Stored]]:
    last: str | None = None
    while page := await store.page(kind, last, PAGE):
        yield page
        last = page[-1].key


async def _names(files: FilesSource) -> AsyncIterator[list[str]]:
    last: str | None = None
    while names := await files.names(last, PAGE):
        yield names
        last = names[-1]


async def histories(log: LogSource, outboxes: Sequence[StoreSource], groups: Sequence[str], tell: Tell) -> dict[str, History]:
    """Each case's history on the log, with the unsent events behind it."""
    found: dict[str, History] = {}
    beginning = History(b"", 0, (0,) * len(groups))
    async for page in everything(log, outboxes, groups):
        for record, by in page:
            before = found.get(record.case, beginning)
            digest = blake2b(before.digest + record.raw, digest_size=16).digest()
            read = before.read if not by else tuple(read + (group in by) for read, group in zip(before.read, groups, strict=True))
            found[record.case] = History(digest, before.events + 1, read)
        tell(len(page))
    return found


def compare_histories(before: Mapping[str, History], after: Mapping[str, History]) -> list[Line]:
    """The cases by their histories, and the events of all of them by number."""
    differing = Differing()
    differing.add(case for case, history in before.items() if case not in after or after[case].digest != history.digest)
    differing.add(case for case in after if case not in before)
    events, there = (sum(history.events for history in side.values()) for side in (before, after))
    return [differing.line("histories of cases", len(before), len(after)), Line("events", events, there, abs(events - there))]


def compare_positions(before: Mapping[str, History], after: Mapping[str, History], groups: Sequence[str]) -> list[Line]:
    """How many events each group has read. Never more of a case than at the source; what is less comes again."""
    lines = []
    for place, group in enumerate(groups):
        passed_over = Differing()
        passed_over.add(case for case, history in after.items() if case in before and history.read[place] > before[case].read[place])
        read, there = (sum(history.read[place] for history in side.values()) for side in (before, after))
        lines.append(passed_over.line(f"read by {group}", read, there))
    return lines
