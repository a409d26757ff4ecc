"""Moves everything from a source to an empty target: documents, attachments, the event log with its positions; then compares.

Killed at any point, it goes on when it is run again: the target knows which move fills it, a document or an attachment that is there is
left there, and how many records a part of the log holds says which come next.
"""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from shared.documents import Kind
from shared.ports import Scalar, Stored, Unusable
from shared.ports.moving import Move, Source, StoreSource, StoreTarget, Target, Whole, read_move, refuse_half_moved
from shared.runtime.comparison import Line, compare
from shared.runtime.log_moving import move_log, unsent

PAGE = 200
FILES_AT_ONCE = 4
"""Attachments in memory at a time."""

Progress = Callable[[str, int, int], None]
"""Hears of a part by name how many of it are done, and of how many."""


@dataclass(frozen=True)
class Outcome:
    """What the comparison found; `moved` is False when an earlier run had finished and nothing was written now."""

    moved: bool
    lines: list[Line]

    @property
    def same(self) -> bool:
        return all(line.same for line in self.lines)


class Migration:
    """One source, one target. `kinds` are those of each service; `groups` are those that read the log."""

    def __init__(
        self, source: Source, target: Target, kinds: Mapping[str, Sequence[Kind[Any]]], groups: Sequence[str], progress: Progress
    ) -> None:
        self._source, self._target, self._kinds, self._groups, self._progress = source, target, kinds, groups, progress
        self._fresh = True
        """Nothing has been moved before this run, so that nothing needs to be looked for."""

    async def run(self) -> Outcome:
        """Raises Unusable when it must not begin or go on, Unavailable when a side cannot be reached; run it again then."""
        await self._refuse_readers()
        await self._refuse_unready_source()
        move = await self._begin()
        if not move.finished:
            for service in self._kinds:
                await self._move_documents(service)
            await self._move_files()
            await self._move_log()
        outcome = Outcome(not move.finished, await self._compare())
        if outcome.same and not move.finished:
            await self._keep(replace(move, finished=True))
        return outcome

    async def _refuse_readers(self) -> None:
        for log, place in ((self._source.log, self._source.place), (self._target.log, self._target.place)):
            if reading := await log.read_by(self._groups):
                raise Unusable(
                    f"{place}: {', '.join(reading)} still runs, or was killed less than a minute ago; stop every process first"
                )

    async def _refuse_unready_source(self) -> None:
        for service, store in self._source.stores.items():
            refuse_half_moved(await store.move(), f"{self._source.place}, {service}")
            if unknown := await store.kinds() - {kind.name for kind in self._kinds[service]}:
                raise Unusable(
                    f"{self._source.place}: {service} keeps documents that this version does not know ({', '.join(sorted(unknown))}); "
                    "move with the version that wrote them"
                )

    async def _begin(self) -> Move:
        """The move as the target keeps it, written there before anything else is."""
        move = Move(self._source.place, self._target.place, await self._held())
        first, *_ = self._target.stores.values()
        known = read_move(await first.move())
        if known is None:
            await self._refuse_full_target()
            await self._keep(move)
            return move
        if (known.source, known.target) != (move.source, move.target):
            raise Unusable(f"{move.target} was filled from {known.source} to {known.target}; name an empty place")
        if not known.finished and known.held != move.held:
            raise Unusable(f"{move.source} has gone on since this move began; empty {move.target}, and begin anew")
        self._fresh = False
        if not known.finished:
            await self._keep(known)
        return known

    async def _held(self) -> str:
        """Enough of what the source holds to see that it has gone on: its records, how far they are read, its documents, its files."""
        log, stores = self._source.log, self._source.stores
        return json.dumps(
            [
                [await log.parts(), [await log.acknowledged(group) for group in self._groups]],
                [await self._count(store, service) for service, store in stores.items()],
                [await _count_unsent(store) for store in stores.values()],
                await self._source.files.count(),
            ],
            sort_keys=True,
        )

    async def _refuse_full_target(self) -> None:
        full = [service for service, store in self._target.stores.items() if await store.kinds() or await store.unsent_after(None, 1)]
        full += ["the event log"] if any((await self._target.log.parts()).values()) else []
        full += ["the attachments"] if await self._target.files.count() else []
        if full:
            raise Unusable(f"{self._target.place} is not empty ({', '.join(full)}); name an empty place")

    async def _keep(self, move: Move) -> None:
        """The first store's word counts, so it comes first when a move begins and last when it ends."""
        stores = list(self._target.stores.values())
        for store in reversed(stores) if move.finished else stores:
            await store.keep_move(move.text)

    async def _count(self, store: StoreSource, service: str) -> int:
        return sum([await store.count(kind.name) for kind in self._kinds[service]])

    async def _move_documents(self, service: str) -> None:
        source, target = self._source.stores[service], self._target.stores[service]
        step = self._step(f"{service}: documents", await self._count(source, service))
        for kind in self._kinds[service]:
            last: str | None = None
            while page := await source.page(kind.name, last, PAGE):
                await self._put(target, kind, page)
                step(len(page))
                last = page[-1].key

    async def _put(self, target: StoreTarget, kind: Kind[Any], page: Sequence[Stored]) -> None:
        there = {} if self._fresh else await target.get(kind.name, [one.key for one in page])
        missing = [Whole(one, fields_of(kind, one)) for one in page if there.get(one.key) != one]
        if missing:
            await target.put(missing)

    async def _move_files(self) -> None:
        step = self._step("attachments", await self._source.files.count())
        last: str | None = None
        while names := await self._source.files.names(last, FILES_AT_ONCE):
            await asyncio.gather(*(self._move_file(name) for name in names))
            step(len(names))
            last = names[-1]

    async def _move_file(self, name: str) -> None:
        content = await self._source.files.get(name)
        if content is not None and (self._fresh or await self._target.files.get(name) != content):
            await self._target.files.put(name, content)

    async def _move_log(self) -> None:
        source = self._source
        step = self._step("event log", await self._records())
        await move_log(source.log, self._target.log, list(source.stores.values()), self._groups, step)

    async def _records(self) -> int:
        return sum((await self._source.log.parts()).values()) + sum([await _count_unsent(one) for one in self._source.stores.values()])

    async def _compare(self) -> list[Line]:
        source = self._source
        documents = sum([await self._count(store, service) for service, store in source.stores.items()])
        total = documents + await source.files.count() + 2 * await self._records()
        kinds = [(service, kind.name) for service, kinds in self._kinds.items() for kind in kinds]
        return await compare(source, self._target, kinds, self._groups, self._step("comparison", total))

    def _step(self, name: str, total: int) -> Callable[[int], None]:
        done = 0

        def tell(more: int) -> None:
            nonlocal done
            done += more
            self._progress(name, done, total)

        tell(0)
        return tell


def fields_of(kind: Kind[Any], stored: Stored) -> dict[str, Scalar]:
    """The values of a stored document's fields, as if it were written today. Raises Unusable when this version cannot read it."""
    try:
        return kind.values(kind.parse(stored))
    except ValidationError as fault:
        raise Unusable(f"{kind.name} {stored.key} cannot be read by this version: move with the version that wrote it") from fault


async def _count_unsent(store: StoreSource) -> int:
    return sum([len(page) async for page in unsent(store)])
