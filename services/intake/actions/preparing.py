"""Looks at the notices that are due on a channel: those that can go out now are reserved, the others wait, are given up, or are lost."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from services.intake.actions.addressing import Parcel, parcel_of
from services.intake.actions.apps import hook_of
from services.intake.actions.notices import count, stage
from services.intake.actions.planning import claim_day
from services.intake.documents import COMPLAINT
from services.intake.documents.notice import ADDRESS, NOTICE
from services.intake.door import Door
from services.intake.model import sending
from services.intake.model.hours import ASKING, is_quiet, next_morning, quiet_until
from services.intake.model.notice import Notice, TryWhy
from services.intake.model.noticing import is_overtaken
from services.intake.numbering import MACHINE
from services.intake.sealing import Broken
from shared.events.intake import NoticeChannel
from shared.ports import Between, Equal, Order, stamp
from shared.runtime.work import Batch, Work

BATCH = 200


async def due_notices(door: Door, channel: NoticeChannel, now: datetime) -> list[str]:
    """The ids of those whose time has come, longest due first; at most a batch."""
    until = stamp(now + timedelta(microseconds=1))
    found = await door.store.find(
        NOTICE.name, {"channel": Equal(channel), "next_at": Between(high=until)}, order=Order("next_at"), limit=BATCH
    )  # fmt: skip
    return [one.key for one in found]


async def prepare(door: Door, due: Sequence[str], now: datetime) -> list[Parcel]:
    """Of these notices, those that this process is to send now. Where another one was quicker nothing is done. Raises Unavailable."""
    return await _Look(door, now).take(due)


class _Look:
    """One look at a batch: what becomes of each notice is gathered in `after` and written in one go."""

    def __init__(self, door: Door, now: datetime) -> None:
        self._door, self._now, self._local = door, now, now.astimezone(door.zone)
        self._batch = Batch(door.store)
        self._after: dict[str, Notice] = {}

    async def take(self, due: Sequence[str]) -> list[Parcel]:
        notices = [notice for notice in await self._read(due) if self._is_free(notice)]
        parcels = [parcel for notice in notices if (parcel := await self._addressed(notice))]
        parcels = await self._not_bounced(parcels)
        parcels = [parcel for parcel in parcels if self._may_ring(parcel.notice)]
        for parcel in (parcels := await self._one_a_day(parcels)):
            self._after[parcel.notice.id] = sending.reserve(parcel.notice, self._now)
        written = await self._write()
        return [replace(parcel, notice=written[parcel.notice.id]) for parcel in parcels if parcel.notice.id in written]

    async def _read(self, due: Sequence[str]) -> list[Notice]:
        """The notices as they are now, with their complaints; those that somebody has looked at meanwhile are left out."""
        await self._batch.prefetch(NOTICE, due)
        notices: list[Notice] = [(await self._batch.entry(NOTICE, name)).document for name in due]
        await self._batch.prefetch(COMPLAINT, [notice.number for notice in notices])
        return [notice for notice in notices if notice.next_at and notice.next_at <= self._now]

    def _is_free(self, notice: Notice) -> bool:
        """Whoever held it for longer than a message takes is gone, and nobody knows how far it came."""
        if notice.state == "sending":
            self._after[notice.id] = sending.lose(notice, self._now, "interrupted")
        elif notice.channel not in self._door.world.outside.notifiers:
            self._after[notice.id] = sending.wait(notice, self._now, "no_channel")
        return notice.id not in self._after

    async def _addressed(self, notice: Notice) -> Parcel | None:
        complaint = (await self._batch.entry(COMPLAINT, notice.number)).document
        if complaint and is_overtaken(notice, complaint.progress):
            self._after[notice.id] = sending.give_up(notice, self._now, "overtaken")
            return None
        try:
            hook = await hook_of(self._door, complaint) if complaint and notice.channel == "webhook" else None
            parcel = parcel_of(self._door, complaint, notice, hook) if complaint else None
        except Broken:
            self._after[notice.id] = sending.defer(notice, self._now, "contact_sealed")
            return None
        if parcel is None:
            self._after[notice.id] = sending.give_up(notice, self._now, "no_contact")
        return parcel

    async def _not_bounced(self, parcels: list[Parcel]) -> list[Parcel]:
        """Leaves out addresses that sent something back after they were given; whoever asked for another try by hand has one."""
        await self._batch.prefetch(ADDRESS, [parcel.address for parcel in parcels])
        good = []
        for parcel in parcels:
            address = (await self._batch.entry(ADDRESS, parcel.address)).document
            if address and address.bounced_at >= parcel.reader.given_at and not parcel.notice.resent_from:
                self._after[parcel.notice.id] = sending.give_up(parcel.notice, self._now, "address_bounced")
            else:
                good.append(parcel)
        return good

    def _may_ring(self, notice: Notice) -> bool:
        own = self._door.own
        until = quiet_until(self._local, time.fromisoformat(own.quiet_from), time.fromisoformat(own.quiet_to))
        return until is None or not is_quiet(notice) or not self._hold(notice, until, "quiet_hours")

    async def _one_a_day(self, parcels: list[Parcel]) -> list[Parcel]:
        questions_first = sorted(parcels, key=lambda parcel: parcel.notice.kind != "asked")  # they have a limit, and a case waits
        asking = {parcel.notice.id: person for parcel in questions_first if (person := _asked(parcel))}
        late = asking.keys() - (await claim_day(self._door, asking, self._now) if asking else set())
        morning = next_morning(self._local, time.fromisoformat(self._door.own.quiet_to))
        return [parcel for parcel in parcels if parcel.notice.id not in late or not self._hold(parcel.notice, morning, "contact_plan")]

    def _hold(self, notice: Notice, until: datetime, why: TryWhy) -> bool:
        """Whether it has to wait: not where the zone's clocks are put back over that time."""
        until = until.astimezone(UTC)
        if until > self._now:
            self._after[notice.id] = sending.hold(notice, self._now, until, why)
        return until > self._now

    async def _write(self) -> dict[str, Notice]:
        """What has been written, by id."""
        changed = {name: (await self._batch.entry(NOTICE, name)).document for name in self._after}
        for name, before in changed.items():
            work = Work(self._batch, self._now, MACHINE)
            stage(work, before, self._after[name])
            work.settle()
        refused = {conflict.key for conflict in await self._door.store.commit(self._batch.changes())}
        written = {name: after for name, after in self._after.items() if name not in refused}
        for name, after in written.items():
            count(changed[name], after)
        return written


def _asked(parcel: Parcel) -> str | None:
    """The person that the notice asks for something. Who joined is only told, and a program is asked as often as need be."""
    asks = parcel.notice.kind in ASKING and parcel.notice.follower is None and parcel.notice.channel != "webhook"
    return parcel.reader.person if asks else None
