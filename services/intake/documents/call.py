"""Calls as they are kept, and what the desk and the case ask for: by state and queue, by agent, by person, by number."""

from services.intake.model.call import Call
from shared.documents import Kind
from shared.ports import Index

CALL: Kind[Call] = Kind(
    "call",
    Call,
    ("state", "queue", "login", "person", "number", "began_at"),
    (
        Index(("state", "began_at")),
        Index(("state", "queue", "began_at")),
        Index(("login", "began_at")),
        Index(("person", "began_at")),
        Index(("number", "began_at")),
    ),
)
