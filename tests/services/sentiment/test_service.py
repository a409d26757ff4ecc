"""Sentiment as a service: a submitted complaint is read once, the same again when it comes again, by whichever engine."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.sentiment.handlers import on_submitted, on_supplemented
from services.sentiment.loading import load_knowledge
from services.sentiment.service import build
from services.sentiment.settings import SentimentSettings
from shared.adapters.folder_attachments import FolderAttachments
from shared.adapters.sqlite_log import SqliteLog
from shared.events import Actor, Record
from shared.events.intake import ComplaintSupplemented
from shared.events.record import event_types
from shared.events.sentiment import ComplaintRead
from shared.places import load_places
from shared.runtime.keys import Keys
from shared.runtime.service import World
from shared.runtime.settings import Settings
from shared.runtime.work import Batch, Work
from tests.builders import MONDAY, SetClock, complaint
from tests.conftest import OpenStore

CAUSE = "018f0000-0000-7000-8000-000000000001"
SHANGHAI = ZoneInfo("Asia/Shanghai")
Handle = Callable[..., Any]


@pytest.fixture
def handle(open_store: OpenStore) -> Handle:
    """Runs the handler on a complaint and gives the records it made."""

    async def handles(engine: Any = "hashed", received_at: datetime = MONDAY, **said: Any) -> list[Record]:
        event = complaint(**said).model_copy(update={"received_at": received_at})
        record = Record(id=CAUSE, case="C1", at=received_at, by=Actor(kind="complainant"), trace="t", event=event)
        batch = Batch(open_store("sentiment", ()))
        work = Work(batch, MONDAY, Actor(kind="machine", id="sentiment"), record)
        await on_submitted(record, work, known=load_knowledge(engine), zone=SHANGHAI)
        work.settle()
        assert batch.changes() == []
        return batch.emitted

    return handles


async def test_a_submission_is_read_on_its_case(handle: Handle) -> None:
    (made,) = await handle(title="求助", text="家里停水两天了")
    assert (made.case, made.cause, made.trace) == ("C1", CAUSE, "t")
    assert isinstance(made.event, ComplaintRead)
    assert (made.event.urgency, made.event.complaint_type) == ("U2", "help")
    assert made.event.engine.startswith("shipped ")


async def test_the_same_record_again_makes_the_same_record_again(handle: Handle) -> None:
    assert await handle(text="三楼着火了") == await handle(text="三楼着火了")


async def test_the_day_is_the_day_in_the_city(handle: Handle) -> None:
    new_year = datetime(2025, 12, 31, 16, 30, tzinfo=UTC)  # in Shanghai half past midnight
    (made,) = await handle(text="2025年起火，没有信号", received_at=new_year)
    (hour_before,) = await handle(text="2025年起火，没有信号", received_at=new_year - timedelta(hours=1))
    assert (made.event.urgency, hour_before.event.urgency) == ("U4", "U1")


async def test_what_is_added_later_is_read_as_such(open_store: OpenStore) -> None:
    record = Record(id=CAUSE, case="C1", at=MONDAY, by=Actor(kind="complainant"), event=ComplaintSupplemented(text="现在楼道里燃气味很重"))
    batch = Batch(open_store("sentiment", ()))
    work = Work(batch, MONDAY, Actor(kind="machine", id="sentiment"), record)
    await on_supplemented(record, work, known=load_knowledge(), zone=SHANGHAI)
    work.settle()
    (made,) = batch.emitted
    assert isinstance(made.event, ComplaintRead)
    assert (made.event.of, made.event.urgency) == ("supplement", "U1")
    assert "燃气味" in "".join(one.words for one in made.event.evidence)


async def test_snownlp_can_judge_the_mood_instead(handle: Handle) -> None:
    texts = ("质量太差，非常失望，垃圾", "噪音很大" * 4_000, "😀")
    upset, long, silent = [(await handle(engine="snownlp", text=text))[0] for text in texts]
    assert upset.event.engine.startswith("snownlp ")
    assert upset.event.mood < 0
    assert -1 <= long.event.mood <= 1
    assert silent.event.not_understood
    assert silent.event.mood == 0


@pytest.fixture
def world(tmp_path: Path, open_store: OpenStore, event_log: SqliteLog) -> World:
    files = FolderAttachments(tmp_path / "files")
    keys = Keys(session=b"s" * 32, contacts=b"")
    return World(Settings(), SentimentSettings(), open_store("sentiment", ()), event_log, files, SetClock(), keys, load_places())


async def test_every_event_is_handled_or_known_to_be_of_no_use(world: World) -> None:
    service = build(world)
    assert set(service.handlers) | service.ignores == set(event_types().values())
    assert not set(service.handlers) & service.ignores
    for handler in service.handlers.values():
        assert isinstance(handler, partial)
        assert handler.keywords["zone"] == SHANGHAI
