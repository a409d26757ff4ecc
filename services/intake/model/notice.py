"""A notice: one message to one person about one thing that happened, with every try to send it."""

from typing import Literal

from services.intake.model.complaint import Language
from shared.events import Moment, Value
from shared.events.intake import NoticeChannel, NoticeKind, NoticeResult

NoticeState = Literal["queued", "sending", "sent", "delivered", "bounced", "given_up", "unconfirmed"]
DUTY_DESK = "duty_desk"
"""The follower that is told of critical matters and belongs to none; everybody else has the id of a follower, which is a UUID."""

TryResult = Literal["deferred", "waits"] | NoticeResult
TryWhy = Literal[
    "", "later", "refused", "tried_out", "no_contact", "contact_sealed", "address_bounced", "no_channel", "gateway_away",
    "quiet_hours", "contact_plan", "overtaken", "answer_lost", "interrupted", "fault",
]  # fmt: skip
"""Why a try ended as it did; each has words."""


class Try(Value):
    """What came of one look at the notice. `words` are what the other side said, without addresses."""

    at: Moment
    result: TryResult
    why: TryWhy = ""
    words: str = ""


class Notice(Value):
    """One notice; `id` is that of the record that queued it. `follower` is who joined the matter, or DUTY_DESK, None its
    complainant.

    `department`, `due_at` and `why` are the facts when it was queued. `next_at` is when the job looks at it next, None once it is settled;
    while it is being sent, the end of the lease. After `ends_at` it is not tried again. `attempts` counts how often the other side was
    asked, `tries` are the newest looks. `address` is a keyed hash of where it went. `resent_from` is the notice that an officer had
    sent again; `app` the one that is told by a webhook.
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
    ends_at: Moment
    settled_at: Moment | None = None
    attempts: int = 0
    tries: tuple[Try, ...] = ()
    message_id: str | None = None
    address: str | None = None
    resent_from: str | None = None
    app: str | None = None
