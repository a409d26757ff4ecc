"""The page of imports: a table sent, its columns named, taken in by the job, once, also when it is stopped in between."""

import re

import httpx
import pytest

from services.intake.actions import table_imports
from services.intake.actions.looking import looks
from services.intake.actions.table_imports import find_table, take_tables_in
from services.intake.importing import import_file
from services.intake.model.table_import import KEPT
from shared.ports import Unavailable
from tests.services.intake.conftest import House
from tests.services.intake.test_workbooks import workbook

CSV = "编号,留言,电话\n1,昨晚停水。,13812345678\n2,路灯不亮。,\n3,,\n".encode()


async def send(intake: House, name: str, content: bytes) -> httpx.Response:
    intake.sign_in("clerk")
    return await intake.form("/import", "/import", files={"table": (name, content)})


async def sent(intake: House, name: str, content: bytes) -> str:
    """The id of the import that this table became."""
    answer = await send(intake, name, content)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].removeprefix("/import/")


async def test_a_table_is_looked_at_named_and_taken_in(intake: House) -> None:
    key = await sent(intake, "旧平台.csv", CSV)
    page = (await intake.client.get(f"/import/{key}")).text
    assert "昨晚停水。" in page, "its first rows are shown"
    assert '<option value="电话" selected>' in page, "the headers tell what they can"
    refused = await intake.form(f"/import/{key}", f"/import/{key}", {"which": "start"})
    assert refused.status_code == 422, "nothing tells which column is the text"
    started = await intake.form(f"/import/{key}", f"/import/{key}", {"which": "start", "text": "留言", "phone": "电话"})
    assert started.status_code == 303
    assert await take_tables_in(intake.door) == 1
    table = await find_table(intake.door, key)
    assert table is not None
    assert (table.state, table.added, table.known, table.refused) == ("done", 2, 0, 1)
    refused_rows = await intake.client.get(f"/import/{key}/refused")
    assert refused_rows.headers["content-disposition"].startswith("attachment")
    assert re.search(r"3,,,4,", refused_rows.content.decode("utf-8-sig"))
    assert await take_tables_in(intake.door) == 0


async def test_looking_again_starts_nothing(intake: House) -> None:
    key = await sent(intake, "a.csv", CSV)
    looked = await intake.form(f"/import/{key}", f"/import/{key}", {"which": "look", "text": "留言"})
    assert looked.status_code == 200
    assert '<option value="留言" selected>' in looked.text
    assert await take_tables_in(intake.door) == 0


async def test_a_workbook_by_the_page(intake: House, tmp_path) -> None:
    path = workbook(tmp_path, [1, "停水", "昨晚开始停水。"])
    key = await sent(intake, "x.xlsx", path.read_bytes())
    await intake.form(f"/import/{key}", f"/import/{key}", {"which": "start"})
    await take_tables_in(intake.door)
    table = await find_table(intake.door, key)
    assert table is not None
    assert (table.state, table.added) == ("done", 1)


async def test_stopped_in_between_it_goes_on_and_takes_nothing_twice(intake: House, monkeypatch: pytest.MonkeyPatch) -> None:
    key = await sent(intake, "a.csv", CSV)
    await intake.form(f"/import/{key}", f"/import/{key}", {"which": "start", "text": "留言"})

    async def stops(*args, **options):
        await import_file(*args, **options)
        raise Unavailable("the machine went down right here")

    with monkeypatch.context() as patch:
        patch.setattr(table_imports, "import_file", stops)
        with pytest.raises(Unavailable):
            await take_tables_in(intake.door)
    assert await take_tables_in(intake.door) == 1
    table = await find_table(intake.door, key)
    assert table is not None
    assert (table.state, table.added, table.known) == ("done", 0, 2)
    assert len([record for record in await intake.outgoing() if record.event.type == "complaint.submitted"]) == 2


async def test_of_two_processes_the_quicker_one_has_the_say(intake: House, monkeypatch: pytest.MonkeyPatch) -> None:
    key = await sent(intake, "a.csv", CSV)
    await intake.form(f"/import/{key}", f"/import/{key}", {"which": "start", "text": "留言"})

    async def overtaken(*args, **options):
        with monkeypatch.context() as other:
            other.setattr(table_imports, "import_file", import_file)
            await take_tables_in(intake.door)
        return await import_file(*args, **options)

    with monkeypatch.context() as patch:
        patch.setattr(table_imports, "import_file", overtaken)
        await take_tables_in(intake.door)
    table = await find_table(intake.door, key)
    assert table is not None
    assert (table.state, table.added, table.known) == ("done", 2, 0)


