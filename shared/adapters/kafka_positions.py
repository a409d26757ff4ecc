"""What a reader has fetched, handed out and had acknowledged, over the parts of a topic that come and go."""

from collections import deque
from collections.abc import Collection
from typing import NamedTuple

from shared.ports import Delivery


class Position(NamedTuple):
    """Where a delivery stands: its turn among all that this reader has handed out, its part of the topic, its place there."""

    turn: int
    partition: int
    offset: int


class Fetched(NamedTuple):
    """A record that was fetched and not handed out yet."""

    partition: int
    offset: int
    case: str
    raw: bytes


class Positions:
    """Turns only rise: an acknowledgement covers every turn up to its own, and never what was lost, put back or covered before."""

    def __init__(self) -> None:
        self._fetched: deque[Fetched] = deque()
        self._out: deque[Position] = deque()
        self._turn = 0

    def put(self, records: Collection[Fetched]) -> None:
        """What was fetched, in order within each part."""
        self._fetched.extend(records)

    def take(self, limit: int) -> list[Delivery]:
        """Hands out at most so many."""
        return [self._hand_out(self._fetched.popleft()) for _ in range(min(limit, len(self._fetched)))]

    def _hand_out(self, record: Fetched) -> Delivery:
        self._turn += 1
        position = Position(self._turn, record.partition, record.offset)
        self._out.append(position)
        return Delivery(position, record.case, record.raw)

    def next_after(self, turn: int) -> dict[int, int]:
        """For each part the place behind what is done when everything up to this turn is; parts with nothing new are left out."""
        return {one.partition: one.offset + 1 for one in self._out if one.turn <= turn}

    def forget(self, turn: int) -> None:
        """What was handed out up to this turn is acknowledged."""
        while self._out and self._out[0].turn <= turn:
            self._out.popleft()

    def lose(self, partitions: Collection[int]) -> None:
        """These parts are somebody else's now."""
        self._fetched = deque(one for one in self._fetched if one.partition not in partitions)
        self._out = deque(one for one in self._out if one.partition not in partitions)

    def put_back(self) -> dict[int, int]:
        """Forgets all that is not acknowledged; for each part the place to read on from."""
        first: dict[int, int] = {}
        for out in self._out:
            first.setdefault(out.partition, out.offset)
        for fetched in self._fetched:
            first.setdefault(fetched.partition, fetched.offset)
        self._fetched.clear()
        self._out.clear()
        return first
