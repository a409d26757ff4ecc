"""Notices as they are kept, the plan of contacts that keeps people from being asked twice a day, and addresses that send mail back."""

from services.intake.model.notice import Notice
from shared.documents import Kind
from shared.events import Moment, Value
from shared.ports import Index

NOTICE: Kind[Notice] = Kind(
    "notice",
    Notice,
    ("channel", "next_at", "number", "state", "address", "app", "queued_at"),
    (
        Index(("channel", "next_at")),
        Index(("number", "queued_at")),
        Index(("state", "queued_at")),
        Index(("address", "queued_at")),
        Index(("app", "queued_at")),
    ),
)


class ContactPlan(Value):
    """The one notice that asks something of a person on a day. Keyed by person and day."""

    notice: str
    at: Moment


class Address(Value):
    """An address that sent a message back for good. Keyed by the same hash as on notices; a contact given later is tried anew."""

    bounced_at: Moment
    notice: str


CONTACT_PLAN: Kind[ContactPlan] = Kind("contact_plan", ContactPlan)
ADDRESS: Kind[Address] = Kind("address", Address)
