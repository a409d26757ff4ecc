"""Somebody else's table: every row once, broken rows reported and passed over, and a second run that adds nothing."""

import asyncio
import csv
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from services.intake.columns import ColumnsFault, find_columns, read_mapping
from services.intake.commands import add_commands
from services.intake.documents import COMPLAINT
from services.intake.importing import import_file
from services.intake.rows import encoding_of, read_rows
from services.intake.service import build
from shared.ports import Unavailable
from shared.runtime.host import House as Running
from tests.builders import MONDAY

HEADER = "编号,标题,内容,时间,来信人,电话,地址,区县,账号"
GOOD = [
    "1,停水,昨晚开始停水。,2026/3/1 8:30:00,王小明,13812345678,柳堤路 12 号,望澜区,A001",
    '2,路灯,"路灯不亮，\n已经三天。",2026-02-27 19:05,,,钟楼里,东湖区,A001',
    "3,,小区垃圾没人收。,,,,,,",
]


def table(folder: Path, *rows: str, header: str = HEADER, encoding: str = "utf-8-sig", name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes("\r\n".join([header, *rows, ""]).encode(encoding))
    return path


async def complaints(house):
    numbers = [record.case for record in await house.outgoing()]
    return [await house.complaint(number) for number in numbers]


async def take_in(house, path, **options):
    report = await import_file(house.door, path, mapping=options.pop("mapping", {}), **options)
    return report.added, report.known, report.refused


async def test_rows_become_complaints_with_what_their_columns_say(intake, tmp_path):
    assert await take_in(intake, table(tmp_path, *GOOD)) == (3, 0, 0)
    water, light, rubbish = await complaints(intake)
    assert (water.title, water.text, water.channel) == ("停水", "昨晚开始停水。", "import")
    assert (water.place.district, water.place.address) == ("wanglan", "柳堤路 12 号")
    assert water.received_at == datetime(2026, 3, 1, 0, 30, tzinfo=UTC)
    assert intake.door.contacts.open(water.number, water.contact).phone == "+8613812345678"
    assert light.text == "路灯不亮，\n已经三天。"
    assert (light.place.district, light.place.address) == (None, "东湖区 钟楼里"), "a district unknown here stays as words"
    assert light.contact is None
    assert light.person is not None, "the other platform's account tells the same person"
    assert (rubbish.received_at, rubbish.person) == (MONDAY, None)
    assert not list(tmp_path.glob("*.refused.csv"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
async def test_a_second_run_adds_nothing_whatever_the_encoding(intake, tmp_path, encoding):
    assert await take_in(intake, table(tmp_path, *GOOD)) == (3, 0, 0)
    assert await take_in(intake, table(tmp_path, *GOOD, encoding=encoding, name="again.csv")) == (0, 3, 0)
    wider = table(tmp_path, *(row + ",已答复" for row in GOOD if "\n" not in row), header=HEADER + ",答复", name="wider.csv")
    assert await take_in(intake, wider) == (0, 2, 0)


async def test_the_same_row_twice_in_a_file_is_one_complaint(intake, tmp_path):
    assert await take_in(intake, table(tmp_path, GOOD[0], GOOD[0], GOOD[2])) == (2, 1, 0)


BROKEN = [
    ("4,题,,2026-02-01 10:00,,,,,", "text"),
    ("5,题,正文,someday,,,,,", "no moment"),
    ("6,题,正文,2026-03-02 09:01,,,,,", "has not come yet"),
    ("7,题,正文,,王,12345,,,", "phone"),
    ("8,题,正文", "3 columns where the header has 9"),
    ("9,题,正文,,,,,,,,多余", "11 columns"),
    ("10," + "题" * 201 + ",正文,,,,,,", "title"),
    ("11,题," + "水" * 20_001 + ",,,,,,", "text"),
    ("12,题," + "水" * 140_000 + ",,,,,,", "are no rows of a table"),
]


async def test_broken_rows_are_reported_with_line_and_reason_and_stop_nothing(intake, tmp_path):
    rows = [GOOD[0], *(row for row, _ in BROKEN), GOOD[2]]
    path = table(tmp_path, *rows)
    report = await import_file(intake.door, path, mapping={})
    assert (report.added, report.known, report.refused) == (2, 0, len(BROKEN))
    with report.refused_file.open(encoding="utf-8-sig", newline="") as file:
        refused = list(csv.DictReader(file))
    assert [int(row["line"]) for row in refused] == list(range(3, 3 + len(BROKEN)))
    for row, (_, reason) in zip(refused, BROKEN, strict=True):
        assert reason in row["reason"]


async def test_refused_rows_can_be_put_right_and_imported(intake, tmp_path):
    report = await import_file(intake.door, table(tmp_path, "7,题,正文,,王,12345,,,"), mapping={})
    text = report.refused_file.read_text(encoding="utf-8-sig")
    mended = tmp_path / "mended.csv"
    mended.write_text(text.replace("12345", "13812345678"), encoding="utf-8")
    assert await take_in(intake, mended) == (1, 0, 0)


async def test_a_quote_that_never_ends_costs_only_what_it_swallows(intake, tmp_path):
    rows = [GOOD[0], '13,题,"没有结束', *(f"{place},题,正文{place},,,,,," for place in range(100, 9_000))]
    report = await import_file(intake.door, table(tmp_path, *rows), mapping={})
    assert report.added > 6_000
    lost = re.search(r"lines 3 to (\d+) are no rows", report.refused_file.read_text(encoding="utf-8-sig"))
    assert lost
    assert int(lost.group(1)) < 3_000


async def test_single_broken_characters_refuse_their_row_only(intake, tmp_path):
    path = table(tmp_path, *GOOD)
    path.write_bytes(path.read_bytes().replace("小区垃圾".encode(), b"\xe5\xb0" + "区垃圾".encode()))
    assert encoding_of(path) == "utf-8-sig"
    assert await take_in(intake, path) == (2, 0, 1)


async def test_an_outage_is_told_and_the_next_run_goes_on(intake, tmp_path, away):
    await intake.submit()
    path = table(tmp_path, *GOOD)
    with away(), pytest.raises(Unavailable):
        await import_file(intake.door, path, mapping={})
    assert (await take_in(intake, path))[0] == 3


async def test_progress_is_heard_up_to_the_end(intake, tmp_path):
    heard = []
    path = table(tmp_path, *(f"{place},题,正文{place},,,,,," for place in range(450)))
    await take_in(intake, path, progress=heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == path.stat().st_size
    assert len(heard) == 5


@pytest.mark.parametrize(("content", "words"), [("", "no table"), ("a,b\n1,2\n", "no column for the text"), ("\n\n", "no table")])
async def test_a_file_that_is_no_table_is_told(intake, tmp_path, content, words):
    path = tmp_path / "x.csv"
    path.write_text(content)
    with pytest.raises(ColumnsFault, match=words):
        await import_file(intake.door, path, mapping={})


def test_columns_by_synonym_and_by_mapping(tmp_path):
    assert find_columns("x", ["ID", " 留言详情 ", "备注"], {}) == {"id": 0, "text": 1}
    mapping = tmp_path / "map.toml"
    mapping.write_text('text = "备注"\nperson = "id"\n')
    assert find_columns("x", ["id", "内容", "备注"], read_mapping(mapping)) == {"id": 0, "text": 2, "person": 0}


@pytest.mark.parametrize(
    ("content", "words"), [('\ntxet = "x"', "map.toml:2: txet"), ("text = 5", "map.toml:1: text"), ("text = ", "map.toml:1: not TOML")]
)
def test_a_wrong_mapping_names_its_line(tmp_path, content, words):
    path = tmp_path / "map.toml"
    path.write_text(content)
    with pytest.raises(ColumnsFault, match=words):
        read_mapping(path)


def test_a_mapping_to_a_column_that_is_not_there():
    with pytest.raises(ColumnsFault, match="there is no column '正文'; there are: id, 内容"):
        find_columns("x", ["id", "内容"], {"text": "正文"})


def test_rows_say_the_line_they_began_on(tmp_path):
    with table(tmp_path, *GOOD).open(encoding="utf-8-sig", newline="") as file:
        assert [row.line for row in read_rows(file)] == [1, 2, 3, 5]


async def test_the_command(intake, tmp_path):
    application = typer.Typer()
    application.callback()(lambda: None)
    running = Running(
        intake.world.settings, intake.world.log, intake.world.files, intake.clock, intake.world.keys, intake.world.places,
        {"intake": intake.world}, [build(intake.world)],
    )  # fmt: skip
    loop = asyncio.get_running_loop()
    add_commands(application, lambda names, task: asyncio.run_coroutine_threadsafe(task(running), loop).result())
    path = table(tmp_path, *GOOD, BROKEN[0][0])
    result = await asyncio.to_thread(CliRunner().invoke, application, ["import", str(path)])
    assert result.exit_code == 0, result.output
    assert "3 taken in, 0 known from before, 1 refused" in result.output
    assert "table.refused.csv" in result.output.replace("\n", "")
    assert len(await complaints(intake)) == 3


async def test_nothing_of_it_stays_readable_but_the_words(intake, tmp_path):
    await take_in(intake, table(tmp_path, *GOOD))
    found = await intake.world.store.get(COMPLAINT.name, [(await complaints(intake))[0].number])
    assert "A001" not in next(iter(found.values())).body
