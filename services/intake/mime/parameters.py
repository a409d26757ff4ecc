"""Parameters of a field such as Content-Type: boundary, charset, file name (RFC 2045, 2231), with the ways they go wrong."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from services.intake.mime.charsets import decode
from services.intake.mime.headers import read_line
from services.intake.model.submission import clean_line

LONGEST_VALUE = 4_096
_WORD = re.compile(rb"[^;\s]*")
_PARAMETER = re.compile(rb';[ \t]*([^\s=;"]{1,100}?)[ \t]*=[ \t]*("(?:[^"\\]|\\.)*"?|[^;]*)')
_NAME = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?")


@dataclass(frozen=True)
class Piece:
    """One of the pieces that a long value is cut into; an encoded one has percent signs, the first of them a charset'language' before."""

    encoded: bool
    value: bytes


@dataclass(frozen=True)
class Parametrised:
    """A field's word in small letters, and the pieces of its parameters by their names in small letters and their places."""

    word: str
    parameters: Mapping[str, Mapping[int, Piece]]

    def raw(self, name: str) -> bytes:
        return b"".join(piece.value for piece in self._pieces(name)).strip()

    def ascii(self, name: str) -> str:
        return self.raw(name).decode("ascii", "replace").lower()

    def text(self, name: str) -> str:
        """A parameter as people read it, on one line; '' when it is not there."""
        pieces = self._pieces(name)
        if not any(piece.encoded for piece in pieces):
            return read_line(self.raw(name))
        charset, first = _split_charset(pieces[0].value)
        pieces[0] = Piece(pieces[0].encoded, first)
        whole = b"".join(unquote_to_bytes(piece.value) if piece.encoded else piece.value for piece in pieces)
        line: str = clean_line(decode(whole, charset)).strip()
        return line

    def _pieces(self, name: str) -> list[Piece]:
        return [piece for _, piece in sorted(self.parameters.get(name, {}).items())]


def read_parameters(value: bytes) -> Parametrised:
    """The word and the parameters of a field's value, of which at most 4096 bytes are looked at."""
    value = value[:LONGEST_VALUE].strip()
    parameters: dict[str, dict[int, Piece]] = {}
    for found in _PARAMETER.finditer(value):
        if name := _NAME.fullmatch(found[1].decode("ascii", "replace").lower()):
            pieces, place, encoded = parameters.setdefault(name[1], {}), int(name[2] or 0), bool(name[3])
            if place not in pieces or encoded:  # a plain value beside an encoded one is for old readers
                pieces[place] = Piece(encoded, _unquote(found[2].strip()))
    word = _WORD.match(value)
    return Parametrised(word[0].decode("ascii", "replace").lower() if word else "", parameters)


def _unquote(given: bytes) -> bytes:
    return re.sub(rb"\\(.)", rb"\1", given[1:].removesuffix(b'"')) if given.startswith(b'"') else given


def _split_charset(value: bytes) -> tuple[str, bytes]:
    charset, quote, rest = value.partition(b"'")
    _, second, first = rest.partition(b"'")
    return (charset.decode("ascii", "replace"), first) if quote and second else ("", value)
