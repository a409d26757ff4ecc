"""`huiying check-reply`: a row for each reply in the table's order; any table, files or streams."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import Workbook
from typer.testing import CliRunner

from services.command import application
from services.commands.check_reply import judge
from services.intake.columns import ColumnsFault
from services.tracking.rules import load_replies

ROWS = (
    ("7", "小区停水", "家里停水两天了，没有人来修。", "今天 18 时恢复供水。"),
    ("3", "小区停水", "家里停水两天了，没有人来修。", "您的来信已收悉，已转有关部门，感谢支持！"),
    ("5", "", "我叫林小满，家里停水。", "水管已修好，林小满同志已确认。"),
    ("1", "", "", ""),
)


def write(path: Path, header: tuple[str, ...], rows: tuple[tuple[str, ...], ...] = ROWS) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def run(*arguments: str) -> list[dict[str, str]]:
    result = CliRunner().invoke(application, ["check-reply", *arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return list(csv.DictReader(io.StringIO(result.output)))


def test_each_row_is_judged_in_the_table_s_order(tmp_path):
    source, out = write(tmp_path / "in.csv", ("id", "title", "text", "reply")), tmp_path / "out.csv"
    run(str(source), "--out", str(out))
    rows = list(csv.DictReader(out.open(encoding="utf-8", newline="")))
    assert [(row["id"], row["verdict"]) for row in rows] == [("7", "send"), ("3", "stop"), ("5", "stop"), ("1", "stop")]
    assert float(rows[1]["score"]) > 0.9 > 0.5 > float(rows[0]["score"])
    findings = json.loads(rows[2]["findings"])
    assert [(one["kind"], one["words"]) for one in findings] == [("leak_name", "林小满")]
    assert ROWS[2][3][findings[0]["start"] : findings[0]["end"]] == "林小满"


@pytest.mark.parametrize(
    ("header", "named"),
    [
        (("编号", "标题", "内容", "答复内容"), ()),
        (("n", "t", "x", "r"), ("--id", "n", "--title", "t", "--text", "x", "--reply", "r")),
    ],
)
def test_columns_are_known_or_named(tmp_path, header, named):
    rows = run(str(write(tmp_path / "in.csv", header)), *named)
    assert [(row["id"], row["verdict"]) for row in rows][:2] == [("7", "send"), ("3", "stop")]


def test_a_workbook_is_read_too(tmp_path):
    book = Workbook()
    for row in (("id", "title", "text", "reply"), *ROWS[:2]):
        book.active.append(row)
    book.save(tmp_path / "in.xlsx")
    assert [row["verdict"] for row in run(str(tmp_path / "in.xlsx"))] == ["send", "stop"]


def test_a_table_without_replies_is_refused_with_what_to_do(tmp_path):
    source = write(tmp_path / "in.csv", ("id", "title", "text", "other"))
    with pytest.raises(ColumnsFault, match="no column for reply; name it with --reply; there are: id, title, text, other"):
        CliRunner().invoke(application, ["check-reply", str(source)], catch_exceptions=False)


def test_streams_are_read_and_written(tmp_path):
    source = write(tmp_path / "in.csv", ("id", "title", "text", "reply"))
    command = [sys.executable, "-c", "from services.command import main; main()", "check-reply", "-"]
    done = subprocess.run(command, input=source.read_bytes(), capture_output=True, check=True)
    assert [row["id"] for row in csv.DictReader(io.StringIO(done.stdout.decode()))] == ["7", "3", "5", "1"]
    assert done.stderr == b""


def test_the_demands_are_those_of_the_message():
    text = "一、请问六栋电梯坏了三个月什么时候能修好？二、要求公示地下车库每月收费的标准和去向。"
    check = judge("", text, "六栋电梯更换了门机，今天上午已恢复运行。", load_replies())
    assert [finding.kind for finding in check.findings] == ["unanswered_demand"]
