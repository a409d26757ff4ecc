"""What was gathered from a mail: its texts, those of mails within it, attachments and reports; and how much is taken."""

from dataclasses import dataclass, field

from services.intake.mime.bodies import Body, read_body
from services.intake.mime.headers import Headers
from services.intake.mime.mail import LARGEST_ATTACHMENT, MOST_ATTACHMENTS, LeftOut, Part
from services.intake.mime.tree import Entity

LARGEST_TEXTS = 1_000_000
"""Bytes of all texts together that are read; of HTML without the pictures that are written into it."""


@dataclass
class Contents:
    """`texts` are the mail's own, `forwarded` the subjects and texts of mails within it, `enclosed` the headers of those, `reports`
    what mail systems report (RFC 3464). `parts` are counted, `room` is what is left for texts.
    """

    texts: list[str] = field(default_factory=list)
    forwarded: list[str] = field(default_factory=list)
    attachments: list[Part] = field(default_factory=list)
    enclosed: list[Headers] = field(default_factory=list)
    reports: list[bytes] = field(default_factory=list)
    left_out: dict[LeftOut, None] = field(default_factory=dict)
    parts: int = 0
    room: int = LARGEST_TEXTS

    def leave_out(self, what: LeftOut) -> None:
        self.left_out[what] = None

    def written(self, *, within: bool) -> list[str]:
        """Where texts go: of a mail within the mail, or of the mail itself."""
        return self.forwarded if within else self.texts

    def read(self, part: Entity) -> Body:
        body = read_body(part, self.room)
        self.room = max(0, self.room - body.room)
        return body

    def add_text(self, body: Body, *, within: bool) -> None:
        if body.text.strip():
            self.written(within=within).append(body.text)
        if body.cut:
            self.leave_out("text_cut")

    def add_attachment(self, part: Entity) -> None:
        """Takes what was sent as it is, unpacking nothing but its way of travelling; what is empty is nothing."""
        if len(self.attachments) == MOST_ATTACHMENTS:
            self.leave_out("too_many_attachments")
            return
        content = part.content()
        if len(content) > LARGEST_ATTACHMENT:
            self.leave_out("attachment_too_large")
        elif content:
            self.attachments.append(Part(part.name, content))
