"""What every store must do. An adapter's test class inherits StoreContract and says how a store is opened."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import pytest

from shared.events import Record, read
from shared.ports import Between, Change, Conflict, Cursor, Equal, OneOf, Order, Scalar, Store, Unsent, Where
from tests.contracts.examples import matter, matter_fields, page, record
from tests.contracts.store_model import check_store_against_model

OpenStore = Callable[[str], Awaitable[Store]]


def refusals(conflicts: Sequence[Conflict]) -> list[tuple[str, tuple[str, ...]]]:
    return [(conflict.key, conflict.unique) for conflict in conflicts]


def cases(unsent: Sequence[Unsent], case: str) -> list[Record]:
    return [read(one.record.raw) for one in unsent if one.record.case == case]


class StoreContract:
    @pytest.fixture
    def open_store(self) -> OpenStore:
        """Opens the store of that name with `examples.COLLECTIONS`: empty the first time, a further instance on the same data after."""
        raise NotImplementedError

    @pytest.fixture
    async def store(self, open_store: OpenStore) -> AsyncIterator[Store]:
        store = await open_store("main")
        yield store
        await store.close()


class DocumentContract(StoreContract):
    async def test_a_document_comes_back_as_it_was_written(self, store: Store) -> None:
        body = {"text": '噪音\n\t"扰民" \\ 👨‍👩‍👧 é ﷽ \u0000 \u2028', "n": 1.5, "none": None}
        change = matter("k1", 0, body, handled=["e1", "e2"], state="开", rank=3)
        assert await store.commit([change]) == []
        found = (await store.get("matter", ["k1"]))["k1"]
        assert (found.kind, found.key, found.version, found.body, found.handled) == ("matter", "k1", 1, change.body, ("e1", "e2"))
        assert json.loads(found.body) == body

    async def test_get_returns_what_exists_among_the_keys(self, store: Store) -> None:
        await store.commit([matter("a"), matter("b"), Change("note", "c", 0, "{}")])
        assert set(await store.get("matter", ["b", "c", "d", "a", "a"])) == {"a", "b"}
        assert await store.get("matter", []) == {}
        assert set(await store.get("note", ["a", "c"])) == {"c"}

    async def test_a_long_text_and_odd_keys(self, store: Store) -> None:
        keys = ["回应/2026-0001", "k\"'`%_$.", "👮", "A", "a"]
        text = "噪" * 19_999 + "😀"
        await store.commit([matter(key, 0, text) for key in keys])
        found = await store.get("matter", keys)
        assert [json.loads(found[key].body) for key in keys] == [text] * len(keys)

    async def test_versions_count_the_writes(self, store: Store) -> None:
        for expected in range(3):
            assert await store.commit([matter("k", expected, expected, handled=[f"e{expected}"])]) == []
        found = (await store.get("matter", ["k"]))["k"]
        assert (found.version, found.body, found.handled) == (3, "2", ("e2",))

    async def test_what_others_changed_first_is_refused(self, store: Store) -> None:
        await store.commit([matter("k", 0, "first")])
        await store.commit([matter("k", 1, "second")])
        for expected in (0, 1, 3):
            assert refusals(await store.commit([matter("k", expected, "late")])) == [("k", ())]
        assert refusals(await store.commit([matter("not there", 1)])) == [("not there", ())]
        assert (await store.get("matter", ["k", "not there"]))["k"].body == '"second"'

    async def test_of_concurrent_inserts_one_wins(self, store: Store, open_store: OpenStore) -> None:
        other = await open_store("main")
        try:
            results = await asyncio.gather(*((store, other)[n % 2].commit([matter("k", 0, n, [record("k", n)])]) for n in range(20)))
        finally:
            await other.close()
        winners = [n for n, conflicts in enumerate(results) if not conflicts]
        assert len(winners) == 1
        assert (await store.get("matter", ["k"]))["k"].body == str(winners[0])
        assert cases(await store.unsent(100), "k") == [record("k", winners[0])]

    async def test_of_concurrent_updates_one_wins(self, store: Store) -> None:
        await store.commit([matter("k")])
        results = await asyncio.gather(*(store.commit([matter("k", 1, n)]) for n in range(20)))
        winners = [n for n, conflicts in enumerate(results) if not conflicts]
        found = (await store.get("matter", ["k"]))["k"]
        assert (len(winners), found.version, found.body) == (1, 2, str(winners[0]))

    async def test_a_batch_writes_all_but_what_is_refused(self, store: Store) -> None:
        await store.commit([matter("b", 0, "old")])
        batch = [matter(key, expected, events=[record(key, 1)]) for key, expected in (("a", 0), ("b", 0), ("d", 4), ("c", 0))]
        assert refusals(await store.commit(batch)) == [("b", ()), ("d", ())]
        found = await store.get("matter", ["a", "b", "c", "d"])
        assert set(found) == {"a", "b", "c"}
        assert found["b"].body == '"old"'
        assert {one.record.case for one in await store.unsent(10)} == {"a", "c"}

    async def test_a_taken_unique_field_is_named(self, store: Store) -> None:
        await store.commit([matter("a", office="west", ticket=7), matter("b", office="west", ticket=8)])
        third = matter("c", office="west", ticket=7, events=[record("c", 1)])
        assert refusals(await store.commit([third])) == [("c", ("office", "ticket"))]
        assert refusals(await store.commit([matter("b", 1, "new", office="west", ticket=7)])) == [("b", ("office", "ticket"))]
        assert refusals(await store.commit([matter("a", 0, office="west", ticket=7)])) == [("a", ())], "an insert's own key comes first"
        assert refusals(await store.commit([matter("b", 5, office="west", ticket=7)])) == [("b", ())], "so does the version"
        found = await store.get("matter", ["a", "b", "c"])
        assert ({key: one.version for key, one in found.items()}, await store.unsent(10)) == ({"a": 1, "b": 1}, [])

    async def test_a_unique_index_passes_over_none_and_frees_what_was_changed(self, store: Store) -> None:
        assert await store.commit([matter("a", office="west"), matter("b", office="west")]) == []
        assert await store.commit([matter("c", ticket=1), matter("d", ticket=1)]) == []
        assert await store.commit([matter("e", office="west", ticket=1)]) == []
        assert await store.commit([matter("e", 1, office="east", ticket=1)]) == []
        assert await store.commit([matter("a", 1, office="west", ticket=1)]) == []

    async def test_two_of_one_batch_that_want_the_same(self, store: Store) -> None:
        conflicts = await store.commit([matter("a", office="west", ticket=1), matter("b", office="west", ticket=1)])
        assert [conflict.unique for conflict in conflicts] == [("office", "ticket")]
        assert len(await store.get("matter", ["a", "b"])) == 1

    async def test_a_large_batch(self, store: Store) -> None:
        keys = [f"{n:05}" for n in range(2000)]
        assert await store.commit([matter(key, 0, key, [record(key, 1)], rank=n) for n, key in enumerate(keys)]) == []
        found = await store.get("matter", keys)
        assert [json.loads(found[key].body) for key in keys] == keys
        assert await store.count("matter", {}) == {None: 2000}
        assert refusals(await store.commit([matter(key, 2 if key == "00500" else 1) for key in keys])) == [("00500", ())]

    async def test_what_was_committed_is_there_for_the_next(self, store: Store, open_store: OpenStore) -> None:
        await store.commit([matter("k", 0, "kept", [record("k", 1)], ["e"], rank=1)])
        again = await open_store("main")  # the first one is still open, as after a crash
        try:
            assert await again.get("matter", ["k"]) == await store.get("matter", ["k"]) != {}
            assert cases(await again.unsent(10), "k") == [record("k", 1)]
        finally:
            await again.close()

    async def test_nothing_to_do(self, store: Store) -> None:
        assert await store.commit([]) == []
        await store.sent([])
        await store.ping()

    async def test_bugs_are_told(self, store: Store) -> None:
        with pytest.raises(ValueError, match="stranger"):
            await store.get("stranger", ["k"])
        with pytest.raises(ValueError, match="stranger"):
            await store.commit([Change("stranger", "k", 0, "{}")])
        with pytest.raises(ValueError, match="colour"):
            await store.commit([Change("matter", "k", 0, "{}", matter_fields({"colour": "red"}))])
        with pytest.raises(ValueError, match="fields"):
            await store.commit([Change("matter", "k", 0, "{}", {"state": "open"})])
        with pytest.raises(ValueError, match="two changes"):
            await store.commit([matter("k"), matter("k", 1)])
        with pytest.raises(ValueError, match="colour"):
            await store.find("matter", {"colour": Equal("red")}, order=Order("rank"), limit=1)
        with pytest.raises(ValueError, match="colour"):
            await store.find("matter", {}, order=Order("colour"), limit=1)
        with pytest.raises(ValueError, match="colour"):
            await store.count("matter", {}, by="colour")
        assert await store.count("matter", {}) == {None: 0}


class UnsentContract(StoreContract):
    async def test_the_events_of_a_document_stay_in_order(self, store: Store) -> None:
        for expected in range(4):
            events = {key: [record(key, 2 * expected), record(key, 2 * expected + 1)] for key in ("a", "b")}
            await store.commit([matter(key, expected, events=events[key]) for key in ("b", "a")])
        unsent = await store.unsent(100)
        assert {key: cases(unsent, key) for key in ("a", "b")} == {key: [record(key, n) for n in range(8)] for key in ("a", "b")}

    async def test_taking_a_few_at_a_time_empties_it(self, store: Store) -> None:
        for expected in range(3):
            await store.commit([matter(key, expected, events=[record(key, expected)]) for key in "abcde"])
        taken: list[Unsent] = []
        while some := await store.unsent(4):
            assert len(some) <= 4
            taken += some
            await store.sent([one.mark for one in some])
        assert len(taken) == 15
        assert {key: cases(taken, key) for key in "abcde"} == {key: [record(key, n) for n in range(3)] for key in "abcde"}

    async def test_only_what_was_marked_is_forgotten(self, store: Store, open_store: OpenStore) -> None:
        await store.commit([matter("a", events=[record("a", n) for n in range(4)])])
        unsent = await store.unsent(100)
        await store.sent([unsent[1].mark, unsent[2].mark])
        again = await open_store("main")
        try:
            assert cases(await again.unsent(100), "a") == [record("a", 0), record("a", 3)]
        finally:
            await again.close()

    async def test_a_mark_told_twice_never_forgets_a_newer_event(self, store: Store) -> None:
        await store.commit([matter("a", events=[record("a", 1)])])
        [first] = await store.unsent(100)
        await store.sent([first.mark])
        await store.commit([matter("a", 1, events=[record("a", 2)])])
        await store.sent([first.mark])  # a second relay, late
        assert cases(await store.unsent(100), "a") == [record("a", 2)]

    async def test_marking_does_not_disturb_the_document(self, store: Store) -> None:
        await store.commit([matter("a", 0, "body", [record("a", 1)], ["e"])])
        before = await store.get("matter", ["a"])
        await store.sent([one.mark for one in await store.unsent(1)])
        assert await store.get("matter", ["a"]) == before
        assert await store.commit([matter("a", 1)]) == []


STATES = ("open", "waiting", "closed", None)
STOCK: dict[str, dict[str, Scalar]] = {
    f"{n:02}": matter_fields(
        {
            "state": STATES[n % 4],
            "office": ("west", "东", "north")[n % 3],
            "due_at": None if n % 5 == 0 else f"2026-03-{n * 7 % 20 + 10}T00:00:00.000000Z",
            "rank": n % 6 - 2 if n % 2 else (n % 6) / 4,
            "urgent": n % 7 == 0,
        }
    )
    for n in range(60)
}
WHERES: dict[str, Where] = {
    "everything": {},
    "one state": {"state": Equal("open")},
    "no state": {"state": Equal(None)},
    "an office's state": {"office": Equal("东"), "state": Equal("open")},
    "an office's states": {"state": OneOf(("open", "waiting", "open")), "office": Equal("west")},
    "states or none": {"state": OneOf(("closed", None)), "office": OneOf(("west", "东"))},
    "none of nothing": {"state": OneOf(())},
    "from": {"due_at": Between(low="2026-03-15T00:00:00.000000Z")},
    "up to": {"due_at": Between(high="2026-03-20T00:00:00.000000Z"), "office": Equal("north")},
    "from up to": {"due_at": Between("2026-03-12T00:00:00.000000Z", "2026-03-24T00:00:00.000000Z"), "state": Equal("open")},
    "not none": {"due_at": Between()},
    "numbers": {"rank": Between(-1, 1)},
    "a number": {"rank": OneOf((1, 0.5))},
    "yes": {"urgent": Equal(True)},
    "three tests": {"urgent": Equal(False), "rank": Between(low=0), "office": OneOf(("west", "nowhere"))},
}


class ListContract(StoreContract):
    @pytest.fixture
    async def store(self, open_store: OpenStore) -> AsyncIterator[Store]:
        store = await open_store("main")
        await store.commit([Change("matter", key, 0, "{}", fields) for key, fields in STOCK.items()])
        yield store
        await store.close()

    @pytest.mark.parametrize("name", WHERES)
    @pytest.mark.parametrize("order", [Order("due_at"), Order("due_at", True), Order("rank"), Order("office", True)], ids=str)
    async def test_pages_hold_every_match_once_in_order(self, store: Store, name: str, order: Order) -> None:
        keys: list[str] = []
        after: Cursor | None = None
        while some := await store.find("matter", WHERES[name], order=order, limit=7, after=after):
            assert len(some) <= 7
            keys += [one.key for one in some]
            after = Cursor(STOCK[keys[-1]][order.field], keys[-1])
        assert keys == page(STOCK, WHERES[name], order)

    @pytest.mark.parametrize("name", WHERES)
    async def test_count_agrees_with_find(self, store: Store, name: str) -> None:
        matching = [fields for key, fields in STOCK.items() if key in page({key: fields | {"all": 1}}, WHERES[name], Order("all"))]
        assert await store.count("matter", WHERES[name]) == {None: len(matching)}
        states = [fields["state"] for fields in matching]
        assert await store.count("matter", WHERES[name], by="state") == {state: states.count(state) for state in states}

    async def test_a_page_holds_whole_documents(self, store: Store) -> None:
        await store.commit([matter("x", 0, {"text": "全"}, handled=["e"], office="alone", rank=1)])
        [found] = await store.find("matter", {"office": Equal("alone")}, order=Order("rank"), limit=5)
        assert {found.key: found} == await store.get("matter", ["x"])

    @pytest.mark.parametrize("descending", [False, True])
    async def test_what_comes_and_goes_between_pages_moves_nothing_else(self, store: Store, descending: bool) -> None:
        order = Order("due_at", descending)
        keys = page(STOCK, {}, order)
        first = [one.key for one in await store.find("matter", {}, order=order, limit=20)]
        cursor = Cursor(STOCK[first[-1]]["due_at"], first[-1])
        await store.commit([matter("before", due_at=STOCK[first[3]]["due_at"]), matter("behind", due_at=STOCK[keys[-1]]["due_at"])])
        await store.commit([matter(first[5], 1), matter(keys[30], 1)])  # they have no due_at any more
        second = [one.key for one in await store.find("matter", {}, order=order, limit=100, after=cursor)]
        assert first == keys[:20]
        assert [key for key in second if key != "behind"] == [key for key in keys[20:] if key != keys[30]]
        assert "behind" in second

    async def test_a_changed_document_is_found_by_its_new_values_alone(self, store: Store) -> None:
        await store.commit([matter("01", 1, office="moved", rank=9)])
        assert [one.key for one in await store.find("matter", {"office": Equal("moved")}, order=Order("rank"), limit=9)] == ["01"]
        assert "01" not in [one.key for one in await store.find("matter", {"office": Equal("东")}, order=Order("rank"), limit=99)]


class ModelContract(StoreContract):
    def test_any_sequence_of_uses_agrees_with_a_plain_dict(self, open_store: OpenStore) -> None:
        check_store_against_model(open_store)
