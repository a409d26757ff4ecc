"""Reads somebody else's CSV: whatever its encoding, however broken its rows, never more than a row in memory."""

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

UNREADABLE = "\ufffd"
_SHARE_OF_SLIPS = 0.1
_CHUNK = 1 << 16
LONGEST_FIELD = 40_000
"""Characters of one field, twice what a complaint may have: a quote that never ends swallows no more than this."""


@dataclass(frozen=True)
class Row:
    """A row with the line its record began on. `fault` says why it cannot be used; then `values` are what could be read."""

    line: int
    values: list[str]
    fault: str = ""


def encoding_of(path: Path) -> str:
    """utf-8-sig or gb18030: a file is UTF-8 unless much of it is not. Single broken characters do not make it another encoding."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    foreign = broken = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            text = decoder.decode(chunk)
            foreign += sum(character > "\x7f" for character in text)
            broken += text.count(UNREADABLE)
    return "gb18030" if broken > foreign * _SHARE_OF_SLIPS else "utf-8-sig"


def read_rows(file: IO[str]) -> Iterator[Row]:
    """The rows of an open CSV, the header first. A row that is broken says so and the next one is read."""
    csv.field_size_limit(LONGEST_FIELD)
    reader = csv.reader(file)
    width = 0
    while True:
        line = reader.line_num + 1
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            yield Row(line, [], f"lines {line} to {reader.line_num} are no rows of a table: {fault}")
            continue
        if not any(value.strip() for value in values):
            continue
        width = width or len(values)
        yield Row(line, values, _fault(values, width))


def _fault(values: list[str], width: int) -> str:
    if len(values) != width:
        return f"{len(values)} columns where the header has {width}"
    if any(UNREADABLE in value for value in values):
        return "characters that cannot be read"
    return ""
