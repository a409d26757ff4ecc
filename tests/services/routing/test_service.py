"""Routing as a service: a submitted complaint makes one proposal, the same again when it comes again."""

from pathlib import Path

import pytest

from services.routing.handlers import on_submitted
from services.routing.loading import CatalogueError, load_knowledge
from services.routing.service import build
from services.routing.settings import RoutingSettings
from services.routing.similar import SimilarCases
from shared.adapters.folder_attachments import FolderAttachments
from shared.adapters.sqlite_log import SqliteLog
from shared.events import Actor, Record
from shared.events.record import event_types
from shared.events.routing import DepartmentProposed
from shared.gazetteer import GazetteerError
from shared.places import load_places
from shared.runtime.keys import Keys
from shared.runtime.service import World
from shared.runtime.settings import Settings
from shared.runtime.work import Batch, Work
from tests.builders import MONDAY, SetClock, complaint
from tests.conftest import OpenStore

CAUSE = "018f0000-0000-7000-8000-000000000001"


def submitted(text: str) -> Record:
    return Record(id=CAUSE, case="C1", at=MONDAY, by=Actor(kind="complainant"), trace="t", event=complaint(text))


async def handle(open_store: OpenStore, record: Record) -> list[Record]:
    batch = Batch(open_store("routing", ()))
    work = Work(batch, MONDAY, Actor(kind="machine", id="routing"), record)
    find_similar = SimilarCases(batch.store, SetClock()).find
    await on_submitted(record, work, known=load_knowledge(load_places(), None, 0.9), find_similar=find_similar)
    work.settle()
    assert batch.changes() == []
    return batch.emitted


async def test_a_submission_makes_one_proposal_on_its_case(open_store: OpenStore) -> None:
    (made,) = await handle(open_store, submitted("家里停水两天了"))
    assert (made.case, made.cause, made.trace) == ("C1", CAUSE, "t")
    assert isinstance(made.event, DepartmentProposed)
    assert made.event.best is not None
    assert made.event.best.department == "water_company"


async def test_the_same_record_again_makes_the_same_record_again(open_store: OpenStore) -> None:
    assert await handle(open_store, submitted("路灯坏了")) == await handle(open_store, submitted("路灯坏了"))


@pytest.fixture
def world(tmp_path: Path, open_store: OpenStore, event_log: SqliteLog) -> World:
    files = FolderAttachments(tmp_path / "files")
    keys = Keys(session=b"s" * 32, contacts=b"c" * 32)
    return World(Settings(), RoutingSettings(), open_store("routing", ()), event_log, files, SetClock(), keys, load_places())


async def test_every_event_is_handled_or_known_to_be_of_no_use(world: World) -> None:
    service = build(world)
    assert service.name == "routing"
    assert not set(service.handlers) & service.ignores
    assert set(service.handlers) | service.ignores == set(event_types().values())


async def test_a_catalogue_that_cannot_be_used_stops_the_start(world: World, tmp_path: Path) -> None:
    broken = tmp_path / "own.toml"
    broken.write_text('[[rule]]\nid = "x"\n', encoding="utf-8")
    own = RoutingSettings(catalogue=broken)
    with pytest.raises(CatalogueError, match=r"^own\.toml:1: "):
        build(World(**{**vars(world), "own": own}))


async def test_a_gazetteer_is_read_at_the_start_and_stops_it_when_it_cannot_be_used(world: World, tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text("kind,name,also,district,street,department,note\nroad,东风路,,望澜区,,,\n", encoding="utf-8")
    there = World(**{**vars(world), "settings": world.settings.model_copy(update={"gazetteer": own})})
    assert build(there).state["routing"].names.meanings["东风路"].districts == {"wanglan"}
    assert "柳堤路" in build(world).state["routing"].names.meanings
    own.write_text(own.read_text("utf-8") + "lake,东湖,,,,,\n", encoding="utf-8")
    with pytest.raises(GazetteerError, match=r"^own\.csv:3: kind 'lake'"):
        build(there)
