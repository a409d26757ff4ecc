"""What intake keeps: complaints, counters of numbers, uploads that wait to be used, and who looked at a contact and why."""

from services.intake.documents.app import APP
from services.intake.documents.call import CALL
from services.intake.documents.mail import MAIL
from services.intake.documents.notice import ADDRESS, CONTACT_PLAN, NOTICE
from services.intake.model.complaint import Complaint
from services.intake.model.table_import import TableImport
from shared.documents import Kind
from shared.events import Moment, Value
from shared.ports import Index


class Counter(Value):
    """The sequence numbers of one day that are given out, in blocks, to processes."""

    day: str
    given: int = 0


class Upload(Value):
    """An attachment that was sent ahead of its complaint. `expires_at` is None once its file has been removed."""

    id: str
    sha256: str
    size: int
    media_type: str = "image/jpeg"
    expires_at: Moment | None


class Look(Value):
    """An officer read a contact: who, when and why. Kept for good; it never holds the contact."""

    id: str
    number: str
    at: Moment
    login: str
    department: str | None = None
    reason: str


COMPLAINT: Kind[Complaint] = Kind(
    "complaint",
    Complaint,
    ("idempotency", "person", "shelf", "district", "topic", "unmatched", "received_at"),
    (
        Index(("idempotency",), unique=True),
        Index(("person", "received_at")),
        Index(("shelf", "received_at")),
        Index(("shelf", "district", "received_at")),
        Index(("shelf", "topic", "received_at")),
        Index(("unmatched", "received_at")),
    ),
)
COUNTER: Kind[Counter] = Kind("counter", Counter)
UPLOAD: Kind[Upload] = Kind("upload", Upload, ("expires_at",), (Index(("expires_at",)),))
TABLE_IMPORT: Kind[TableImport] = Kind("table_import", TableImport, ("at", "due_at"), (Index(("at",)), Index(("due_at",))))
LOOK: Kind[Look] = Kind("look", Look, ("number", "at"), (Index(("number", "at")),))

KINDS = (COMPLAINT, COUNTER, UPLOAD, LOOK, NOTICE, CONTACT_PLAN, ADDRESS, CALL, MAIL, APP, TABLE_IMPORT)
