"""Notices as officers list them: what waits, what failed, and all of one matter, as far as each officer may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from services.intake.actions.looking import Viewer
from services.intake.actions.paging import list_page
from services.intake.actions.resending import resend_id
from services.intake.documents import COMPLAINT
from services.intake.documents.notice import NOTICE
from services.intake.door import Door
from services.intake.model.complaint import Complaint
from services.intake.model.notice import Notice, NoticeState
from services.intake.model.sending import FAILED, OPEN
from shared.ports import Equal, OneOf, Order

OF_ONE_MATTER = 50

Pile = Literal["failed", "waiting"]
PILES: Mapping[Pile, tuple[tuple[NoticeState, ...], bool]] = {"failed": (FAILED, True), "waiting": (OPEN, False)}
"""The states of each pile, and whether the newest come first."""


@dataclass(frozen=True)
class Row:
    """A notice in a list. `complaint` is None where this officer may not see the matter; `again` says whether it was sent again."""

    notice: Notice
    complaint: Complaint | None
    again: bool


async def list_pile(door: Door, viewer: Viewer, pile: Pile, after: str) -> tuple[list[Row], str]:
    """A page of a pile, and what the next one is asked for with, as in `list_page`. Raises Unavailable."""
    states, newest_first = PILES[pile]
    page = await list_page(door, NOTICE, {"state": OneOf(states)}, Order("queued_at", descending=newest_first), after)
    return await _rows(door, viewer, page.rows), page.next


async def count_piles(door: Door) -> dict[Pile, int]:
    """How many lie in each pile, in their order."""
    states = tuple(state for states, _ in PILES.values() for state in states)
    found = await door.store.count(NOTICE.name, {"state": OneOf(states)}, by="state")
    return {pile: sum(found.get(state, 0) for state in states) for pile, (states, _) in PILES.items()}


async def list_matter(door: Door, viewer: Viewer, number: str) -> list[Row]:
    """The newest notices of one matter."""
    order = Order("queued_at", descending=True)
    return await _rows(door, viewer, await NOTICE.find(door.store, {"number": Equal(number)}, order=order, limit=OF_ONE_MATTER))


async def _rows(door: Door, viewer: Viewer, notices: Sequence[Notice]) -> list[Row]:
    complaints = await door.store.get(COMPLAINT.name, list({notice.number for notice in notices}))
    seen = {number: complaint for number, one in complaints.items() if viewer.sees(complaint := COMPLAINT.parse(one))}
    again = await door.store.get(NOTICE.name, [resend_id(notice.id) for notice in notices])
    return [Row(notice, seen.get(notice.number), resend_id(notice.id) in again) for notice in notices]
