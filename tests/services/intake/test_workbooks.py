"""Tables that come as xlsx: the same rows as from CSV, numbers and dates as people see them, and nothing hostile unpacked."""

import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from services.intake import workbooks
from services.intake.columns import ColumnsFault
from services.intake.importing import import_file
from services.intake.workbooks import is_workbook, open_workbook
from tests.builders import MONDAY
from tests.services.intake.conftest import House

HEADER = ["编号", "标题", "内容", "时间", "来信人", "电话", "地址", "区县"]

FAR = b'<row r="1000000000"><c r="A1000000000" t="inlineStr"><is><t>x</t></is></c></row>'


def workbook(folder: Path, *rows: list[Any], header: list[str] | None = None, name: str = "table.xlsx") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in ([header or HEADER, *rows]):
        sheet.append(row)
    book.save(folder / name)
    return folder / name


async def test_a_workbook_is_taken_in_once(intake: House, tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        [1, "停水", "昨晚开始停水。", datetime(2026, 3, 1, 8, 30), "王小明", 13812345678, "柳堤路 12 号", "望澜区"],
        [2, "路灯", "路灯不亮。"],
        [None, None, None],
        [3, "", ""],
    )
    report = await import_file(intake.door, path, mapping={})
    assert (report.added, report.known, report.refused) == (2, 0, 1)
    again = await import_file(intake.door, path, mapping={})
    assert (again.added, again.known, again.refused) == (0, 2, 1)
    water, light = [await intake.complaint(record.case) for record in await intake.outgoing() if record.event.type == "complaint.submitted"]
    assert (water.title, water.place.district) == ("停水", "wanglan")
    assert water.received_at == datetime(2026, 3, 1, 0, 30, tzinfo=UTC)
    assert water.contact is not None
    assert intake.door.contacts.open(water.number, water.contact).phone == "+8613812345678"
    assert (light.text, light.received_at) == ("路灯不亮。", MONDAY)


def change_sheet(path: Path, change: Callable[[bytes], bytes]) -> None:
    """Writes the workbook anew with its first sheet changed."""
    with zipfile.ZipFile(path) as parts:
        contents = {info.filename: parts.read(info) for info in parts.infolist()}
    with zipfile.ZipFile(path, "w") as parts:
        for name, content in contents.items():
            parts.writestr(name, change(content) if name.endswith("sheet1.xml") else content)


def read_all(path: Path) -> list[tuple[int, list[str], str]]:
    with open_workbook(path) as rows:
        return [(row.line, row.values, row.fault) for row in rows]


def test_rows_have_the_width_of_the_header(tmp_path: Path) -> None:
    path = workbook(tmp_path, ["短"], ["a", "b", "多"], header=["标题", "内容"])
    assert read_all(path) == [(1, ["标题", "内容"], ""), (2, ["短", ""], ""), (3, ["a", "b", "多"], "3 columns where the header has 2")]


def test_cells_are_text_as_people_see_them(tmp_path: Path) -> None:
    path = workbook(tmp_path, [1.5, datetime(2026, 3, 1), True, 13800138000.0], header=["a", "b", "c", "d"])
    assert read_all(path)[1][1] == ["1.5", "2026-03-01 00:00:00", "True", "13800138000"]


def test_an_overlong_cell_is_a_fault_of_its_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "LONGEST_FIELD", 10)
    path = workbook(tmp_path, ["字" * 11], ["字" * 10], header=["内容"])
    assert [bool(fault) for _, _, fault in read_all(path)] == [False, True, False]


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"PK\x03\x04" + b"\0" * 400])
def test_what_is_no_workbook_is_said_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "table.xlsx"
    path.write_bytes(content)
    assert is_workbook(path)
    with pytest.raises(ColumnsFault, match="no xlsx workbook"), open_workbook(path):
        pass


def test_a_zip_of_other_things_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "table.xlsx"
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr("readme.txt", "hello")
    with pytest.raises(ColumnsFault, match="no xlsx workbook"), open_workbook(path):
        pass


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "UNPACKED", 1_000_000)
    path = workbook(tmp_path, ["停水"], header=["内容"])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/bomb.xml", b"\0" * 2_000_000)
    with pytest.raises(ColumnsFault, match="unpacks to more than"), open_workbook(path):
        pass


def test_a_sheet_that_breaks_off_gives_what_came_before(tmp_path: Path) -> None:
    path = workbook(tmp_path, *[[f"第{number}件"] for number in range(50)], header=["内容"])
    change_sheet(path, lambda sheet: sheet[: len(sheet) // 2])
    rows = read_all(path)
    assert rows[0][1] == ["内容"]
    assert "cannot be read any further" in rows[-1][2]
    assert not any(fault for _, _, fault in rows[:-1])


def test_rows_outside_of_a_wrong_dimension_are_read(tmp_path: Path) -> None:
    path = workbook(tmp_path, ["停水"], ["路灯"], header=["内容"])
    change_sheet(path, lambda sheet: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1"', sheet))
    assert [values for _, values, _ in read_all(path)] == [["内容"], ["停水"], ["路灯"]]


@pytest.mark.timeout(60)
@pytest.mark.parametrize("dimension", [b"", b'<dimension ref="A1:ZZ1000000000"/>'])
def test_a_row_that_says_it_is_the_billionth_is_not_waited_for(tmp_path: Path, dimension: bytes) -> None:
    path = workbook(tmp_path, ["停水"], header=["内容"])
    change_sheet(path, lambda sheet: re.sub(rb"<dimension[^>]*/>", dimension, sheet).replace(b"</sheetData>", FAR + b"</sheetData>"))
    assert [values for _, values, _ in read_all(path)] == [["内容"], ["停水"]]
