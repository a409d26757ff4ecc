"""What a mail holds: its texts, those of mails within it, attachments and reports, gathered from the tree within bounds."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from services.intake.mime.bodies import Body, read_body, says_something
from services.intake.mime.headers import Headers
from services.intake.mime.mail import LARGEST_ATTACHMENT, MOST_ATTACHMENTS, LeftOut, Part
from services.intake.mime.tree import Entity, read_entity

DEEPEST = 20
MOST_PARTS = 500
LARGEST_TEXTS = 1_000_000
"""Bytes of all texts together that are read; of HTML without the pictures that are written into it."""
LARGEST_REPORT = 64 * 1024
LARGEST_LOGO = 8 * 1024

_TEXTS = {"text/plain", "text/html"}
_OTHER_FORMS = {"text/x-amp-html", "text/watch-html", "text/enriched", "text/richtext"}
_SEALS = {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature", "application/applefile"}
_UNSHOWN = _OTHER_FORMS | _SEALS | {"message/disposition-notification", "message/feedback-report"}
_NOT_TAKEN: dict[str, LeftOut] = {
    "application/ms-tnef": "winmail",
    "application/vnd.ms-tnef": "winmail",
    "winmail.dat": "winmail",
    "text/calendar": "calendar",
    "application/ics": "calendar",
    "multipart/encrypted": "encrypted",
    "application/pkcs7-mime": "encrypted",
    "application/x-pkcs7-mime": "encrypted",
    "message/partial": "external",
    "message/external-body": "external",
}
"""Media types and file names of what is left out."""
_SIGNS_OF_MAIL = ("from", "subject", "date", "to", "message-id", "received", "content-type", "mime-version")


@dataclass
class Contents:
    """`texts` are the mail's own, `forwarded` the subjects and texts of mails within it, `enclosed` the headers of those, `reports`
    what mail systems report (RFC 3464).
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


@dataclass(frozen=True)
class _Place:
    """Where in the tree: how deep, within a mail that is attached, and whether texts are still wanted there."""

    depth: int = 0
    within: bool = False
    texts: bool = True


def is_mail(headers: Headers) -> bool:
    return any(headers.first(name) for name in _SIGNS_OF_MAIL)


def gather(mail: Entity) -> Contents:
    contents = Contents()
    if mail.headers.cut:
        contents.leave_out("headers_cut")
    _take(contents, mail, _Place())
    return contents


def _take(contents: Contents, part: Entity, place: _Place) -> None:
    contents.parts += 1
    kind = part.media_type
    if contents.parts > MOST_PARTS or place.depth > DEEPEST:
        contents.leave_out("too_many_parts" if contents.parts > MOST_PARTS else "too_deep")
    elif reason := _NOT_TAKEN.get(kind) or _NOT_TAKEN.get(part.name.lower()):
        contents.leave_out(reason)
    elif kind.startswith("multipart/") and (children := list(islice(part.children(), MOST_PARTS - contents.parts + 2))):
        _take_children(contents, kind, children, _Place(place.depth + 1, place.within, place.texts))
    elif kind == "message/delivery-status":
        contents.reports += [] if place.within else [part.content(LARGEST_REPORT)]
    elif kind == "text/rfc822-headers":
        contents.enclosed += [] if place.within else [_unpacked(part).headers]
    elif kind in {"message/rfc822", "message/global"} or part.name.lower().endswith(".eml"):
        _take_mail(contents, part, place)
    elif _is_body(contents, part, place):
        if place.texts:
            _add_text(contents, _read(contents, part), place)
    elif kind not in _UNSHOWN and not _is_logo(part):
        _take_attachment(contents, part)


def _take_children(contents: Contents, kind: str, children: Sequence[Entity], place: _Place) -> None:
    if kind == "multipart/alternative":
        _take_alternative(contents, children, place)
        return
    for child in children:
        _take(contents, child, place)


def _take_alternative(contents: Contents, children: Sequence[Entity], place: _Place) -> None:
    """The plain text if it says something, else the first other form that does; attachments of each."""
    plain = next((child for child in children if child.media_type == "text/plain" and _is_body(contents, child, place)), None)
    body = _read(contents, plain) if plain and place.texts else Body("")
    wanted = place.texts and not says_something(body.text)
    for child in children:
        if child is not plain:
            before = len(_written(contents, place))
            _take(contents, child, _Place(place.depth, place.within, wanted))
            wanted = wanted and len(_written(contents, place)) == before
    if says_something(body.text) or wanted:
        _add_text(contents, body, place)


def _read(contents: Contents, part: Entity) -> Body:
    body = read_body(part, contents.room)
    contents.room = max(0, contents.room - body.size)
    return body


def _add_text(contents: Contents, body: Body, place: _Place) -> None:
    if body.text.strip():
        _written(contents, place).append(body.text)
    if body.cut:
        contents.leave_out("text_cut")


def _take_mail(contents: Contents, part: Entity, place: _Place) -> None:
    """A mail within the mail; what only calls itself one is an attachment."""
    packed = part.encoding in {"base64", "quoted-printable"}
    inner = _unpacked(part) if packed else read_entity(part.raw, part.start, part.end)
    if not is_mail(inner.headers):
        _take_attachment(contents, part)
        return
    if not place.within:
        contents.enclosed.append(inner.headers)
    if subject := inner.headers.line("subject"):
        contents.forwarded.append(subject)
    _take(contents, inner, _Place(place.depth + 1, True, place.texts))


def _unpacked(part: Entity) -> Entity:
    content = part.content()
    return read_entity(content, 0, len(content))


def _take_attachment(contents: Contents, part: Entity) -> None:
    content = b"" if len(contents.attachments) == MOST_ATTACHMENTS else part.content()
    if len(contents.attachments) == MOST_ATTACHMENTS:
        contents.leave_out("too_many_attachments")
    elif len(content) > LARGEST_ATTACHMENT:
        contents.leave_out("attachment_too_large")
    elif content:
        contents.attachments.append(Part(part.name, content))


def _written(contents: Contents, place: _Place) -> list[str]:
    return contents.forwarded if place.within else contents.texts


def _is_body(contents: Contents, part: Entity, place: _Place) -> bool:
    """Whether the part is text to be read: not sent as a file, unless nothing else was there before it."""
    plain = part.media_type in _TEXTS or part.media_type.startswith("multipart/")
    return plain and part.disposition.word != "attachment" and (not part.name or not _written(contents, place))


def _is_logo(part: Entity) -> bool:
    """A tiny picture that the text points at: the ornament of a signature."""
    return part.media_type.startswith("image/") and part.headers.first("content-id") != b"" and part.size < LARGEST_LOGO * 4 // 3
