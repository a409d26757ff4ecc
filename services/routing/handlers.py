"""Events in: a complaint was submitted; out goes what the dispatch catalogue proposes for it."""

from services.routing.model.proposal import Knowledge, propose
from shared.events import Record
from shared.events.intake import ComplaintSubmitted
from shared.runtime.work import Work
from shared.spoken import as_meant


async def on_submitted(record: Record, work: Work, *, known: Knowledge) -> None:
    """Proposes a department. The same again whenever the record comes again, so nothing is kept."""
    said = record.event
    if isinstance(said, ComplaintSubmitted):
        work.emit(as_meant(said.channel, said.title, said.text, lambda text: propose(known, said.title, text, said.place)))
