"""The notice as it is kept: one message to one person about one thing that happened, with every try to send it."""

from typing import Literal

from services.intake.model.complaint import Language
from shared.documents import Kind
from shared.events import Moment, Value
from shared.events.intake import NoticeChannel, NoticeKind
from shared.ports import Index

NoticeState = Literal["queued", "sending", "sent", "delivered", "bounced", "given_up", "unconfirmed"]
TryResult = Literal["sent", "deferred", "refused", "waits", "lost", "delivered", "bounced"]


class Try(Value):
    """What came of one look at the notice. `why` is a code of the words, `words` what the other side said, without its sender's data."""

    at: Moment
    result: TryResult
    why: str = ""
    words: str = ""


class Notice(Value):
    """One notice; `id` is that of the record that queued it. `follower` is who joined the matter, None its complainant.

    `department`, `due_at` and `why` are the facts when it was queued. `next_at` is when the job looks at it next, None once it is settled;
    while it is being sent, the end of the lease. `attempts` counts what the other side was asked, `tries` are the newest looks.
    `address` is a keyed hash of where it was sent last. `resent_from` is the notice that an officer had sent again.
    """

    id: str
    number: str
    kind: NoticeKind
    channel: NoticeChannel
    follower: str | None = None
    language: Language = "zh-CN"
    department: str | None = None
    due_at: Moment | None = None
    why: str = ""
    state: NoticeState = "queued"
    queued_at: Moment
    next_at: Moment | None
    settled_at: Moment | None = None
    attempts: int = 0
    tries: tuple[Try, ...] = ()
    message_id: str | None = None
    address: str | None = None
    resent_from: str | None = None


NOTICE: Kind[Notice] = Kind(
    "notice",
    Notice,
    ("channel", "next_at", "number", "state", "address", "queued_at"),
    (
        Index(("channel", "next_at")),
        Index(("number", "queued_at")),
        Index(("state", "queued_at")),
        Index(("address", "queued_at")),
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
