"""The tree of a mail: parts within parts (RFC 2046), as places in the bytes. Nothing is copied until a part's content is asked for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from services.intake.mime.headers import Headers, read_headers
from services.intake.mime.parameters import Parametrised, read_parameters
from services.intake.mime.transfer import unpack

LONGEST_NAME = 200
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)
_REST_OF_DELIMITER = re.compile(rb"(--)?[ \t]*(?:\r?\n|\Z)")
_PATH = re.compile(r".*[/\\]")


@dataclass(frozen=True)
class Entity:
    """A mail or a part of one: its headers, and from where to where in `raw` its body stands, still as it travelled."""

    headers: Headers
    raw: bytes
    start: int
    end: int
    otherwise: str = "text/plain"

    @cached_property
    def content_type(self) -> Parametrised:
        return read_parameters(self.headers.first("content-type"))

    @cached_property
    def disposition(self) -> Parametrised:
        return read_parameters(self.headers.first("content-disposition"))

    @cached_property
    def media_type(self) -> str:
        word = self.content_type.word
        return word if _MEDIA_TYPE.fullmatch(word) else self.otherwise

    @cached_property
    def name(self) -> str:
        """The file name without folders, '' when there is none."""
        name = self.disposition.text("filename") or self.content_type.text("name")
        return _PATH.sub("", name).strip()[-LONGEST_NAME:]

    @property
    def encoding(self) -> str:
        return self.headers.token("content-transfer-encoding")

    @property
    def size(self) -> int:
        """Bytes as they travelled; the content has no more."""
        return self.end - self.start

    def content(self, most: int | None = None) -> bytes:
        """The body's content; with `most` only what its first so many bytes, as they travelled, give."""
        end = self.end if most is None else min(self.end, self.start + most)
        return unpack(self.encoding, memoryview(self.raw)[self.start : end])

    def children(self) -> Iterator["Entity"]:
        """The parts of a multipart, in order; one that was cut off ends with its parent. None without a boundary that is found."""
        boundary = self.content_type.raw("boundary")
        otherwise = "message/rfc822" if self.media_type == "multipart/digest" else "text/plain"
        for start, end in _between(self.raw, self.start, self.end, boundary) if boundary else ():
            yield read_entity(self.raw, start, end, otherwise)


def read_entity(raw: bytes, start: int, end: int, otherwise: str = "text/plain") -> Entity:
    """The mail or part that stands there: headers, a blank line, the body."""
    headers, body = read_headers(raw, start, end)
    return Entity(headers, raw, body, end, otherwise)


def _between(raw: bytes, start: int, end: int, boundary: bytes) -> Iterator[tuple[int, int]]:
    """Where the parts stand between the lines that begin with the delimiter."""
    part = None
    for line, after, closing in _delimiters(raw, start, end, b"--" + boundary):
        if part is not None:
            yield part, max(part, line)
        part = after
        if closing:
            return
    if part is not None:
        yield part, end


def _delimiters(raw: bytes, start: int, end: int, delimiter: bytes) -> Iterator[tuple[int, int, bool]]:
    """Of each delimiter line: where what is before it ends, where what is after it begins, and whether it closes the multipart."""
    position = max(0, start - 1)  # the line end before the first line
    while (found := raw.find(b"\n" + delimiter, position, end)) >= 0:
        position = found + len(delimiter)
        if rest := _REST_OF_DELIMITER.match(raw, position + 1, end):
            before = found - 1 if raw[found - 1 : found] == b"\r" else found
            position = rest.end() - 1
            yield max(start, before), rest.end(), bool(rest[1])
