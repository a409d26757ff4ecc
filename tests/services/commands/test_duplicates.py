"""`huiying duplicates` and `huiying topics`: groups of a table's messages, in its order, whatever the order of receipt."""

import csv
import io
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bench.duplicates import pair_scores, topic_scores
from services.command import application
from services.commands.duplicates import group_messages, read_messages, read_moments
from services.commands.tables import read_table
from services.intake.columns import ColumnsFault

HEADER = ("id", "person", "title", "text", "received")
ROWS = (
    ("9", "p1", "柳堤路工地夜间施工扰民", "柳堤路12号院对面工地浇筑混凝土到凌晨，噪音太大，老人孩子都睡不着。", "2026/3/7 9:00:00"),
    ("4", "p2", "希望增加106路班次", "早高峰106路公交车二十分钟才来一班，上班总是迟到。", "2026-03-02 08:00"),
    ("7", "p3", "柳堤路工地半夜施工", "柳堤路12号院对面的工地每天半夜还在浇筑混凝土，噪音大得一家人睡不着。", "2026年3月5日 23:10"),
    ("5", "p4", "柳堤路工地噪音", "柳堤路12号院对面工地半夜浇筑混凝土，全院的人都睡不着，请管一管。", ""),
    ("6", "p2", "咨询落户材料", "想问一下落户需要带哪些材料，周末能不能办理。", "2026-03-06"),
)  # fmt: skip


def write(path: Path, header: tuple[str, ...] = HEADER, rows: tuple[tuple[str, ...], ...] = ROWS) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def run(*arguments: str) -> list[dict[str, str]]:
    result = CliRunner().invoke(application, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return list(csv.DictReader(io.StringIO(result.stdout)))


def test_rows_keep_the_table_s_order_and_groups_the_order_of_receipt(tmp_path):
    rows = run("duplicates", str(write(tmp_path / "in.csv")))
    assert [row["id"] for row in rows] == ["9", "4", "7", "5", "6"]
    assert [row["group"] for row in rows] == ["7", "4", "7", "7", "6"], "7 came in first, 5 with it"
    assert rows[2]["of"] == ""
    assert float(rows[2]["score"]) == 0.0
    assert rows[0]["of"] in ("7", "5")
    assert all(0 < float(row["score"]) <= 1 for row in rows if row["of"])


def test_topics_are_what_three_people_brought(tmp_path):
    source = write(tmp_path / "in.csv")
    (topic,) = run("topics", str(source))
    assert (topic["topic"], topic["people"], topic["messages"], topic["ids"]) == ("7", "3", "3", "7 5 9")
    assert topic["first"] == "2026-03-05 23:10:00"
    assert topic["last"] == "2026-03-07 09:00:00"
    assert "柳堤路工地" in topic["label"]


def test_one_person_three_times_is_no_topic(tmp_path):
    again = tuple((row[0], "p1", *row[2:]) for row in ROWS)
    assert run("topics", str(write(tmp_path / "in.csv", rows=again))) == []


def test_other_columns_and_a_table_of_texts_alone(tmp_path):
    source = write(tmp_path / "in.csv", ("说的话",), tuple((row[3],) for row in ROWS))
    messages = read_messages(read_table(str(source)), text="说的话")
    assert [one.id for one in messages] == ["1", "2", "3", "4", "5"]
    assert group_messages(messages)[3].group == 0
    with pytest.raises(ColumnsFault, match="--text"):
        read_messages(read_table(str(source)))


def test_times_in_many_ways_and_none():
    moments = read_moments(["", "2026/3/7 9:00:00", "no time", "2026-03-06T10:00:00+08:00", "2026.3.5"])
    assert moments[1] == moments[2]
    assert sorted(moments) == [moments[0], moments[4], moments[3], moments[1], moments[2]]


def test_an_empty_table_has_no_groups(tmp_path):
    source = write(tmp_path / "in.csv", rows=())
    assert run("duplicates", str(source)) == run("topics", str(source)) == []


def test_how_pairs_are_counted():
    judged = {"a": "water", "b": "water", "c": "noise"}
    groups = {"a": "1", "b": "1", "c": "1", "x": "1", "y": "2"}
    assert pair_scores(groups, judged, strict=False) == (pytest.approx(1 / 3), 1.0, 0.5)
    assert pair_scores(groups, judged, strict=True) == (pytest.approx(1 / 6), 1.0, pytest.approx(2 / 7))
    assert pair_scores({"a": "1", "b": "2"}, judged, strict=True) == (0.0, 0.0, 0.0)


def test_how_topics_are_counted():
    found, wanted = [frozenset("abx"), frozenset("cd")], [frozenset("abc")]
    assert topic_scores(found, wanted) == (pytest.approx(2 / 3), pytest.approx(2 / 3))
    assert topic_scores([], wanted) == (0.0, 0.0)
