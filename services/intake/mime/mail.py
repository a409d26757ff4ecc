"""What a mail says, as plain values: bounded, cleaned, with nothing of the format it came in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

LARGEST_MAIL = 32 * 1024 * 1024
"""Bytes of a mail as it arrives; a larger one is not read."""
LONGEST_TEXT = 20_000
"""Characters of a text, as a complaint takes them."""
LONGEST_SUBJECT = 200
LONGEST_NAME = 50
LARGEST_ATTACHMENT = 25 * 1024 * 1024
MOST_ATTACHMENTS = 20
MOST_REFERENCES = 50
MOST_RECIPIENTS = 50

Kind = Literal["person", "auto_reply", "list", "bounce", "own"]
"""Who speaks: a person, a machine that answers, a list or newsletter, a mail system about one of our mails, we ourselves."""

LeftOut = Literal[
    "text_cut",
    "headers_cut",
    "too_deep",
    "too_many_parts",
    "attachment_too_large",
    "too_many_attachments",
    "winmail",
    "calendar",
    "encrypted",
    "external",
]
"""What of a mail was not taken: the end of a text or of the headers, parts nested too deep or too many, attachments, Outlook's
winmail.dat, an invitation, what is encrypted, what is elsewhere and only pointed at.
"""


@dataclass(frozen=True)
class Part:
    """An attachment as it was sent. The name is only for showing; '' when none was given."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Bounce:
    """What a mail system says about one of our mails (RFC 3464): delivered, given up for good, or neither: it is still trying.

    `status` is as in RFC 3463 ("5.1.1") or ''; `recipient` the address it is about or ''; `original_message_id` that of our mail, in
    its <angle brackets>, or ''; `original_recipients` whom our mail was addressed to.
    """

    permanent: bool
    delivered: bool
    status: str
    recipient: str
    original_message_id: str
    original_recipients: tuple[str, ...]


@dataclass(frozen=True)
class Mail:
    """A mail that was read. `fingerprint` (hex SHA-256) is the same when the same message is delivered again.

    Message ids keep their <angle brackets>; `references` end with the newest. Addresses are as written, their domain in small
    letters; `sender` is '' when there is none. `sent_at` is in UTC. `text` is what is new, with what was forwarded; `quoted` and
    `signature` were separated from it. Each text has at most 20,000 characters.
    """

    fingerprint: str
    message_id: str
    references: tuple[str, ...]
    sender_name: str
    sender: str
    recipients: tuple[str, ...]
    subject: str
    sent_at: datetime | None
    text: str
    quoted: str
    signature: str
    attachments: tuple[Part, ...]
    kind: Kind
    bounce: Bounce | None
    left_out: tuple[LeftOut, ...]


class Unreadable(Exception):  # noqa: N818 - a fact about a mail
    """This is no mail that can be read; `why` is a code: empty, too_large, no_header, unexpected."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
