"""Parked events: surprises kept by case and in order, for a person to read, replay or dismiss."""

from datetime import datetime

from shared.documents import Kind
from shared.events import Moment, Value
from shared.ports import Index

REASON_KEPT = 2_000


class ParkedRecord(Value):
    """One record as the log had it. `behind` when it only waits because an earlier one of its case is parked."""

    raw: str
    reason: str
    behind: bool
    parked_at: Moment


class ParkedCase(Value):
    """All that is parked of one case in one service, oldest first."""

    case: str
    since: Moment | None = None
    records: tuple[ParkedRecord, ...] = ()

    @property
    def waiting(self) -> bool:
        return bool(self.records)


PARKED: Kind[ParkedCase] = Kind("parked", ParkedCase, ("waiting", "since"), (Index(("waiting", "since")),))


def park(present: ParkedCase | None, case: str, raw: bytes, reason: str, now: datetime, *, behind: bool) -> ParkedCase:
    """The case's parked records with one more; the same record again changes nothing."""
    present = present or ParkedCase(case=case)
    text = raw.decode("utf-8", "replace")
    if any(record.raw == text for record in present.records):
        return present
    added = ParkedRecord(raw=text, reason=reason[:REASON_KEPT], behind=behind, parked_at=now)
    return present.model_copy(update={"records": (*present.records, added), "since": present.since if present.records else now})


def drop_first(present: ParkedCase) -> ParkedCase:
    """Without the oldest record: it was replayed or dismissed."""
    rest = present.records[1:]
    return present.model_copy(update={"records": rest, "since": rest[0].parked_at if rest else None})
