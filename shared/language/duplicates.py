"""The online index of messages: which earlier ones a new one is like, and which group of the same matter it falls into."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shared.language.kept import Asked, Kept, Serials
from shared.language.likeness import Fingerprint, Numbers

WINDOW_DAYS = 90.0
MOST_KEPT = 100_000
CANDIDATES = 150
"""Earlier messages that are compared; groups that are then looked at, and their newest members that speak for them."""
GROUPS, SPEAKERS = 12, 64

ALONE, IN_NUMBERS, SETTLING = 0.4, 0.15, 1.3
"""What likeness it takes to be the same matter as one message; as the mean over very many; how fast the one becomes the other.

The mean over many differs less by chance than one value does, so less of it says as much.
"""
BRIDGED, MERGING = 0.85, 0.95
"""A message this near to what a second group takes has the groups compared, which are made one at this share of what that takes.

These five were chosen in the middle of a range in which the figures hardly change (bench/duplicates.py).
"""
ELSEWHERE = 0.6
"""Factor where both name districts, and none is named by both."""


class Match(NamedTuple):
    """An earlier message and how like it is, 0 to 1."""

    serial: int
    score: float


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a message fell: its group (the serial of the group's first message, its own when alone), the member it is most like, and the
    earlier messages that it is most like, the likest first. `absorbed` are groups that became part of this one.
    """

    serial: int
    group: int
    of: Match | None
    likest: tuple[Match, ...] = ()
    absorbed: tuple[int, ...] = ()


@dataclass(slots=True)
class Duplicates:
    """Messages of the last 90 days in order of receipt, and their groups. Bounded: beyond `most` the oldest are forgotten.

    The same messages in the same order always fall into the same groups.
    """

    window: float = WINDOW_DAYS
    most: int = MOST_KEPT
    _kept: Kept = field(default_factory=Kept)
    _days: deque[float] = field(default_factory=deque)
    _groups: dict[int, int] = field(default_factory=dict)
    _members: dict[int, list[int]] = field(default_factory=dict)

    def add(self, message: Fingerprint, day: float) -> Placed:
        """Takes a message in and says where it falls. `day`: when it was received, in days since whenever; earlier than the last counts
        as the last.
        """
        day = max(day, self._days[-1]) if self._days else day
        self._forget(day)
        self._kept.count(message.slots)
        asked = self._kept.ask(message)
        likest, means = self._compare(message, asked)
        serial = self._kept.append(message)
        self._days.append(day)
        fitting = {group: fit for group, fit in means.items() if fit >= BRIDGED}
        best = max(fitting, key=lambda group: (fitting[group], -group), default=serial)
        if fitting.get(best, 0.0) < 1:
            self._join(serial, serial)
            return Placed(serial, serial, None, _best(likest))
        of = _best({serial: score for serial, score in likest.items() if self._groups[serial] == best}, 1)[0]
        group, absorbed = self._merge(best, [other for other in fitting if other != best])
        self._join(serial, group)
        return Placed(serial, group, of, _best(likest), absorbed)

    def likest(self, message: Fingerprint, most: int = 5) -> tuple[Match, ...]:
        """The kept messages that a message is most like, without taking it in."""
        self._kept.count(message.slots)
        found, _ = self._compare(message, self._kept.ask(message))
        self._kept.count(message.slots, -1)
        return _best(found, most)

    def group_of(self, serial: int) -> int | None:
        """The group of a message that is kept, else None."""
        return self._groups.get(serial)

    def members(self, group: int) -> Sequence[int]:
        """The kept members of a group, the oldest first."""
        return tuple(self._members.get(group, ()))

    def groups(self, least: int) -> list[tuple[int, ...]]:
        """The kept members of each group that has at least so many."""
        return [tuple(some) for some in self._members.values() if len(some) >= least]

    @property
    def oldest(self) -> int:
        """The first serial that is kept, or the next one to be given."""
        return self._kept.first

    def __len__(self) -> int:
        return len(self._kept)

    def _compare(self, message: Fingerprint, asked: Asked) -> tuple[dict[int, float], dict[int, float]]:
        """The likeness of the candidates and of their groups' members; and how well each group fits (1: just enough to belong to it)."""
        near = self._kept.candidates(asked, CANDIDATES)
        if not len(near):
            return {}, {}
        scores = self._score(message, asked, near)
        groups = self._nearest_groups(near, scores)
        speakers = [self._members[group][-SPEAKERS:] for group in groups]
        serials = [serial for some in speakers for serial in some]
        said = self._score(message, asked, np.array(serials, dtype=np.int64)).tolist()
        starts = accumulate((len(some) for some in speakers), initial=0)
        means = {
            group: sum(said[start : start + len(some)]) / len(some) / needed(len(self._members[group]))
            for group, some, start in zip(groups, speakers, starts, strict=False)
        }
        return dict(zip(near.tolist(), scores.tolist(), strict=True)) | dict(zip(serials, said, strict=True)), means

    def _score(self, message: Fingerprint, asked: Asked, serials: Serials) -> Numbers:
        scores = self._kept.likeness(asked, serials)
        if message.districts:
            named = self._kept.districts(serials)
            scores[(named != 0) & (named & message.districts == 0)] *= ELSEWHERE
        return scores

    def _nearest_groups(self, near: Serials, scores: NDArray[np.float32]) -> list[int]:
        groups: list[int] = []
        for serial in near[np.argsort(-scores, kind="stable")].tolist():
            if (group := self._groups[serial]) not in groups:
                groups.append(group)
                if len(groups) == GROUPS:
                    break
        return groups

    def _merge(self, group: int, others: list[int]) -> tuple[int, tuple[int, ...]]:
        """Makes the group one with those of the others that are like it; the group that lives on is the one with the first message."""
        absorbed: list[int] = []
        for other in others:
            if self._alike(group, other):
                group, gone = min(group, other), max(group, other)
                self._members[group] = sorted(self._members[group] + self._members[gone])
                for serial in self._members.pop(gone):
                    self._groups[serial] = group
                absorbed.append(gone)
        return group, tuple(absorbed)

    def _alike(self, one: int, other: int) -> bool:
        """Whether the mean likeness between the members of two groups is what their sizes ask for."""
        speakers = [np.array(self._members[group][-SPEAKERS:], dtype=np.int64) for group in (one, other)]
        counts = [len(some) for some in speakers]
        return self._kept.mean_likeness(*speakers) >= MERGING * needed(2 * counts[0] * counts[1] / sum(counts))

    def _join(self, serial: int, group: int) -> None:
        self._groups[serial] = group
        self._members.setdefault(group, []).append(serial)

    def _forget(self, day: float) -> None:
        """Drops what is too old or too much."""
        while self._days and (self._days[0] < day - self.window or len(self._days) >= self.most):
            self._days.popleft()
            oldest = self._kept.first
            self._kept.drop()
            group = self._groups.pop(oldest)
            self._members[group].remove(oldest)
            if not self._members[group]:
                del self._members[group]


def needed(members: float) -> float:
    """The mean likeness to so many members that makes a message one of them."""
    return float(IN_NUMBERS + (ALONE - IN_NUMBERS) / members**SETTLING)


def _best(found: Mapping[int, float], most: int = 5) -> tuple[Match, ...]:
    ranked = nsmallest(most, ((-score, serial) for serial, score in found.items()))
    return tuple(Match(serial, -score) for score, serial in ranked)
