"""Finds the public complaints that GeoReport lists, newest first, and single ones as far as the asking app may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.intake.documents import COMPLAINT
from services.intake.documents.app import App
from services.intake.door import Door
from services.intake.model.complaint import Complaint, Shelf
from services.intake.model.numbers import parse
from services.intake.model.open311 import MOST_LISTED
from shared.ports import Between, Cursor, OneOf, Order, Where, stamp

PAGE = 200


@dataclass(frozen=True)
class Wanted:
    """Which complaints: on these shelves, of these categories (of any when there are none), received from `low` up to `high`."""

    shelves: Sequence[Shelf]
    topics: Sequence[str]
    low: datetime
    high: datetime


async def list_public(door: Door, wanted: Wanted) -> list[Complaint]:
    """At most a thousand."""
    where: Where = {"shelf": OneOf(tuple(wanted.shelves)), "received_at": Between(stamp(wanted.low), stamp(wanted.high))}
    if wanted.topics:
        where = {**where, "topic": OneOf(tuple(wanted.topics))}
    order, found, after = Order("received_at", descending=True), list[Complaint](), None
    while len(found) < MOST_LISTED:
        page = await COMPLAINT.find(door.store, where, order=order, limit=PAGE, after=after)
        found += page
        if len(page) < PAGE:
            break
        after = Cursor(stamp(page[-1].received_at), page[-1].number)
    return found[:MOST_LISTED]


async def read_some(door: Door, written: Sequence[str], app: App | None) -> list[Complaint]:
    """Those of these numbers that are public or were filed by this app, in the order asked for."""
    numbers = [number for one in written if (number := parse(one))]
    stored = await door.store.get(COMPLAINT.name, numbers)
    found = [COMPLAINT.parse(stored[number]) for number in dict.fromkeys(numbers) if number in stored]
    return [complaint for complaint in found if complaint.public or is_own(complaint, app)]


def is_own(complaint: Complaint, app: App | None) -> bool:
    """Whether this app filed it."""
    return app is not None and complaint.app == app.id
