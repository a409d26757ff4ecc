"""Reads the first sheet of an xlsx workbook as rows of text, never more than a row in memory and never more than a file may unpack to."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl

from services.intake.columns import ColumnsFault
from services.intake.rows import LONGEST_FIELD, Row

UNPACKED = 128 * 2**20
"""Bytes that a workbook may have unpacked: some hundred thousand complaints. All texts that are shared by cells are held in memory."""
MOST_PARTS = 2_000
MOST_COLUMNS = 200
LAST_ROW = 1_048_576
"""Of a sheet, in every program there is. The rows that are missing before one are counted up to it, so that one further on ends nothing."""
NO_CELLS = (None,) * MOST_COLUMNS
SIGNATURE = b"PK\x03\x04"


def is_workbook(path: Path) -> bool:
    """Whether the file begins as a zip does, which no CSV can."""
    with path.open("rb") as file:
        return file.read(len(SIGNATURE)) == SIGNATURE


@contextmanager
def open_workbook(path: Path) -> Iterator[Iterator[Row]]:
    """The rows of the first sheet, the header first. Raises ColumnsFault for what is no workbook, or unpacks to too much."""
    _check_size(path)
    with path.open("rb") as file:  # by its content: openpyxl would go by the name's ending
        try:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        except Exception as fault:  # openpyxl raises many kinds for broken files, not all of them documented
            raise ColumnsFault(path.name, 1, f"this is no xlsx workbook that can be opened ({type(fault).__name__})") from fault
        yield _rows(book.worksheets[0]) if book.worksheets else iter(())


def _check_size(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as parts:
            infos = parts.infolist()
    except zipfile.BadZipFile as fault:
        raise ColumnsFault(path.name, 1, "this is no xlsx workbook: the file is broken or cut") from fault
    if len(infos) > MOST_PARTS or sum(info.file_size for info in infos) > UNPACKED:
        raise ColumnsFault(path.name, 1, f"this workbook unpacks to more than {UNPACKED // 2**20} MB; save the table as CSV instead")


def _rows(sheet: Any) -> Iterator[Row]:
    width = 0
    line = 0
    sheet.reset_dimensions()  # some programs write a wrong one, and what lies outside would be lost
    cells = sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS, max_row=LAST_ROW)
    while True:
        line += 1
        try:
            row = next(cells)
            values = [] if row == NO_CELLS else [_text(value) for value in row]
        except StopIteration:
            return
        except Exception as fault:  # a sheet whose XML breaks off; what was read before stands
            yield Row(line, [], f"line {line}: the workbook cannot be read any further ({type(fault).__name__})")
            return
        while values and not values[-1].strip():  # sheets are as wide as their widest row
            values.pop()
        if values:
            width = width or len(values)
            yield _row(line, values, width)


def _row(line: int, values: list[str], width: int) -> Row:
    values = values + [""] * (width - len(values))
    if len(values) > width:
        return Row(line, values, f"{len(values)} columns where the header has {width}")
    if any(len(value) > LONGEST_FIELD for value in values):
        return Row(line, [value[:LONGEST_FIELD] for value in values], f"a cell has more than {LONGEST_FIELD} characters")
    return Row(line, values)


def _text(value: Any) -> str:
    """A cell as people see it: telephone numbers that the sheet keeps as numbers have no decimals."""
    match value:
        case None:
            return ""
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M:%S")
        case date() | time():
            return value.isoformat()
        case float() if value.is_integer():
            return str(int(value))
    return str(value)
