"""Finds the complaints that are like the one being told: for citizens the public ones, scrubbed; for officers those they may see."""

import asyncio
import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.intake.actions.looking import Viewer
from services.intake.documents import COMPLAINT
from services.intake.door import Door
from services.intake.model.alike import LONGEST_READ, THRESHOLD, WINDOW, Spoken, listen, scores
from services.intake.model.complaint import Complaint, Shelf
from services.intake.model.scrubbing import scrub
from services.intake.model.submission import headline
from services.intake.model.visibility import may_see
from shared.events.tracking import State
from shared.ports import Between, OneOf, Order, Stored, Where, stamp

MOST_CANDIDATES = 300
"""The newest ones of the district: a page of the index, however many complaints there are."""
NOBODY = frozenset[str]()


@dataclass(frozen=True)
class Alike:
    """A complaint that may be the same matter. `score` is from 0 to 1."""

    number: str
    title: str
    score: float
    received_at: datetime
    state: State
    department: str | None
    district: str | None
    address: str


async def alike(
    door: Door, *, text: str, title: str = "", district: str | None = None, address: str = "", lon: float | None = None,
    lat: float | None = None, limit: int = 5, public_only: bool, viewer: Viewer | None = None,
) -> list[Alike]:  # fmt: skip
    """The open complaints of the last 30 days that are most like it, the likest first; none that is not alike enough.

    Those of the district and those that name none; of the whole city when no district is given. For officers, those that `viewer` may
    see; without a viewer, those that every officer of the centre may.
    """
    now = door.clock.now()
    asked = listen(text, title, address, now, public=public_only, district=district, lon=lon, lat=lat)
    if not asked.terms:
        return []
    shelves: tuple[Shelf, ...] = ("joinable",) if public_only else ("open", "joinable")
    where: Where = {"shelf": OneOf(shelves), "received_at": Between(low=stamp(now - WINDOW))}
    if district is not None:
        where = {**where, "district": OneOf((district, None))}
    found = await door.store.find(COMPLAINT.name, where, order=Order("received_at", descending=True), limit=MOST_CANDIDATES)
    return await asyncio.to_thread(_likest, asked, found, limit, public_only, viewer)


async def joinable(door: Door, number: str) -> Alike | None:
    """The one complaint as the public sees it, or None when it cannot be joined (any more)."""
    complaint = await COMPLAINT.read(door.store, number)
    return _shown(complaint, 1.0, public=True) if complaint and complaint.shelf == "joinable" else None


def _likest(asked: Spoken, found: Sequence[Stored], limit: int, public: bool, viewer: Viewer | None) -> list[Alike]:
    heard = [one for stored in found if _may(viewer, (one := _hear(stored, public))[0])]
    rated = zip(scores(asked, [spoken for _, spoken in heard]), (complaint for complaint, _ in heard), strict=True)
    best = sorted((pair for pair in rated if pair[0] >= THRESHOLD), key=lambda pair: (pair[0], pair[1].number), reverse=True)
    return [_shown(complaint, score, public=public) for score, complaint in best[:limit]]


@functools.lru_cache(maxsize=1_000)
def _hear(stored: Stored, public: bool) -> tuple[Complaint, Spoken]:
    """Kept for a while: the same newest complaints are compared again with every few words that somebody types."""
    complaint = COMPLAINT.parse(stored)
    place = complaint.place
    spoken = listen(
        complaint.text, complaint.title, place.address, complaint.received_at,
        public=public, district=place.district, lon=place.lon, lat=place.lat,
    )  # fmt: skip
    return complaint, spoken


def _may(viewer: Viewer | None, complaint: Complaint) -> bool:
    return viewer.sees(complaint) if viewer else may_see(complaint, NOBODY, None, centre=True)


def _shown(complaint: Complaint, score: float, *, public: bool) -> Alike:
    said = [complaint.title, complaint.text[:LONGEST_READ], complaint.place.address]
    title, text, address = map(scrub, said) if public else said  # scrubbed before it is shortened: half a phone number looks like none
    return Alike(
        number=complaint.number, title=headline(title, text), score=score, received_at=complaint.received_at,
        state=complaint.progress.state, department=complaint.progress.department, district=complaint.place.district,
        address=address,
    )  # fmt: skip
