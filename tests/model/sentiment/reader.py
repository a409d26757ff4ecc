"""The reader that ships, for the tests of its rules."""

from datetime import date
from functools import cache

from services.sentiment.loading import load_knowledge
from services.sentiment.model.reading import Knowledge, read
from shared.events.sentiment import ComplaintRead

TODAY = date(2026, 3, 2)


@cache
def shipped() -> Knowledge:
    return load_knowledge()


def read_text(text: str, title: str = "", today: date = TODAY) -> ComplaintRead:
    return read(title, text, today, shipped())


def reasons(reading: ComplaintRead) -> set[str]:
    """Why hazards were set aside."""
    return {piece.why for piece in reading.evidence if piece.effect == "set_aside"}


def rules(reading: ComplaintRead) -> set[str]:
    """The rules of the hazards that counted."""
    return {piece.rule for piece in reading.evidence if piece.about in ("urgency", "sensitivity") and piece.effect == "for"}
