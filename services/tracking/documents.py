"""What tracking keeps: cases and accounts."""

from services.tracking.model.accounts import Account
from services.tracking.model.case import Case
from shared.documents import Kind
from shared.ports import Index

CASE: Kind[Case] = Kind(
    "case",
    Case,
    (
        "state", "department", "pile", "open", "overdue", "urgency", "sensitivity", "due_at", "next_mark_at", "received_at", "closed_at",
        "person", "replied_on_time", "solved", "satisfied", "hand_backs", "errand", "errand_at",
    ),
    (
        Index(("next_mark_at",)),
        Index(("state", "due_at")),
        Index(("state", "closed_at")),
        Index(("department", "state", "closed_at")),
        Index(("department", "pile", "due_at")),
        Index(("open", "due_at")),
        Index(("open", "department", "due_at")),
        Index(("open", "overdue", "department", "due_at")),
        Index(("open", "urgency", "received_at")),
        Index(("open", "solved", "due_at")),
        Index(("errand", "errand_at")),
        Index(("person", "received_at")),
        # all that the board's measures ask for, so that they are counted in the index alone
        Index(("received_at", "department", "replied_on_time", "solved", "satisfied", "hand_backs", "sensitivity")),
    ),
)  # fmt: skip

ACCOUNT: Kind[Account] = Kind("account", Account, ("active", "login"), (Index(("active", "login")),))

KINDS = (CASE, ACCOUNT)
