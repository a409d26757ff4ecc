"""One contact plan for each person and day: who was called today, or sent something that asks for an answer, about which case."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from services.tracking.actions.lists import NEWEST
from services.tracking.documents import CASE
from services.tracking.model.callbacks import Contact, contacts
from shared.ports import OneOf, Store

CASES = 100
"""Of these people's newest cases are looked at; more than that is nobody's day."""


async def contacts_today(store: Store, people: Collection[str], now: datetime, zone: ZoneInfo) -> dict[str, list[Contact]]:
    """Today's contacts with each of these people, by their keyed hash."""
    found: dict[str, list[Contact]] = defaultdict(list)
    if people:
        for case in await CASE.find(store, {"person": OneOf(tuple(people))}, order=NEWEST, limit=CASES):
            found[case.person or ""] += contacts(case, now, zone)
    return found
