"""Events in: what tracking says of a case becomes what the complainant sees and is told."""

from services.intake.documents import COMPLAINT
from services.intake.model.noticing import notices_after
from services.intake.model.progress import follow
from shared.events import Record
from shared.runtime.work import Work


async def on_tracked(record: Record, work: Work) -> None:
    """Keeps the complainant's view of the case up to date, and queues the notices of it in the same write.

    An event that changes nothing in the view writes nothing.
    """
    complaint = await work.load(COMPLAINT, record.case)
    if complaint is None:
        raise LookupError(f"there is no complaint {record.case}: its case was opened from another store")
    progress = follow(complaint.progress, record.event, record.at, by_officer=record.by.kind == "officer")
    if progress != complaint.progress:
        after = complaint.model_copy(update={"progress": progress})
        work.apply(COMPLAINT, record.case, after, notices_after(after, record.event, record.at))
