"""When people may be written to: not at night by SMS, and asked for something at most once a day."""

from datetime import datetime, time, timedelta

from services.intake.model.notice import Notice
from shared.events.intake import NoticeKind

ASKING: tuple[NoticeKind, ...] = ("asked", "answered")
"""Notices that want something of their reader: material, or a rating. One of these a person and day, over all their matters."""


def is_quiet(notice: Notice) -> bool:
    """Whether it keeps the quiet hours: an SMS makes a noise. Whoever has just called waits for the receipt; an alarm is to wake."""
    return notice.channel == "sms" and notice.kind not in ("receipt", "alarm")


def quiet_until(local: datetime, begins: time, ends: time) -> datetime | None:
    """The end of the quiet hours that the city's moment `local` falls into, or None. They may reach over midnight; when both ends are
    the same there are none.
    """
    now = local.time()
    if begins <= ends:
        return _at(local, ends) if begins <= now < ends else None
    if now >= begins:
        return _at(local + timedelta(days=1), ends)
    return _at(local, ends) if now < ends else None


def next_morning(local: datetime, ends: time) -> datetime:
    """When the quiet hours of the next day end."""
    return _at(local + timedelta(days=1), ends)


def _at(day: datetime, clock: time) -> datetime:
    """That time of the day. A time that the clocks of the zone jump over comes out as the one they jump to."""
    return day.replace(hour=clock.hour, minute=clock.minute, second=clock.second, microsecond=0, fold=0)
