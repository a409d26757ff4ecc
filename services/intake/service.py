"""The front door: puts intake together in its world."""

from functools import partial
from pathlib import Path
from typing import get_args

from services.intake.actions.collecting import JOB, Collector
from services.intake.actions.matching import Matcher
from services.intake.actions.notifying import Sender
from services.intake.actions.sorting import sort_mail
from services.intake.actions.table_imports import take_tables_in
from services.intake.actions.uploading import remove_expired
from services.intake.documents import COMPLAINT, KINDS
from services.intake.door import Door, open_door
from services.intake.handlers import on_notice, on_tracked
from services.intake.pages import (
    api,
    apps,
    attachments,
    calls,
    clerking,
    ending,
    hotline,
    importing,
    joining,
    letters,
    mailbox,
    notices,
    officers,
    online,
    open311,
    originals,
    preview,
    progress,
    rating,
    topics,
)
from services.intake.wording import word
from shared.events import Event
from shared.events.intake import IntakeEvent, NoticeChannel, NoticeQueued
from shared.events.routing import DepartmentProposed
from shared.events.sentiment import ComplaintRead
from shared.events.tracking import TrackingEvent
from shared.runtime.service import Job, Service, World

HERE = Path(__file__).parent
UPLOADS_EVERY = 600.0
"""Seconds between two looks for uploads that nobody used."""

TABLES_EVERY = 2.0
"""Seconds between two looks for tables that were started."""

SORT_EVERY = 1.0
"""Seconds between two looks for mails that were collected."""

MATCH_EVERY = 1.0
"""Seconds between two looks for complaints that were not held against the earlier ones yet."""

NOTICES_EVERY = 2.0
"""Seconds between two looks for notices that are due on a channel."""

OWN: tuple[type[Event], ...] = get_args(IntakeEvent)
PROPOSALS: tuple[type[Event], ...] = (ComplaintRead, DepartmentProposed)
"""What others propose is nothing a complainant is told; tracking's events say what comes of it."""

PUBLIC = frozenset({
    ("GET", "/"), ("POST", "/complaints"), ("GET", "/said"), ("GET", "/standards"),
    ("GET", "/open311/discovery.{format}"), ("GET", "/open311/v2/services.{format}"), ("GET", "/open311/v2/services/{code}.{format}"),
    ("POST", "/open311/v2/requests.{format}"), ("GET", "/open311/v2/requests.{format}"), ("GET", "/open311/v2/requests/{id}.{format}"),
    ("POST", "/alike"), ("GET", "/join/{number}"), ("POST", "/join/{number}"), ("GET", "/joined"),
    ("GET", "/progress"), ("POST", "/progress"), ("POST", "/progress/leave"), ("POST", "/progress/{step}"),
    ("GET", "/rate/{token}"), ("POST", "/rate/{token}"),
    ("GET", "/progress/photos/{name}"), ("GET", "/progress/photos/{name}/small"), ("GET", "/progress/files/{name}"),
    ("POST", "/api/v1/complaints"), ("POST", "/api/v1/uploads"), ("POST", "/api/v1/progress"), ("POST", "/api/v1/progress/rate"),
    ("POST", "/api/v1/progress/urge"), ("POST", "/api/v1/progress/withdraw"), ("POST", "/api/v1/progress/supplement"),
})  # fmt: skip


def build(world: World) -> Service:
    """The service in this world. Every event of tracking is followed: each says where the case stands."""
    door = open_door(world)
    matcher = Matcher(door)
    told = partial(on_tracked, duty_desk=door.duty_desk)
    collector = Collector(door, world.outside.mailbox) if world.outside.mailbox else None
    return Service(
        name="intake",
        kinds=KINDS,
        subject=COMPLAINT,
        handlers={**dict.fromkeys(get_args(TrackingEvent), told), NoticeQueued: partial(on_notice, duty_desk=door.duty_desk)},
        ignores=frozenset((*OWN, *PROPOSALS)) - {NoticeQueued},
        jobs=(Job("match", MATCH_EVERY, matcher.step), *_file_jobs(door), *_mail_jobs(door, collector), *_notice_jobs(door)),
        routers=(
            api.quick, api.router, online.router, joining.router, progress.router, rating.router, officers.router, attachments.router,
            calls.router, hotline.router, ending.router, originals.router, preview.router, apps.router, open311.router, importing.router,
            notices.router, letters.router, mailbox.router, clerking.router, topics.router,
        ),
        public=PUBLIC,
        templates=HERE / "templates",
        words=HERE / "words",
        state={"intake": door, "collector": collector, "matcher": matcher},
    )


def _file_jobs(door: Door) -> tuple[Job, ...]:
    return (
        Job("remove-uploads", UPLOADS_EVERY, partial(remove_expired, door)),
        Job("take-tables-in", TABLES_EVERY, partial(take_tables_in, door)),
    )


def _mail_jobs(door: Door, collector: Collector | None) -> tuple[Job, ...]:
    """Only where there is a mailbox."""
    if collector is None:
        return ()
    return Job(JOB, door.own.mailbox_seconds, collector.collect), Job("sort-mail", SORT_EVERY, partial(sort_mail, door))


def _notice_jobs(door: Door) -> tuple[Job, ...]:
    """One for each channel, so that a slow one holds up no other."""
    return tuple(Job(f"send-{channel}", NOTICES_EVERY, Sender(door, channel, word).step) for channel in get_args(NoticeChannel))
