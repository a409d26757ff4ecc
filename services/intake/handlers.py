"""Events in: what tracking says of a case becomes what the complainant sees and is told; what was queued becomes a notice."""

from services.intake.documents import COMPLAINT
from services.intake.documents.notice import NOTICE
from services.intake.model.complaint import Complaint
from services.intake.model.duty_desk import DutyDesk
from services.intake.model.notice import DUTY_DESK
from services.intake.model.noticing import alarms_after, notices_after
from services.intake.model.progress import follow
from services.intake.model.sending import queue
from shared.events import Record
from shared.events.intake import NoticeQueued
from shared.runtime.work import Work


async def on_tracked(record: Record, work: Work, *, duty_desk: DutyDesk) -> None:
    """Keeps the complainant's view of the case up to date, and queues the notices of it in the same write.

    An event that changes nothing in the view, and is no alarm, writes nothing.
    """
    complaint = await _complaint(record, work)
    progress = follow(complaint.progress, record.event, record.at, by_officer=record.by.kind == "officer")
    after = complaint.model_copy(update={"progress": progress})
    told = notices_after(after, record.event, record.at) if after != complaint else ()
    alarms = alarms_after(record.event, duty_desk.addresses)
    if after != complaint or alarms:
        work.apply(COMPLAINT, record.case, after, (*told, *alarms))


async def on_notice(record: Record, work: Work, *, duty_desk: DutyDesk) -> None:
    """Keeps the notice under the record's id; one that is there already, queued again by hand or read twice, stays as it is."""
    if isinstance(record.event, NoticeQueued) and await work.load(NOTICE, record.id) is None:
        complaint = await _complaint(record, work)
        reader = next((one for one in complaint.followers if one.id == record.event.follower), complaint)
        language = duty_desk.language if record.event.follower == DUTY_DESK else reader.language
        notice = queue(record.id, record.case, record.event, language, record.at)
        app = complaint.app if notice.channel == "webhook" else None
        work.apply(NOTICE, record.id, notice.model_copy(update={"app": app}))


async def _complaint(record: Record, work: Work) -> Complaint:
    complaint = await work.load(COMPLAINT, record.case)
    if complaint is None:
        raise LookupError(f"there is no complaint {record.case}: its case was opened from another store")
    return complaint
