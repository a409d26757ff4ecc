"""Events in: a complaint was submitted; out goes what the dispatch catalogue proposes for it."""

from services.routing.model.proposal import Knowledge, propose
from shared.events import Record
from shared.events.intake import ComplaintSubmitted
from shared.runtime.work import Work


async def on_submitted(record: Record, work: Work, *, known: Knowledge) -> None:
    """Proposes a department. The same again whenever the record comes again, so nothing is kept."""
    if isinstance(record.event, ComplaintSubmitted):
        work.emit(propose(known, record.event.title, record.event.text, record.event.place))
