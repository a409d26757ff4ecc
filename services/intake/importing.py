"""Takes complaints in from another platform's CSV: each row once, however often the file comes, and no row stops the others."""

import asyncio
import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any

from services.intake.actions.submitting import OtherRequest, submit
from services.intake.columns import ColumnsFault, find_columns
from services.intake.door import Door
from services.intake.faults import Refused
from services.intake.rows import Row, encoding_of, read_rows
from services.intake.translating import BadRow, Translator
from shared.events import Channel
from shared.web.words import Words, read_words

AT_ONCE = 100
"""Rows taken in together: they share durable writes."""

Progress = Callable[[int], None]


@dataclass(frozen=True)
class ImportReport:
    """What came of the rows: taken in now, known from before, refused (in `refused_file` with line and reason)."""

    added: int
    known: int
    refused: int
    refused_file: Path


class Refusals:
    """The refused rows as a CSV of their own, which can be put right and imported. The file is made only when there are any."""

    def __init__(self, path: Path, header: Sequence[str]) -> None:
        self.path, self._header, self.count = path, header, 0
        self._file: IO[str] | None = None
        self._writer: Any = None
        path.unlink(missing_ok=True)

    def add(self, row: Row, reason: str) -> None:
        if self._file is None:
            self._file = self.path.open("w", encoding="utf-8-sig", newline="")
            self._writer = csv.writer(self._file)
            self._writer.writerow([*self._header, "line", "reason"])
        width = len(self._header)
        self._writer.writerow([*row.values[:width], *[""] * (width - len(row.values)), row.line, reason])
        self.count += 1

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


async def import_file(
    door: Door, path: Path, *, mapping: Mapping[str, str], channel: Channel = "import", progress: Progress = lambda _: None
) -> ImportReport:
    """Takes the rows in; `progress` hears how many bytes of the file have been read. Bounded in memory.

    Raises ColumnsFault for a table without a text, OSError for files, Unavailable: run it again then, nothing comes twice.
    """
    words = read_words([Path(__file__).with_name("words")])
    with path.open("rb") as raw, io.TextIOWrapper(raw, encoding_of(path), errors="replace", newline="") as text:
        rows = read_rows(text)
        header = next(rows, None)
        if header is None or header.fault:
            raise ColumnsFault(path.name, 1, "there is no table in this file")
        translator = Translator(door, find_columns(path.name, header.values, mapping), channel)
        refusals = Refusals(path.with_suffix(".refused.csv"), header.values)
        try:
            added = known = 0
            while chunk := list(islice(rows, AT_ONCE)):
                results = await asyncio.gather(*(_take_in(door, translator, row, words) for row in chunk))
                for row, (created, reason) in zip(chunk, results, strict=True):
                    added, known = added + (created is True), known + (created is False)
                    if created is None:
                        refusals.add(row, reason)
                progress(raw.tell())
        finally:
            refusals.close()
    return ImportReport(added, known, refusals.count, refusals.path)


async def _take_in(door: Door, translator: Translator, row: Row, words: Words) -> tuple[bool | None, str]:
    """Whether the row is new; None, with the reason, when it cannot be taken in."""
    try:
        return (await submit(door, translator.sent(row))).created, ""
    except OtherRequest:
        return False, ""  # taken in before, when the city or the cleaning of texts was another
    except BadRow as fault:
        return None, str(fault)
    except Refused as refusal:
        return None, f"{refusal.field}: {words.say(refusal.why, 'en')}"
