"""Gathering what a mail holds: a walk through the tree of its parts, within bounds of depth and number."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from services.intake.mime.bodies import Body, says_something
from services.intake.mime.contents import Contents
from services.intake.mime.headers import Headers
from services.intake.mime.mail import LeftOut
from services.intake.mime.tree import Entity, read_entity

DEEPEST = 20
MOST_PARTS = 500
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
        _take_children(contents, kind, children, replace(place, depth=place.depth + 1))
    elif kind == "message/delivery-status":
        contents.reports += [] if place.within else [part.content(LARGEST_REPORT)]
    elif kind == "text/rfc822-headers":
        contents.enclosed += [] if place.within else [_unpacked(part).headers]
    elif kind in {"message/rfc822", "message/global"} or part.name.lower().endswith(".eml"):
        _take_mail(contents, part, place)
    elif _is_body(contents, part, place):
        if place.texts:
            contents.add_text(contents.read(part), within=place.within)
    elif kind not in _UNSHOWN and not _is_logo(part):
        contents.add_attachment(part)


def _take_children(contents: Contents, kind: str, children: Sequence[Entity], place: _Place) -> None:
    if kind == "multipart/alternative":
        _take_alternative(contents, children, place)
        return
    for child in children:
        _take(contents, child, place)


def _take_alternative(contents: Contents, children: Sequence[Entity], place: _Place) -> None:
    """The plain text if it says something, else the first other form that does; attachments of each."""
    plain = next((child for child in children if child.media_type == "text/plain" and _is_body(contents, child, place)), None)
    body = contents.read(plain) if plain and place.texts else Body("")
    wanted = place.texts and not says_something(body.text)
    for child in children:
        if child is not plain:
            before = len(contents.written(within=place.within))
            _take(contents, child, replace(place, texts=wanted))
            wanted = wanted and len(contents.written(within=place.within)) == before
    if says_something(body.text) or wanted:
        contents.add_text(body, within=place.within)


def _take_mail(contents: Contents, part: Entity, place: _Place) -> None:
    """A mail within the mail; what only calls itself one is an attachment."""
    packed = part.encoding in {"base64", "quoted-printable"}
    inner = _unpacked(part) if packed else read_entity(part.raw, part.start, part.end)
    if not is_mail(inner.headers):
        contents.add_attachment(part)
        return
    if not place.within:
        contents.enclosed.append(inner.headers)
    if subject := inner.headers.line("subject"):
        contents.forwarded.append(subject)
    _take(contents, inner, _Place(place.depth + 1, within=True, texts=place.texts))


def _unpacked(part: Entity) -> Entity:
    content = part.content()
    return read_entity(content, 0, len(content))


def _is_body(contents: Contents, part: Entity, place: _Place) -> bool:
    """Whether the part is text to be read: not sent as a file, unless nothing else was there before it."""
    plain = part.media_type in _TEXTS or part.media_type.startswith("multipart/")
    return plain and part.disposition.word != "attachment" and (not part.name or not contents.written(within=place.within))


def _is_logo(part: Entity) -> bool:
    """A tiny picture that the text points at: the ornament of a signature."""
    return part.media_type.startswith("image/") and part.headers.first("content-id") != b"" and part.size < LARGEST_LOGO * 4 // 3
