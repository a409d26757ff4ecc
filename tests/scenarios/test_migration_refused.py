"""When moving house must not begin or go on, and what the command says and returns."""

import shutil
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.command import application
from services.moving import read_places
from shared.adapters.sqlite_log import SqliteLog
from shared.ports import Unusable
from shared.runtime.settings import SettingsError
from tests.scenarios.city import TEXTS
from tests.scenarios.moved import living, moved, settings

pytestmark = pytest.mark.timeout(120)


class Stopped(Exception):  # noqa: N818 - no fault
    """The run ends here, as when its terminal is closed."""


def stop_at(part: str, call: int):
    """A progress that ends the run at this call for the part."""
    calls = 0

    def progress(name: str, done: int, total: int) -> None:
        nonlocal calls
        calls += name == part
        if name == part and calls == call:
            raise Stopped

    return progress


@pytest.fixture
def source(played: Path, tmp_path: Path) -> Path:
    """A copy that may be changed."""
    shutil.copytree(played, tmp_path / "source")
    return tmp_path / "source"


async def stop_half_way(source: Path, to: Path, part: str = "event log", call: int = 1) -> None:
    with pytest.raises(Stopped):
        await moved(source, to, stop_at(part, call))


async def submit_one(folder: Path) -> None:
    async with living(folder) as city:
        await city.submit(TEXTS[3])


async def test_a_place_that_is_not_empty_stays_as_it_is(source, arrived, tmp_path):
    shutil.copytree(arrived, tmp_path / "arrived")
    with pytest.raises(Unusable, match=r"was filled from .*; name an empty place"):
        await moved(source, tmp_path / "arrived")
    with pytest.raises(Unusable, match=r"is not empty \(intake, sentiment, routing, tracking, the event log, the attachments\)"):
        await moved(tmp_path / "arrived", source)
    (tmp_path / "new" / "files" / "00").mkdir(parents=True)
    (tmp_path / "new" / "files" / "00" / "photo.jpg").write_bytes(b"somebody else's")
    with pytest.raises(Unusable, match=r"is not empty \(the attachments\)"):
        await moved(source, tmp_path / "new")


async def test_what_was_moved_by_half_can_be_neither_started_nor_moved_on(source, tmp_path):
    await stop_half_way(source, tmp_path / "half")
    with pytest.raises(Unusable, match="is not finished"):
        async with living(tmp_path / "half"):
            pass
    with pytest.raises(Unusable, match="is not finished"):
        await moved(tmp_path / "half", tmp_path / "new")
    assert (await moved(source, tmp_path / "half")).same
    async with living(tmp_path / "half") as city:
        await city.submit(TEXTS[3])


async def test_nobody_may_work_on_either_side(source, tmp_path):
    log = SqliteLog(source / "log.db")
    await log.reader("tracking").fetch(1, 0)
    with pytest.raises(Unusable, match="tracking still runs"):
        await moved(source, tmp_path / "new")
    await log.close()
    assert (await moved(source, tmp_path / "new")).same
    log = SqliteLog(tmp_path / "new" / "log.db")
    await log.reader("intake").fetch(1, 0)
    with pytest.raises(Unusable, match=r"new.*: intake still runs"):
        await moved(source, tmp_path / "new")
    await log.close()


async def test_a_source_that_has_gone_on_is_not_mixed_in(source, tmp_path):
    await stop_half_way(source, tmp_path / "new")
    await submit_one(source)
    with pytest.raises(Unusable, match="has gone on since this move began; empty"):
        await moved(source, tmp_path / "new")


async def test_a_target_that_has_gone_on_is_compared_and_left_alone(source, tmp_path):
    assert (await moved(source, tmp_path / "new")).same
    await submit_one(tmp_path / "new")
    again = await moved(source, tmp_path / "new")
    assert (again.moved, again.same) == (False, False)
    async with living(tmp_path / "new") as city:
        assert len(await city.store("intake").unsent(100)) == 1, "what it had to send is still its own"


