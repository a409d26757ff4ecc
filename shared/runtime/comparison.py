"""Compares a source with the target it was moved to: every document, every attachment, the history of every case, every position."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import NamedTuple

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


class History(NamedTuple):
    """What the log says of one case: a hash over its records in order, and how many of them each group has acknowledged."""

    digest: bytes
    read: tuple[int, ...]


async def compare(source: Source, target: Target, kinds: Sequence[tuple[str, str]], groups: Sequence[str], tell: Tell) -> list[Line]:
    """A line for each kind (given as service and name), the unsent events, the attachments, the histories and each group.

    `tell` hears how many documents, attachments and records have been looked at since it was last told. Takes some 400 bytes of memory
    for each case on the log.
    """
    lines = [await compare_kind(source.stores[service], target.stores[service], service, kind, tell) for service, kind in kinds]
    left = [service for service, store in target.stores.items() if await store.unsent_after(None, 1)]
    lines.append(Line("unsent events left", 0, len(left), len(left), tuple(left)))
    lines.append(await compare_files(source.files, target.files, tell))
    before = await histories(source.log, list(source.stores.values()), groups, tell)
    after = await histories(target.log, [], groups, tell)
    return [*lines, compare_histories(before, after), *compare_positions(before, after, groups)]


async def compare_kind(source: StoreSource, target: StoreSource, service: str, kind: str, tell: Tell) -> Line:
    """Documents by version, body and handled ids."""
    count, found, differing = 0, 0, list[str]()
    last: str | None = None
    while page := await source.page(kind, last, PAGE):
        there = await target.get(kind, [one.key for one in page])
        differing += [one.key for one in page if there.get(one.key) != one]
        count, found, last = count + len(page), found + len(there), page[-1].key
        tell(len(page))
    at_target = await target.count(kind)
    return Line(f"{service}: {kind}", count, at_target, len(differing) + at_target - found, tuple(differing[:NAMED]))


async def compare_files(source: FilesSource, target: FilesSource, tell: Tell) -> Line:
    count, found, differing = 0, 0, list[str]()
    last: str | None = None
    while names := await source.names(last, PAGE):
        for name in names:
            there = await target.get(name)
            found += there is not None
            if there != await source.get(name):
                differing.append(name)
        count, last = count + len(names), names[-1]
        tell(len(names))
    at_target = await target.count()
    return Line("attachments", count, at_target, len(differing) + at_target - found, tuple(differing[:NAMED]))


async def histories(log: LogSource, outboxes: Sequence[StoreSource], groups: Sequence[str], tell: Tell) -> dict[str, History]:
    """Each case's history on the log, with the unsent events behind it."""
    found: dict[str, History] = {}
    beginning = History(b"", (0,) * len(groups))
    async for page in everything(log, outboxes, groups):
        for record, by in page:
            before = found.get(record.case, beginning)
            digest = blake2b(before.digest + record.raw, digest_size=16).digest()
            found[record.case] = History(digest, tuple(read + (group in by) for read, group in zip(before.read, groups, strict=True)))
        tell(len(page))
    return found


def compare_histories(before: dict[str, History], after: dict[str, History]) -> Line:
    differing = [case for case, history in before.items() if case not in after or after[case].digest != history.digest]
    strangers = [case for case in after if case not in before]
    return Line("histories of cases", len(before), len(after), len(differing) + len(strangers), tuple((differing + strangers)[:NAMED]))


def compare_positions(before: dict[str, History], after: dict[str, History], groups: Sequence[str]) -> list[Line]:
    """How many records each group has read. Never more of a case than at the source; what is less comes again."""
    lines = []
    for place, group in enumerate(groups):
        passed_over = [case for case, history in after.items() if case in before and history.read[place] > before[case].read[place]]
        read = [sum(history.read[place] for history in side.values()) for side in (before, after)]
        lines.append(Line(f"read by {group}", read[0], read[1], len(passed_over), tuple(passed_over[:NAMED])))
    return lines
