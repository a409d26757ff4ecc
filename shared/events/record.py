"""The record: one event of one case on the log, who did it, what caused it, and how raw bytes become one again."""

import hashlib
import json
import re
from typing import Annotated, get_args

from pydantic import Field, TypeAdapter, ValidationError

from shared.events import history
from shared.events.base import Actor, Event, Moment, Value
from shared.events.intake import IntakeEvent
from shared.events.routing import RoutingEvent
from shared.events.sentiment import SentimentEvent
from shared.events.tracking import TrackingEvent

AnyEvent = Annotated[IntakeEvent | SentimentEvent | RoutingEvent | TrackingEvent, Field(discriminator="type")]


class Record(Value):
    """`id` is unique for ever; `case` is the complaint's number; `cause` the record that led to it; `trace` follows a request."""

    id: str
    case: str
    at: Moment
    by: Actor
    cause: str | None = None
    trace: str | None = None
    event: AnyEvent

    @property
    def raw(self) -> bytes:
        """The record as it is written down; `read` makes it one again."""
        return self.model_dump_json().encode()


class Unknown(Exception):  # noqa: N818 - the house's word
    """An event type that this version does not know: to be skipped and counted."""


class Unreadable(Exception):  # noqa: N818 - the house's word
    """A known type that cannot be read: broken, or of a newer version than this reader. To be parked."""


_RECORD: TypeAdapter[Record] = TypeAdapter(Record)
_TYPE = re.compile(rb'"event":\{"type":"([a-z_.]+)"')


def event_types() -> dict[str, type[Event]]:
    """Every event class by its type name."""
    classes: tuple[type[Event], ...] = (*get_args(IntakeEvent), RoutingEvent, SentimentEvent, *get_args(TrackingEvent))
    return {kind.model_fields["type"].default: kind for kind in classes}


def read(raw: bytes) -> Record:
    """A record from its bytes, whatever version wrote it. Raises Unknown or Unreadable."""
    try:
        return _RECORD.validate_json(raw)
    except ValidationError as fault:
        return _read_otherwise(raw, fault)


def type_of(raw: bytes) -> str | None:
    """The event's type without reading the record, or None when it does not look as we write it. Text inside a record cannot pass
    for it, because quotation marks in text are escaped.
    """
    found = _TYPE.search(raw)
    return found[1].decode("ascii") if found else None


def _read_otherwise(raw: bytes, fault: ValidationError) -> Record:
    try:
        loose = json.loads(raw)
        name, version = str(loose["event"]["type"]), int(loose["event"].get("v", 1))
    except (ValueError, KeyError, TypeError, AttributeError) as broken:
        raise Unreadable(f"not a record: {broken}") from fault
    if name not in event_types():
        raise Unknown(name)
    loose["event"] = history.as_of_today(name, version, loose["event"])
    try:
        return _RECORD.validate_python(loose)
    except ValidationError as still:
        raise Unreadable(f"{name} v{version}: {still.errors(include_input=False, include_url=False)[:3]}") from still


def derived_id(cause: str, name: str) -> str:
    """The id of an event that follows from one cause: the same again whenever the cause is handled again. A UUID version 5 (RFC 9562),
    made by hand because the standard library takes three times as long, and every event of the machine needs one.
    """
    digest = bytearray(hashlib.sha1(bytes.fromhex(cause.replace("-", "")) + name.encode(), usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    plain = digest.hex()
    return f"{plain[:8]}-{plain[8:12]}-{plain[12:16]}-{plain[16:20]}-{plain[20:]}"
