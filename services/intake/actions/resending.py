"""An officer has a notice sent again: a new notice with an id made from the old one's, so that there is one of it and never two."""

from services.intake.documents.notice import NOTICE
from services.intake.door import Door
from services.intake.model.notice import Notice
from services.intake.model.sending import OPEN, queue
from shared.events import Actor, Record, derived_id
from shared.events.intake import NoticeQueued
from shared.ports import Change
from shared.refusals import NotAllowed


def resend_id(notice_id: str) -> str:
    """The id of the notice that takes this one's place."""
    return derived_id(notice_id, "resend")


async def find_notice(door: Door, notice_id: str) -> Notice | None:
    return await NOTICE.read(door.store, notice_id)


async def resend(door: Door, notice: Notice, by: Actor, trace: str | None = None) -> Notice:
    """The new notice; the same one when somebody was quicker. Raises NotAllowed while the old one is still open, Unavailable."""
    if notice.state in OPEN:
        raise NotAllowed("notice_open")
    now = door.clock.now()
    event = NoticeQueued(
        kind=notice.kind, channel=notice.channel, follower=notice.follower, department=notice.department, due_at=notice.due_at,
        why=notice.why,
    )  # fmt: skip
    again = queue(resend_id(notice.id), notice.number, event, notice.language, now)
    again = again.model_copy(update={"resent_from": notice.id, "app": notice.app})
    record = Record(id=again.id, case=notice.number, at=now, by=by, cause=notice.id, trace=trace, event=event)
    await door.store.commit([Change(NOTICE.name, again.id, 0, NOTICE.body(again), NOTICE.values(again), (record,))])
    return await find_notice(door, again.id) or again
