"""Events in: a complaint was submitted, and out goes what is proposed for it; a case was closed, and it is kept for those like it."""

from collections.abc import Callable

from services.routing.documents import PRECEDENT
from services.routing.model.precedent import KeptPrecedent
from services.routing.model.proposal import Knowledge, propose
from shared.events import Record
from shared.events.intake import ComplaintSubmitted
from shared.events.routing import SimilarCase
from shared.events.tracking import CaseClosed
from shared.runtime.work import Work
from shared.spoken import as_meant

FindSimilar = Callable[[str, str], tuple[SimilarCase, ...]]
"""Closed cases like a title and a text."""


async def on_submitted(record: Record, work: Work, *, known: Knowledge, find_similar: FindSimilar) -> None:
    """Proposes a department. Whenever the record comes again so does the proposal, under the same id, so nothing is kept."""
    said = record.event
    if isinstance(said, ComplaintSubmitted):
        similar = find_similar(said.title, said.text)
        work.emit(as_meant(said.channel, said.title, said.text, lambda text: propose(known, said.title, text, said.place, similar)))


async def on_closed(record: Record, work: Work) -> None:
    """Keeps where the case went, when it may be told."""
    closed = record.event
    if isinstance(closed, CaseClosed) and closed.precedent:
        await work.load(PRECEDENT, record.case)
        kept = KeptPrecedent(case=record.case, told=closed.precedent, closed_at=record.at, kept_at=work.now)
        work.apply(PRECEDENT, record.case, kept)
