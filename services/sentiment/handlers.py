"""Events in: a complaint was submitted, or something was added to it; out goes what it seems to say."""

import asyncio
from collections.abc import Callable
from datetime import tzinfo
from functools import partial

from services.sentiment.model.reading import Knowledge, read
from shared.events import Record
from shared.events.intake import ComplaintSubmitted, ComplaintSupplemented
from shared.events.sentiment import ComplaintRead
from shared.runtime.work import Work
from shared.spoken import as_meant


async def on_submitted(record: Record, work: Work, *, known: Knowledge, zone: tzinfo) -> None:
    """Reads a complaint on the day it was received in the city's time. The same again whenever the record comes again."""
    said = record.event
    if not isinstance(said, ComplaintSubmitted):
        return
    today = said.received_at.astimezone(zone).date()
    await _emit(work, known, partial(as_meant, said.channel, said.title, said.text, lambda text: read(said.title, text, today, known)))


async def on_supplemented(record: Record, work: Work, *, known: Knowledge, zone: tzinfo) -> None:
    """Reads what was added: a hazard that is told only then must be heard too."""
    said = record.event
    if isinstance(said, ComplaintSupplemented):
        today = record.at.astimezone(zone).date()
        await _emit(work, known, lambda: read("", said.text, today, known).model_copy(update={"of": "supplement"}))


async def _emit(work: Work, known: Knowledge, judge: Callable[[], ComplaintRead]) -> None:
    if known.mood.slow:  # an engine to compare with must not hold up the people whom this process serves
        work.emit(await asyncio.to_thread(judge))
    else:
        work.emit(judge())
