"""What `huiying prepare` makes on a server of MongoDB's protocol, and what a start refuses to work on."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pymongo
import pytest
from pymongo.collection import Collection as Table

from shared.adapters import mongo_indexes, mongo_query
from shared.adapters.mongo_store import MongoStore
from shared.ports import Between, Change, Collection, Cursor, Equal, Index, OneOf, Order, Unavailable, Unusable, Where
from tests.contracts.examples import MATTER, NOTE, matter, record
from tests.contracts.mongo_databases import Databases, databases
from tests.servers.mongo import named_server

OLD = Collection("thing", ("state",), (Index(("state",)),))
NEW = Collection("thing", ("state", "said_at", "number"), (Index(("said_at", "state")), Index(("number",), unique=True)))

Tables = Callable[[str], Table[Any]]


@pytest.fixture
def places(mongo_url: str) -> Iterator[Databases]:
    with databases(mongo_url) as places:
        yield places


@pytest.fixture
def table(places: Databases) -> Iterator[Tables]:
    """A collection as it lies on the server."""
    with pymongo.MongoClient[Any](places.url) as client:
        yield lambda name: client[places.place().database][name]


def thing(key: str, body: str = "{}", expected: int = 0, **fields: Any) -> Change:
    return Change("thing", key, expected, body, {"state": "open", **fields}, events=(record(key, 1),))


async def written(places: Databases, collection: Collection, *changes: Change) -> None:
    """What a process of the version with this declaration writes; it has looked at its start, long ago."""
    store = MongoStore(places.place(), [collection])
    store._checked = True
    assert await store.commit(changes) == []
    await store.close()


def names(table: Table[Any]) -> set[str]:
    return {name.removeprefix("huiying:") for name in table.index_information()} - {"_id_", "_id_1__version_1"}


async def test_nothing_is_served_before_it_was_prepared(places: Databases) -> None:
    store = MongoStore(places.place(), [MATTER, NOTE])
    with pytest.raises(Unusable, match=r"matter: the indexes .*office.ticket.* are missing: run `huiying prepare`"):
        await store.check()
    with pytest.raises(Unavailable, match="run `huiying prepare`"):
        await store.commit([matter("a")])
    with pytest.raises(Unavailable, match="run `huiying prepare`"):
        await store.ping()
    await store.prepare()
    await store.check()
    assert await store.commit([matter("a")]) == []
    await store.close()


async def test_prepare_makes_what_is_declared_and_drops_what_is_not_any_more(places: Databases, table: Tables) -> None:
    await places.prepare("main", [OLD])
    table("thing").create_index([("mine", 1)], name="somebody else's")
    assert names(table("thing")) == {"state", "unsent", "somebody else's"}
    await places.prepare("main", [NEW])
    assert names(table("thing")) == {"said_at.state", "unique number", "unsent", "somebody else's"}
    keys = {name: index["key"] for name, index in table("thing").index_information().items()}
    assert keys["huiying:said_at.state"] == [("said_at", 1), ("state", 1), ("_id", 1)]
    await places.prepare("main", [NEW])
    await (await places.open("main", [NEW])).check()


async def test_a_start_names_the_index_that_is_missing(places: Databases, table: Tables) -> None:
    store = await places.open("main", [NEW])
    table("thing").drop_index("huiying:unique number")
    with pytest.raises(Unusable, match="thing: the indexes unique number are missing"):
        await store.check()
    table("thing").create_index([("_unique_number", 1)], name="huiying:unique number")  # by hand, and not unique
    with pytest.raises(Unusable, match="unique number"):
        await store.check()
    await store.prepare()
    await store.check()
    await store.close()


async def test_stored_documents_get_their_new_fields_from_their_bodies(
    places: Databases, table: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mongo_indexes, "PAGE", 3)
    await places.prepare("main", [OLD])
    body = '{{"number": {}, "said_at": "2026-03-02T09:00:0{}+08:00", "state": "not asked for"}}'
    await written(places, OLD, *(thing(str(n), body.format(n, n)) for n in range(8)), thing("none"), thing("list", "[1]"))
    store = MongoStore(places.place(), [NEW])
    with pytest.raises(Unusable, match="huiying prepare"):
        await store.check()
    await store.prepare()
    found = await store.find("thing", {"state": Equal("open")}, order=Order("said_at", True), limit=3)
    assert [one.key for one in found] == ["7", "6", "5"]
    assert {one["said_at"] for one in table("thing").find({"_id": "0"})} == {"2026-03-02T01:00:00.000000Z"}
    assert await store.count("thing", {"said_at": Equal(None)}) == {None: 2}
    again = Change("thing", "new", 0, "{}", {"state": None, "said_at": None, "number": 7})
    assert [one.unique for one in await store.commit([again])] == [("number",)]
    assert ({one.version for one in (await store.get("thing", list("01234567"))).values()}, len(await store.unsent(99))) == ({1}, 10)
    await store.close()


async def test_what_processes_of_the_old_version_still_wrote_is_put_right_by_the_next_prepare(places: Databases, table: Tables) -> None:
    await places.prepare("main", [OLD])
    await written(places, OLD, thing("a", '{"number": 1}'))
    await places.prepare("main", [NEW])
    await written(places, OLD, thing("a", '{"number": 2}', 1), thing("b", '{"number": 1}'))  # a rolling update
    store = await places.open("main", [NEW])  # prepares once more
    assert [one.key for one in await store.find("thing", {"number": Equal(2)}, order=Order("number"), limit=9)] == ["a"]
    assert [one.key for one in await store.find("thing", {"number": Equal(1)}, order=Order("number"), limit=9)] == ["b"]
    await store.close()
    with pytest.raises(Unusable, match="run `huiying prepare` of this version"):
        await MongoStore(places.place(), [replace(OLD, indexes=())]).check()


async def test_values_that_are_not_unique_are_told_and_may_be_put_right(places: Databases, table: Tables) -> None:
    await places.prepare("main", [OLD])
    await written(places, OLD, thing("a", '{"number": 1}'), thing("b", '{"number": 1}'))
    with pytest.raises(Unusable, match=r"thing: several stored documents have the same unique number"):
        await places.prepare("main", [NEW])
    with pytest.raises(Unusable, match="huiying prepare"):
        await MongoStore(places.place(), [NEW]).check()
    await places.prepare("main", [OLD])
    await written(places, OLD, thing("b", '{"number": 2}', 1))
    await places.prepare("main", [NEW])
    await (await places.open("main", [NEW])).check()


async def test_a_newer_format_is_left_alone(places: Databases, table: Tables) -> None:
    store = await places.open("main", [OLD])
    table(mongo_indexes.NOTES).update_one({"_id": "format"}, {"$set": {"number": mongo_indexes.FORMAT + 1}})
    for refuses in (store.check, store.prepare):
        with pytest.raises(Unusable, match="written by a newer version"):
            await refuses()
    await store.close()


@pytest.mark.skipif(named_server() is None, reason="the server in memory explains no plans; name a true mongod by HUIYING_TEST_MONGO")
async def test_lists_come_in_order_out_of_their_index(places: Databases, table: Tables) -> None:
    store = await places.open("main", [MATTER])
    for state in ("open", "closed", "waiting"):
        rows = [matter(f"{state}{n}", office="west", state=state, due_at=f"2026-03-{n % 28 + 1:02}", ticket=None) for n in range(200)]
        await store.commit(rows)
    await store.close()
    where: Where = {"office": Equal("west"), "state": OneOf(("open", "closed")), "due_at": Between("2026-03-02", "2026-03-20")}
    for order in (Order("due_at"), Order("due_at", True)):
        question, sort = mongo_query.find(MATTER, where, order, Cursor("2026-03-09", "open8"))
        command = {"find": "matter", "filter": question, "sort": dict(sort), "limit": 20}
        plan = str(table("matter").database.command("explain", command, verbosity="queryPlanner")["queryPlanner"]["winningPlan"])
        assert "huiying:office.state.due_at" in plan
        assert "'SORT'" not in plan
        assert "COLLSCAN" not in plan
