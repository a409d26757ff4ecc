"""Takes a complaint in: one document with one event, durable before the receipt is given, and never twice for one key."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from prometheus_client import Counter

from services.intake.actions.composing import Sent, change, check, compose
from services.intake.actions.keeping import describe, drop, keep
from services.intake.actions.uploading import read_uploads
from services.intake.documents import COMPLAINT
from services.intake.door import Door
from services.intake.model.codes import query_code
from services.intake.model.complaint import Complaint
from shared.events import Channel
from shared.ports import Equal, Order
from shared.telemetry import SUBMITTED

MOST_TRIES = 5


class OtherRequest(Exception):  # noqa: N818 - the house's word
    """The sender's key was used before, for a submission that said something else."""


@dataclass(frozen=True)
class Receipt:
    """What the complainant keeps. `created` is False when the same submission had been taken in before."""

    number: str
    query_code: str
    received_at: datetime
    created: bool


async def submit(door: Door, sent: Sent) -> Receipt:
    """The receipt, once the complaint is durable. Raises Refused for what cannot be taken so, OtherRequest, Unavailable."""
    contact = check(door, sent)
    if sent.key and sent.submission.photos and (earlier := await _earlier(door, sent)):
        return earlier  # what was sent ahead may be gone by now
    attachments = (*sent.attachments, *await read_uploads(door, sent.submission.photos))
    for _ in range(MOST_TRIES):
        now = door.clock.now()
        number = await door.numbers.draw(door.day(now), now)
        kept = describe(number, attachments)
        complaint = compose(door, sent, contact, number, kept, now)
        await keep(door, kept)
        refused = await door.store.commit([change(complaint, now, sent)])
        if not refused:
            _counted(sent.channel).inc()
            return _receipt(door, complaint, created=True)
        await drop(door, kept)
        if refused[0].unique and (earlier := await _earlier(door, sent)):
            return earlier
    raise refused[0]


@cache
def _counted(channel: Channel) -> Counter:
    return SUBMITTED.labels(channel)


async def sent_before(door: Door, idempotency: str | None) -> Complaint | None:
    """The complaint that the submission with this key has become."""
    found = await COMPLAINT.find(door.store, {"idempotency": Equal(idempotency)}, order=Order("idempotency"), limit=1)
    return found[0] if found else None


async def _earlier(door: Door, sent: Sent) -> Receipt | None:
    """The receipt of the submission with the same key, if there is one. Raises OtherRequest when it said something else."""
    complaint = await sent_before(door, sent.idempotency)
    if complaint is None:
        return None
    if complaint.request != sent.request:
        raise OtherRequest
    return _receipt(door, complaint, created=False)


def _receipt(door: Door, complaint: Complaint, *, created: bool) -> Receipt:
    return Receipt(complaint.number, query_code(door.code_key, complaint.number), complaint.received_at, created)
