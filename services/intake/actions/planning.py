"""The contact plan: the first notice that asks something of a person on a day has the day; the others wait."""

from collections.abc import Mapping
from datetime import datetime

from services.intake.documents.notice import CONTACT_PLAN, ContactPlan
from services.intake.door import Door
from services.intake.numbering import MACHINE
from shared.runtime.work import Batch, Work


async def claim_day(door: Door, asking: Mapping[str, str], now: datetime) -> set[str]:
    """Of these notices (id → person), in the order given, those whose turn it is today. Asked again, the same. Raises Unavailable."""
    day = door.day(now).isoformat()
    keys = {notice: f"{person}:{day}" for notice, person in asking.items()}
    batch = Batch(door.store)
    await batch.prefetch(CONTACT_PLAN, keys.values())
    for notice, key in keys.items():
        if (await batch.entry(CONTACT_PLAN, key)).document is None:
            work = Work(batch, now, MACHINE)
            work.apply(CONTACT_PLAN, key, ContactPlan(notice=notice, at=now))
            work.settle()
    await door.store.commit(batch.changes())
    return await _holders(door, keys)


async def _holders(door: Door, keys: Mapping[str, str]) -> set[str]:
    """Read anew: where another process was quicker, the day is its notice's."""
    plans = await door.store.get(CONTACT_PLAN.name, list(keys.values()))
    holder = {key: CONTACT_PLAN.parse(stored).notice for key, stored in plans.items()}
    return {notice for notice, key in keys.items() if holder.get(key) == notice}
