"""Somebody's table, CSV or xlsx, as rows with their columns by name; and the table of answers, in the same order."""

import csv
import io
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from services.intake.columns import SYNONYMS, ColumnsFault
from services.intake.rows import encoding_of
from services.intake.workbooks import is_workbook, open_workbook

STREAM = "-"
"""Standard input, or standard output."""
LONGEST_FIELD = 2**24
"""Characters of one field; only the first thousands of a text are read, but a long one must not end a table."""


@dataclass(frozen=True)
class Table:
    """A whole table: its header as written, and its rows, each as wide as the header."""

    name: str
    header: tuple[str, ...]
    rows: list[list[str]]

    def column(self, field: str, chosen: str | None = None) -> list[str] | None:
        """The values of a column: the one `chosen`, or that of a header by which the field is known; None where there is none.

        Raises ColumnsFault when the chosen one is not there.
        """
        known = {title.strip().casefold(): place for place, title in reversed(list(enumerate(self.header)))}
        for title in (chosen,) if chosen else (field, *SYNONYMS.get(field, ())):
            if title.casefold() in known:
                return [row[known[title.casefold()]] for row in self.rows]
        if chosen:
            raise ColumnsFault(self.name, 1, f"there is no column '{chosen}'; there are: {', '.join(self.header)}")
        return None

    def need(self, field: str, chosen: str | None = None) -> list[str]:
        """The values of a column that has to be there. Raises ColumnsFault."""
        found = self.column(field, chosen)
        if found is None:
            raise ColumnsFault(self.name, 1, f"no column for {field}; name it with --{field}; there are: {', '.join(self.header)}")
        return found

    def ids(self, chosen: str | None = None) -> list[str]:
        """The rows' ids; their numbers, from 1, where the table has none."""
        return self.column("id", chosen) or [str(number) for number in range(1, len(self.rows) + 1)]


def read_table(source: str) -> Table:
    """The table of a CSV or xlsx file, or of standard input. Every row is kept: a short one is filled up, a long one is cut.

    Raises ColumnsFault where there is no table, or none that can be read.
    """
    if source != STREAM:
        try:
            return _read(Path(source))
        except OSError as fault:
            raise ColumnsFault(source, 1, f"cannot be read ({fault.strerror})") from fault
    with tempfile.NamedTemporaryFile(suffix=".table") as kept:
        shutil.copyfileobj(sys.stdin.buffer, kept)
        kept.flush()
        return _read(Path(kept.name))


def _read(path: Path) -> Table:
    header, *rows = list(_rows(path)) or [[]]
    if not header:
        raise ColumnsFault(path.name, 1, "there is no table in this file")
    width = len(header)
    return Table(path.name, tuple(header), [(row + [""] * width)[:width] for row in rows])


def _rows(path: Path) -> Iterator[list[str]]:
    if is_workbook(path):
        with open_workbook(path) as rows:
            for row in rows:
                if not row.values:
                    raise ColumnsFault(path.name, row.line, row.fault)
                yield row.values
        return
    csv.field_size_limit(LONGEST_FIELD)
    with path.open("rb") as raw, io.TextIOWrapper(raw, encoding_of(path), errors="replace", newline="") as text:
        clean = (line.replace("\0", "") for line in text)  # Python 3.11 or newer would keep it, and nobody can want it
        yield from _records(clean, path.name)


def _records(lines: Iterable[str], name: str) -> Iterator[list[str]]:
    """Rows that are not blank lines; where there is one column only, a blank line is a row whose text is empty."""
    reader, width = csv.reader(lines), 0
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            raise ColumnsFault(name, line, f"no table from here on ({fault}); is a quote not closed?") from fault
        width = width or len(row)
        if row or width == 1:
            yield row


@contextmanager
def open_output(target: str) -> Iterator[IO[str]]:
    """A text file, or standard output, for answers; UTF-8 whatever the terminal speaks. Raises ColumnsFault where it cannot be written."""
    try:
        if target == STREAM:
            cast(io.TextIOWrapper, sys.stdout).reconfigure(encoding="utf-8", errors="replace", newline="")
            yield sys.stdout
            sys.stdout.flush()
            return
        with Path(target).open("w", encoding="utf-8", errors="replace", newline="") as file:
            yield file
    except OSError as fault:
        raise ColumnsFault(target, 1, f"the answers cannot be written ({fault.strerror})") from fault


def write_table(target: str, header: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    """A CSV of answers with these columns, in the order in which they come."""
    with open_output(target) as file:
        writer = csv.DictWriter(file, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@contextmanager
def progress_bar(what: str, total: int) -> Iterator[Progress]:
    """A bar on the terminal's error stream, with one task begun; it is silent where nobody watches."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        progress.add_task(what, total=total)
        yield progress
