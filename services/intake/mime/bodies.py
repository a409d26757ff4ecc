"""The text of one part, plain or HTML: decoded, its broken lines joined, its markup read."""

import re
from dataclasses import dataclass

from services.intake.mime import flowed, html
from services.intake.mime.charsets import decode
from services.intake.mime.marks import EMPTY_PROMISE
from services.intake.mime.tree import Entity
from services.intake.model.submission import clean

LONGEST_PROMISE = 400
_ROOM_OF_TAG = 40
_MOST_PACKED = 4
"""Bytes on the way for one of content: quoted-printable makes three of one, and breaks lines."""
_CHARSET_IN_MARKUP = re.compile(rb"<meta[^<>]{0,200}charset\s{0,9}=\s{0,9}[\"']?([\w-]{1,40})", re.IGNORECASE)
_MARKUP = re.compile(r"\s*<(?:!doctype html|html)\b", re.IGNORECASE)
_UNWANTED = {0xA0: " ", 0x200B: None, 0xAD: None}


@dataclass(frozen=True)
class Body:
    """The text, the room that reading it took (in bytes, a tag as much as 40 more), and whether its end was left away."""

    text: str
    room: int = 0
    cut: bool = False


def read_body(part: Entity, most: int) -> Body:
    """The text of a text part, of whose content `most` bytes are read."""
    markup = part.media_type == "text/html"
    content = html.without_pictures(part.content()) if markup else part.content(_MOST_PACKED * most)
    label = part.content_type.ascii("charset")
    if not label and (found := _CHARSET_IN_MARKUP.search(content[:4_096])):
        label = found[1].decode("ascii")
    text: str = clean(decode(content[:most], label))
    room, cut = min(len(content), most), len(content) > most
    if markup or _MARKUP.match(text):
        room += _ROOM_OF_TAG * text.count("<")
        cut = cut or html.too_long(text)
        text = clean(html.read_html(text))
    else:
        text = text.replace("&nbsp;", " ")
        if part.content_type.ascii("format") == "flowed":
            text = flowed.join_lines(text, delete_space=part.content_type.ascii("delsp") == "yes")
    return Body(text.translate(_UNWANTED), room, cut)


def says_something(text: str) -> bool:
    """Whether a plain part is more than a word that there is HTML to be seen."""
    words = text.strip()
    return bool(words) and not (len(words) <= LONGEST_PROMISE and EMPTY_PROMISE.search(words))
