"""Takes complaints in from another platform's table, CSV or xlsx: each row once, however often it comes, and no row stops the others."""

import asyncio
import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
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
from services.intake.workbooks import is_workbook, open_workbook
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
    """Takes the rows in; `progress` hears how many bytes of a CSV have been read. Bounded in memory, and read beside the event loop: a
    workbook may take minutes.

    Raises ColumnsFault for a table without a text, OSError for files, Unavailable: run it again then, nothing comes twice.
    """
    words = read_words([Path(__file__).with_name("words")])
    with ExitStack() as opened:
        rows, position = await asyncio.to_thread(opened.enter_context, open_table(path))
        header = await asyncio.to_thread(next, rows, None)
        if header is None or header.fault:
            raise ColumnsFault(path.name, 1, "there is no table in this file")
        translator = Translator(door, find_columns(path.name, header.values, mapping), channel)
        refusals = Refusals(path.with_suffix(".refused.csv"), header.values)
        try:
            added = known = 0
            while chunk := await asyncio.to_thread(lambda: list(islice(rows, AT_ONCE))):
                results = await asyncio.gather(*(_take_in(door, translator, row, words) for row in chunk))
                for row, (created, reason) in zip(chunk, results, strict=True):
                    added, known = added + (created is True), known + (created is False)
                    if created is None:
                        refusals.add(row, reason)
                progress(position())
        finally:
            refusals.close()
    return ImportReport(added, known, refusals.count, refusals.path)


@contextmanager
def open_table(path: Path) -> Iterator[tuple[Iterator[Row], Callable[[], int]]]:
    """The rows of a CSV or xlsx file, told by its content, the header first; and how many of its bytes have been read by now.

    Raises ColumnsFault for a workbook that cannot be opened, OSError.
    """
    if is_workbook(path):
        with open_workbook(path) as rows:
            yield rows, lambda: 0  # nobody can say where in a packed file one is
        return
    with path.open("rb") as raw, io.TextIOWrapper(raw, encoding_of(path), errors="replace", newline="") as text:
        yield read_rows(text), raw.tell


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