async def test_what_was_spoilt_on_the_way_is_put_right_by_the_next_run(source, tmp_path):
    new = tmp_path / "new"
    await stop_half_way(source, new, "comparison", 2)
    with sqlite3.connect(new / "intake.db") as connection:
        connection.execute("UPDATE complaint SET _body = '{}' WHERE rowid = 1")
        connection.execute("DELETE FROM notice WHERE rowid = 2")
    connection.close()
    for path in [path for path in (new / "files").rglob("*") if path.is_file()][:2]:
        path.write_bytes(b"half")
    assert (await moved(source, new)).same


async def test_documents_that_this_version_cannot_read_are_named(source, tmp_path):
    with sqlite3.connect(source / "tracking.db") as connection:
        connection.execute("UPDATE account SET _body = '{\"v\": 99}' WHERE _key = 'agent'")
    connection.close()
    with pytest.raises(Unusable, match="account agent cannot be read by this version"):
        await moved(source, tmp_path / "new")
    with sqlite3.connect(source / "tracking.db") as connection:
        connection.execute("CREATE TABLE tomorrow AS SELECT * FROM account")
    connection.close()
    with pytest.raises(Unusable, match=r"tracking keeps documents that this version does not know \(tomorrow\)"):
        await moved(source, tmp_path / "newer")


async def test_a_folder_that_is_no_house_is_told_and_nothing_made(tmp_path):
    with pytest.raises(Unusable, match=r"there is no .*intake\.db"):
        await moved(tmp_path / "nothing", tmp_path / "new")
    assert not (tmp_path / "nothing").exists()
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("text", "store", "log", "files"),
    [
        ("sqlite:data", "sqlite:data", "sqlite:data/log.db", "folder:data/files"),
        ("sqlite:data,folder:photos", "sqlite:data", "sqlite:data/log.db", "folder:photos"),
        ("sqlite:a,sqlite:b/log.db,folder:c", "sqlite:a", "sqlite:b/log.db", "folder:c"),
        ("mongodb://h/n,kafka://k/t", "mongodb://h/n", "kafka://k/t", "mongodb://h/n"),
        (
            "mongodb://u:p@a:1,b:2,c:3/n?replicaSet=r,kafkas://x:1,kafka:2/t,mongodb://d,mongodb:3/f",
            "mongodb://u:p@a:1,b:2,c:3/n?replicaSet=r",
            "kafkas://x:1,kafka:2/t",
            "mongodb://d,mongodb:3/f",
        ),
        ("mongodb+srv://h/n,kafka://k/t,folder:f", "mongodb+srv://h/n", "kafka://k/t", "folder:f"),
    ],
)
def test_places_are_named_by_their_urls(text, store, log, files):
    places = read_places(text, settings())
    assert (places.store, places.log, places.files) == (store, log, files)


def test_places_left_out_are_those_of_the_settings():
    assert read_places("", settings(HUIYING_STORE_URL="mongodb://h/n")).store == "mongodb://h/n"


@pytest.mark.parametrize(
    "text", ["kafka://k/t", "mongodb://h/n", "folder:f", "sqlite:a,kafka://k/t,kafka://l/t", "sqlite:a,folder:b,folder:c", "x"]
)
def test_places_that_make_no_house_are_refused(text):
    with pytest.raises(SettingsError, match="--from and --to"):
        read_places(text, settings())


def test_the_command_moves_compares_and_says_so(source, tmp_path):
    command = ["migrate", "--from", f"sqlite:{source}", "--to", f"sqlite:{tmp_path / 'new'}"]
    done = CliRunner().invoke(application, command)
    assert done.exit_code == 0, done.output
    for words in ("intake: complaint", "read by tracking", "piece by piece", "HUIYING_CONTACTS_KEY"):
        assert words in done.output
    shutil.rmtree(tmp_path / "new" / "files")
    (tmp_path / "new" / "files").mkdir()
    again = CliRunner().invoke(application, command)
    assert again.exit_code == 1
    assert "differ: " in again.output
    same = CliRunner().invoke(application, ["migrate", "--from", f"sqlite:{source}", "--to", f"sqlite:{source}/../source"])
    assert "is named in --from and in --to" in str(same.exception)
