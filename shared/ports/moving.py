"""The ports for moving house: a source is read and never written, a target takes what a source holds exactly as it is."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

from shared.ports import Kept, Scalar, Stored, Unsent, Unusable, Written


@dataclass(frozen=True)
class Move:
    """What a target keeps of the move that fills it: both places without passwords, what the source held when it began, its end."""

    source: str
    target: str
    held: str
    finished: bool = False

    @property
    def text(self) -> str:
        """As it is kept; `read_move` makes it a Move again."""
        return json.dumps(asdict(self))


def read_move(text: str | None) -> Move | None:
    return None if text is None else Move(**json.loads(text))


def refuse_half_moved(text: str | None, place: str) -> None:
    """Raises Unusable when a move into this place has begun and not ended: whoever worked on it would lose what has not come yet."""
    move = read_move(text)
    if move is not None and not move.finished:
        raise Unusable(f"{place}: a move from {move.source} to here is not finished; run huiying migrate as it was begun, it goes on")


@dataclass(frozen=True)
class Whole:
    """A document to be kept exactly so, version and handled ids and all, with a value for each field of its collection."""

    stored: Stored
    fields: Mapping[str, Scalar]


@dataclass(frozen=True)
class Entry:
    """A record where it stands in a part of a log. Positions rise within the part."""

    position: int
    record: Kept


class StoreSource(Protocol):
    """The documents of one service. Nothing is made or changed. Raises Unavailable and Unusable, as everything here."""

    async def kinds(self) -> set[str]:
        """The kinds it holds documents of, whether they are declared today or not."""
        ...

    async def count(self, kind: str) -> int: ...

    async def page(self, kind: str, after: str | None, limit: int) -> list[Stored]:
        """Up to `limit` documents whose keys come behind `after`, in an order of its own that stays; None begins."""
        ...

    async def get(self, kind: str, keys: Sequence[str]) -> dict[str, Stored]:
        """Those that exist among `keys`."""
        ...

    async def unsent_after(self, mark: object, limit: int) -> list[Unsent]:
        """About `limit` unsent events behind a mark, those of one document in the order they were emitted; None begins."""
        ...

    async def move(self) -> str | None:
        """The text of the move that fills or has filled it."""
        ...

    async def close(self) -> None: ...


class StoreTarget(StoreSource, Protocol):
    async def put(self, documents: Sequence[Whole]) -> None:
        """Each exactly so, durable on return, whatever stood under its key before. Raises Unusable when a unique field is taken."""
        ...

    async def keep_move(self, text: str) -> None:
        """Durable on return; takes the place of the one before."""
        ...


class LogSource(Protocol):
    """The event log. A case's records are all in one part, in order."""

    async def parts(self) -> dict[int, int]:
        """The parts by number, and how many records each holds."""
        ...

    async def read(self, part: int, after: int | None, limit: int) -> list[Entry]:
        """Up to `limit` records of the part behind the position `after`; None begins with the oldest."""
        ...

    async def acknowledged(self, group: str) -> dict[int, int]:
        """The position that the group has acknowledged last, of each part where it has acknowledged any."""
        ...

    async def read_by(self, groups: Sequence[str]) -> list[str]:
        """The groups among these that somebody reads in just now. Where the technology can, the others are kept shut until `close`."""
        ...

    async def close(self) -> None: ...


class LogTarget(LogSource, Protocol):
    def part_of(self, case: str) -> int:
        """Where the records of this case are put."""
        ...

    async def append(self, records: Sequence[Written]) -> None:
        """Durable on return. After a crash each part holds the first so many of those appended for it, in order."""
        ...

    async def acknowledge(self, group: str, counts: Mapping[int, int]) -> None:
        """The group has acknowledged exactly the first so many records of each part; durable on return."""
        ...


class FilesSource(Protocol):
    """The attachments."""

    async def count(self) -> int: ...

    async def names(self, after: str | None, limit: int) -> list[str]:
        """Up to `limit` names behind `after`, in an order of its own that stays; None begins."""
        ...

    async def get(self, name: str) -> bytes | None: ...

    async def close(self) -> None: ...


class FilesTarget(FilesSource, Protocol):
    async def put(self, name: str, content: bytes) -> None:
        """Durable on return; the same name again replaces."""
        ...


@dataclass(frozen=True)
class Source:
    """All that is moved, from one place; `place` names it without passwords."""

    place: str
    stores: Mapping[str, StoreSource]
    log: LogSource
    files: FilesSource


@dataclass(frozen=True)
class Target:
    """Where it is moved to: a store for each service of the source."""

    place: str
    stores: Mapping[str, StoreTarget]
    log: LogTarget
    files: FilesTarget


async def close(side: Source | Target) -> None:
    """Lets go of all of it."""
    for store in side.stores.values():
        await store.close()
    await side.log.close()
    await side.files.close()
