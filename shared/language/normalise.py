"""The text as it is read: bounded, one folded character for one written, and the way back to what was written."""

import sys
import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

LIMIT = 8_000
"""Characters read at most, more than letters have; of a longer text the head and the tail are read, so that none holds up the others."""
TAIL = 2_000

PLANES = 0x30000
"""Unicode's first three planes hold every script that is read; a character beyond them is passed over."""

UNREAD = frozenset(("Cc", "Cf", "Cs", "Co"))
"""Control, format (zero width), lone surrogate, private use."""

Codes = NDArray[np.uint32]


class Text(NamedTuple):
    """A text ready to be read. `origins[i]` is where folded character i stands in `source`; None when every place is the same."""

    source: str
    folded: str
    codes: Codes
    origins: NDArray[np.intp] | None

    def written(self, start: int, end: int) -> tuple[str, int, int]:
        """The words between two folded places (end left out) as they were written, and where. A lone surrogate shows as '?'."""
        if self.origins is not None:
            start, end = int(self.origins[start]), int(self.origins[end - 1]) + 1
        return self.source[start:end].encode("utf-8", "replace").decode(), start, end


def character_table(changed: NDArray[np.uint32]) -> Codes:
    """How each code point is read; 0 is passed over. `changed` has rows (code point, how it is read) for those not read as themselves."""
    table = np.zeros(sys.maxunicode + 1, dtype=np.uint32)
    table[:PLANES] = np.arange(PLANES, dtype=np.uint32)
    table[changed[:, 0]] = changed[:, 1]
    return table


def changed_characters(simplified: Mapping[str, str]) -> NDArray[np.uint32]:
    """The rows of a character table: folds width and case, `simplified` (traditional → simplified), kinds of blanks.

    Only foldings of one character to one are made, so that a place in the folded text is a place in the written one.
    """
    rows = [(code, read) for code in range(PLANES) if (read := _fold(chr(code), simplified)) != code]
    return np.array(rows, dtype=np.uint32)


def _fold(character: str, simplified: Mapping[str, str]) -> int:
    plain = unicodedata.normalize("NFKC", character).lower()
    plain = plain if len(plain) == 1 else character
    plain = simplified.get(plain, plain)
    if plain.isspace():
        return ord("\n") if plain in "\r\n\u2028\u2029" else ord(" ")
    if unicodedata.category(plain) in UNREAD or "\ufe00" <= plain <= "\ufe0f":  # the latter choose how an emoji looks
        return 0
    return ord(plain)


def join(title: str, text: str) -> str:
    """What offsets count in: the title, one line break and the text; the text alone when there is no title."""
    return f"{title}\n{text}" if title else text


def fold(source: str, table: Codes) -> Text:
    """The text as it is read: at most LIMIT characters, each folded by `table`. Takes any string whatever."""
    codes, origins = table.take(written_codes(bound(source))), None
    if len(source) > LIMIT:
        origins = np.concatenate([np.arange(LIMIT - TAIL), np.arange(len(source) - TAIL, len(source))])
    if np.count_nonzero(codes) < len(codes):
        kept = codes != 0
        origins = np.flatnonzero(kept) if origins is None else origins[kept]
        codes = codes[kept]
    return Text(source, codes.astype("<u4", copy=False).tobytes().decode("utf-32-le"), codes, origins)


def bound(source: str) -> str:
    """What is read of a text: all of it, or its head and its tail with a line break between, so that no sentence runs across the gap."""
    return source if len(source) <= LIMIT else f"{source[: LIMIT - TAIL - 1]}\n{source[-TAIL:]}"


def written_codes(read: str) -> Codes:
    """The code points of any string whatever."""
    return np.frombuffer(read.encode("utf-32-le", "surrogatepass"), dtype="<u4")
