"""Tables come in any encoding and any state: every row is kept in its place, and what cannot be read is one sentence."""

import csv
import io
import sys
import time
from pathlib import Path

import openpyxl
import pytest

from services import command
from services.commands.tables import read_table, write_table
from services.intake.columns import ColumnsFault

TWENTY_MEGABYTES = 20 * 2**20
PATIENT = 10.0
"""Seconds of processor for twenty megabytes; it takes one or two."""


def texts_of(path: Path, content: bytes) -> list[str]:
    path.write_bytes(content)
    return read_table(str(path)).need("text")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings_that_offices_write_are_told_apart(tmp_path, encoding):
    content = "编号,诉求标题,诉求内容\n甲1,停水,家里停水三天了，没人管。\n".encode(encoding)
    table_file = tmp_path / "in.csv"
    table_file.write_bytes(content)
    table = read_table(str(table_file))
    assert (table.ids(), table.column("title"), table.need("text")) == (["甲1"], ["停水"], ["家里停水三天了，没人管。"])


def test_short_rows_are_filled_up_long_ones_cut_and_nul_passed_over(tmp_path):
    content = "id,text\n1\n2,停\0水,多的\n3,\n4,   \n".encode()
    assert texts_of(tmp_path / "in.csv", content) == ["", "停水", "", "   "]


def test_a_blank_line_is_an_empty_text_where_texts_are_all_there_is(tmp_path):
    assert texts_of(tmp_path / "in.csv", "text\n停水\n\n停电\n".encode()) == ["停水", "", "停电"]
    assert texts_of(tmp_path / "in.csv", "id,text\n1,停水\n\n2,停电\n".encode()) == ["停水", "停电"]


def test_broken_bytes_cost_no_row(tmp_path):
    said = "小区停水三天了没有人管请尽快派人来看看"
    first, second, third = texts_of(tmp_path / "in.csv", f"text\n{said}\n".encode() + b"\xff\xfe\n" + "停电\n".encode())
    assert (first, third) == (said, "停电")
    assert set(second) == {"\ufffd"}


def test_a_quote_that_is_never_closed_loses_nothing_and_a_huge_one_is_told_with_its_line(tmp_path):
    assert texts_of(tmp_path / "in.csv", 'text\n停水\n"停电\n停气\n'.encode()) == ["停水", "停电\n停气\n"]
    with pytest.raises(ColumnsFault, match=r"in\.csv:3: .*quote"):
        texts_of(tmp_path / "in.csv", 'text\n停水\n"'.encode() + b"a\n" * (TWENTY_MEGABYTES // 2))


def test_twenty_megabytes_are_read_in_bounded_time(tmp_path):
    line = "停水三天了，没有人管。" * 10
    content = ("text\n" + f"{line}\n" * (TWENTY_MEGABYTES // len(f"{line}\n".encode()))).encode()
    begun = time.process_time()
    assert set(texts_of(tmp_path / "in.csv", content)) == {line}
    assert time.process_time() - begun < PATIENT


def test_a_workbook_is_a_table_whatever_its_name(tmp_path):
    book = openpyxl.Workbook()
    for row in (("编号", "内容"), (7, "停水"), (8, None), (9, "停电")):
        book.active.append(row)
    book.save(tmp_path / "in.csv")
    table = read_table(str(tmp_path / "in.csv"))
    assert (table.ids(), table.need("text")) == (["7", "8", "9"], ["停水", "", "停电"])


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 and no more"])
def test_what_is_no_table_is_said(tmp_path, content):
    with pytest.raises(ColumnsFault, match=r"in\.csv:1: "):
        texts_of(tmp_path / "in.csv", content)


def test_what_was_read_can_be_written_whatever_it_is(tmp_path):
    write_table(str(tmp_path / "out.csv"), ("id",), [{"id": "\ud800"}, {"id": 'a\n"b"'}])
    assert [row["id"] for row in csv.DictReader((tmp_path / "out.csv").open(encoding="utf-8", newline=""))] == ["?", 'a\n"b"']


COMMANDS = ["judge", "duplicates", "topics", "check-reply", "gazetteer"]


def fail(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> str:
    """What a command says that ends with exit code 2."""
    said = io.StringIO()
    monkeypatch.setattr(sys, "argv", ["huiying", *arguments])
    monkeypatch.setattr(sys, "stderr", said)
    with pytest.raises(SystemExit) as ended:
        command.main()
    assert ended.value.code == 2
    assert "Traceback" not in said.getvalue()
    return said.getvalue()


@pytest.mark.parametrize("name", COMMANDS)
def test_a_file_that_is_not_there_is_one_sentence(monkeypatch, tmp_path, name):
    missing = str(tmp_path / "missing.csv")
    assert fail(monkeypatch, name, missing, "--out", str(tmp_path / "out.csv")).startswith(f"huiying: {missing}:1: cannot be read")
    assert "cannot be read" in fail(monkeypatch, name, str(tmp_path), "--out", str(tmp_path / "out.csv"))


@pytest.mark.parametrize("name", ["judge", "duplicates", "topics", "check-reply"])
def test_answers_that_cannot_be_written_are_one_sentence(monkeypatch, tmp_path, name):
    (tmp_path / "in.csv").write_text("text,reply\n停水,已派人。\n", "utf-8")
    nowhere = str(tmp_path / "nowhere" / "out.csv")
    assert fail(monkeypatch, name, str(tmp_path / "in.csv"), "--out", nowhere).startswith(f"huiying: {nowhere}:1: the answers cannot be")


@pytest.mark.parametrize("name", ["judge", "duplicates", "topics", "check-reply"])
def test_an_unknown_column_is_named_with_those_there_are(monkeypatch, tmp_path, name):
    (tmp_path / "in.csv").write_text("编号,话\n1,停水\n", "utf-8")
    assert fail(monkeypatch, name, str(tmp_path / "in.csv")).endswith("no column for text; name it with --text; there are: 编号, 话\n")
    said = fail(monkeypatch, name, str(tmp_path / "in.csv"), "--text", "内容")
    assert "there is no column '内容'; there are: 编号, 话" in said
    assert "there is no column 'x'" in fail(monkeypatch, name, str(tmp_path / "in.csv"), "--text", "话", "--id", "x", *EXTRA.get(name, ()))


EXTRA = {"check-reply": ("--reply", "话")}


def test_learning_says_what_is_missing(monkeypatch, tmp_path):
    missing = str(tmp_path / "missing.csv")
    assert "cannot be read" in fail(monkeypatch, "learn", missing, "--label", "x", "--out", str(tmp_path))