async def test_a_table_that_surprises_is_left_to_a_person_and_holds_up_no_other(intake: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def surprised(*args, **options):
        raise ZeroDivisionError

    keys = [await sent(intake, name, CSV) for name in ("a.csv", "b.csv")]
    for key in keys:
        await intake.form(f"/import/{key}", f"/import/{key}", {"which": "start", "text": "留言"})
    with monkeypatch.context() as patch:
        patch.setattr(table_imports, "import_file", surprised)
        await take_tables_in(intake.door)
    await take_tables_in(intake.door)
    tables = [await find_table(intake.door, key) for key in keys]
    assert [(table.state, table.fault) for table in tables if table] == [
        ("failed", "the table cannot be taken in (ZeroDivisionError)"), ("done", ""),
    ]  # fmt: skip


async def test_what_is_no_table_is_said_and_can_be_left(intake: House) -> None:
    key = await sent(intake, "x.xlsx", b"PK\x03\x04 broken")
    page = await intake.client.get(f"/import/{key}")
    assert page.status_code == 200
    assert "no xlsx workbook" in page.text


async def test_no_file_is_a_fault_at_the_field(intake: House) -> None:
    answer = await send(intake, "a.csv", b"")
    assert answer.status_code == 422
    assert 'id="table-error"' in answer.text


async def test_after_a_week_nothing_is_left_of_the_table(intake: House) -> None:
    key = await sent(intake, "a.csv", CSV)
    intake.clock.forward(seconds=KEPT.total_seconds() + 1)
    intake.sign_in("clerk")
    assert await take_tables_in(intake.door) == 1
    table = await find_table(intake.door, key)
    assert table is not None
    assert table.state == "dropped"
    assert await intake.world.files.get(f"table-{key}.tbl") is None
    assert "昨晚停水" not in (await intake.client.get(f"/import/{key}")).text


async def test_what_a_table_says_lies_nowhere_open(intake: House) -> None:
    key = await sent(intake, "a.csv", "内容,姓名,电话\n停水,王小明,13812345678\n,李小红,13899998888\n".encode())
    await intake.form(f"/import/{key}", f"/import/{key}", {"which": "start"})

    def lies_open(secret: str) -> bool:
        return any(secret.encode() in path.read_bytes() for path in intake.folder.rglob("*") if path.is_file())

    assert not any(map(lies_open, ("王小明", "13812345678", "李小红")))
    await take_tables_in(intake.door)
    assert "李小红" in (await intake.client.get(f"/import/{key}/refused")).content.decode("utf-8-sig")
    assert not any(map(lies_open, ("王小明", "13812345678", "李小红")))
    assert lies_open("停水"), "the files were looked at"


async def test_a_first_row_that_was_taken_for_headers_goes_with_the_table(intake: House) -> None:
    key = await sent(intake, "a.csv", "停水,13812345678\n停电,13812345679\n".encode())
    await intake.form(f"/import/{key}", f"/import/{key}", {"which": "start", "text": "停水", "phone": "13812345678"})
    await take_tables_in(intake.door)
    intake.clock.forward(seconds=KEPT.total_seconds() + 1)
    await take_tables_in(intake.door)
    table = await find_table(intake.door, key)
    assert table is not None
    assert (table.state, table.mapping, table.fault) == ("dropped", {}, "")


async def test_who_opens_a_table_of_another_is_written_down(intake: House) -> None:
    key = await sent(intake, "a.csv", CSV)
    await intake.client.get(f"/import/{key}")
    assert await looks(intake.door, f"import:{key}") == []
    intake.sign_in("clerk", login="zhao")
    await intake.client.get(f"/import/{key}")
    await intake.form(f"/import/{key}", f"/import/{key}", {"which": "start", "text": "留言"})
    await take_tables_in(intake.door)
    await intake.client.get(f"/import/{key}/refused")
    found = await looks(intake.door, f"import:{key}")
    assert {one.login for one in found} == {"zhao"}
    assert len(found) == 4


async def test_a_table_that_runs_is_not_started_again(intake: House) -> None:
    key = await sent(intake, "a.csv", CSV)
    page = f"/import/{key}"
    hidden = re.search(r'name="csrf" value="([^"]+)"', (await intake.client.get(page)).text)
    assert hidden
    fields = {"csrf": hidden[1], "which": "start", "text": "留言"}
    assert (await intake.client.post(page, data=fields)).status_code == 303
    assert (await intake.client.post(page, data=fields)).status_code == 409


@pytest.mark.parametrize("role", ["agent", "handler"])
async def test_only_clerks_and_administrators_import(intake: House, role: str) -> None:
    intake.sign_in(role, department="water" if role == "handler" else None)
    assert (await intake.client.get("/import")).status_code == 403
