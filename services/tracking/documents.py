"""What tracking keeps: cases and accounts."""

from services.tracking.model.accounts import Account
from services.tracking.model.case import Case
from shared.documents import Kind
from shared.ports import Index

CASE: Kind[Case] = Kind(
    "case",
    Case,
    (
        "state", "department", "open", "overdue", "urgency", "due_at", "next_mark_at", "received_at", "closed_at", "person",
        "replied_on_time", "solved", "satisfied",
    ),
    (
        Index(("next_mark_at",)),
        Index(("received_at",)),
        Index(("state", "due_at")),
        Index(("department", "state", "due_at")),
        Index(("department", "due_at")),
        Index(("open", "department", "due_at")),
        Index(("open", "overdue", "department", "due_at")),
        Index(("open", "urgency", "received_at")),
        Index(("person", "received_at")),
        Index(("department", "replied_on_time")),
        Index(("department", "solved")),
        Index(("department", "satisfied")),
        Index(("state", "closed_at")),
    ),
)  # fmt: skip

ACCOUNT: Kind[Account] = Kind("account", Account, ("active", "login"), (Index(("active", "login")),))

KINDS = (CASE, ACCOUNT)
