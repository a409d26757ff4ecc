"""Events in: a complaint was submitted; out goes what it seems to say."""

import asyncio
from datetime import tzinfo
from functools import partial

from services.sentiment.model.reading import Knowledge, read
from shared.events import Record
from shared.events.intake import ComplaintSubmitted
from shared.runtime.work import Work
from shared.spoken import as_meant


async def on_submitted(record: Record, work: Work, *, known: Knowledge, zone: tzinfo) -> None:
    """Reads a complaint on the day it was received in the city's time. The same again whenever the record comes again."""
    said = record.event
    if not isinstance(said, ComplaintSubmitted):
        return
    today = said.received_at.astimezone(zone).date()
    judge = partial(as_meant, said.channel, said.title, said.text, lambda text: read(said.title, text, today, known))
    if known.mood.slow:  # an engine to compare with must not hold up the people whom this process serves
        work.emit(await asyncio.to_thread(judge))
    else:
        work.emit(judge())
