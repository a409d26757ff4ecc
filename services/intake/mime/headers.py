"""Header fields: found in the bytes, unfolded, bounded, and their text decoded (RFC 5322, 2047) however it was written."""

import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from services.intake.mime.charsets import decode
from services.intake.mime.transfer import from_base64
from services.intake.model.submission import clean_line

LARGEST_SECTION = 256 * 1024
"""Bytes of headers that are looked at."""
LONGEST_FIELD = 16 * 1024
MOST_OF_A_NAME = 50

_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)(?:\n|\Z)")
_MBOX_LINE = re.compile(rb">?From [^\n]*\n")
_END = re.compile(rb"\n\r?\n")
_BLANK_LINE = re.compile(rb"\r?\n")
_WORD = re.compile(rb"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")


@dataclass(frozen=True)
class Headers:
    """Fields by their name in small letters, each value as the bytes it has, unfolded; `cut` when there were more than are looked at."""

    fields: Mapping[str, list[bytes]] = field(default_factory=dict)
    cut: bool = False

    def all(self, name: str) -> list[bytes]:
        return self.fields.get(name, [])

    def first(self, name: str) -> bytes:
        return self.fields.get(name, [b""])[0]

    def line(self, name: str) -> str:
        """The first such field as text on one line, without unseen characters; '' when there is none."""
        return read_line(self.first(name))

    def token(self, name: str) -> str:
        """The first word of the first such field in small letters, as Precedence or Auto-Submitted are read."""
        return re.split(r"[\s;(]", self.line(name).lower(), maxsplit=1)[0]


def read_headers(raw: bytes, start: int, end: int) -> tuple[Headers, int]:
    """The headers that begin at `start`, and where the body begins: after a blank line, or at the first line that is no field."""
    fields: dict[str, list[bytes]] = {}
    envelope = _MBOX_LINE.match(raw, start, end)
    position, limit = envelope.end() if envelope else start, start + LARGEST_SECTION
    while position < limit and (found := _FIELD.match(raw, position, end)):
        values = fields.setdefault(found[1].decode("ascii").lower(), [])
        if len(values) < MOST_OF_A_NAME:
            value = raw[found.start(2) : min(found.end(2), found.start(2) + LONGEST_FIELD)]
            values.append(value.replace(b"\r\n", b"").replace(b"\n", b"").strip())
        position = found.end()
    if position >= limit and position < end:
        blank = _END.search(raw, position - 1, end)
        return Headers(fields, cut=True), blank.end() if blank else end
    gap = _BLANK_LINE.match(raw, position, end)
    return Headers(fields), gap.end() if gap else position


def read_line(value: bytes) -> str:
    """A field's text on one line: encoded words decoded, raw bytes in whatever charset they are."""
    line: str = clean_line(decode_words(value)).strip()
    return line


def decode_words(value: bytes) -> str:
    """The text of a field with encoded words. Words of one charset that touch are joined before they are decoded: many senders cut
    characters in two. Those within quotes or glued to text are read as well.
    """
    pieces: list[tuple[str, bytes]] = []
    position = 0
    for word in _WORD.finditer(value):
        between = value[position : word.start()]
        if between.strip() or not position:
            pieces.append(("", between))
        charset = word[1].decode("ascii", "replace").split("*")[0].lower()
        content = from_base64(word[3]) if word[2] in b"bB" else binascii.a2b_qp(word[3], header=True)
        if pieces and pieces[-1][0] == charset:
            content = pieces.pop()[1] + content
        pieces.append((charset, content))
        position = word.end()
    pieces.append(("", value[position:]))
    return "".join(decode(content, charset) for charset, content in pieces)
