"""Mails as they are kept; what was sent itself is a sealed file beside them."""

from services.intake.model.mail import MailRecord
from shared.documents import Kind
from shared.ports import Index

MAIL: Kind[MailRecord] = Kind(
    "mail",
    MailRecord,
    ("state", "sender", "number", "fingerprint", "arrived_at"),
    (
        Index(("state", "arrived_at")),
        Index(("sender", "arrived_at")),
        Index(("number", "arrived_at")),
        Index(("fingerprint", "arrived_at")),
    ),
)
