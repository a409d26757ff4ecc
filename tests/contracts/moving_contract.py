"""What every adapter must do that documents, events and attachments are moved from and to. Test classes say how each is opened."""

import asyncio
import json
from collections.abc import Awaitable, Callable

import pytest

from shared.events import read
from shared.ports import Attachments, Between, Delivery, Equal, EventLog, Order, Store, Stored, Unsent, Unusable
from shared.ports.moving import FilesTarget, LogTarget, Move, StoreTarget, Whole
from tests.contracts.examples import matter, matter_fields, record
from tests.contracts.log_contract import expected, stories

OpenStore = Callable[[], Awaitable[Store]]
OpenStoreTarget = Callable[[], Awaitable[StoreTarget]]
OpenLog = Callable[[], Awaitable[EventLog]]
OpenLogTarget = Callable[[], Awaitable[LogTarget]]

KEYS = ["回应/2026-0001", "k\"'`%_$.", "👮", "A", "a", *(f"{number:03}" for number in range(40))]
MOVE = Move("sqlite:here", "sqlite:there", "[]")


async def keys_by_page(store: StoreTarget, limit: int) -> list[str]:
    keys: list[str] = []
    while page := await store.page("matter", keys[-1] if keys else None, limit):
        assert len(page) <= limit
        keys += [one.key for one in page]
    return keys


def whole(key: str, version: int = 1, body: object = None, handled: tuple[str, ...] = (), **fields: object) -> Whole:
    return Whole(Stored("matter", key, version, json.dumps(body), handled), matter_fields(fields))  # type: ignore[arg-type]


class StoreMovingContract:
    @pytest.fixture
    def open_store(self) -> OpenStore:
        """Opens the store of this test with `examples.COLLECTIONS`, ready to be used."""
        raise NotImplementedError

    @pytest.fixture
    def open_target(self) -> OpenStoreTarget:
        """The same store as something to move to."""
        raise NotImplementedError

    async def test_pages_give_every_document_once_and_as_it_is(self, open_store: OpenStore, open_target: OpenStoreTarget) -> None:
        store = await open_store()
        await store.commit([matter(key, 0, key, handled=["e1"]) for key in KEYS])
        await store.commit([matter("a", 1, "second", [record("a", 1)], handled=["e1", "e2"])])
        source = await open_target()
        assert sorted(await keys_by_page(source, 7)) == sorted(KEYS)
        assert await keys_by_page(source, 7) == await keys_by_page(source, 100)
        assert await source.count("matter") == len(KEYS)
        found = {one.key: one for one in await source.page("matter", None, 100)}
        assert found == await store.get("matter", KEYS) == await source.get("matter", [*KEYS, "nothing"])
        assert (found["a"].version, found["a"].handled) == (2, ("e1", "e2"))

    async def test_the_kinds_are_those_with_documents(self, open_store: OpenStore, open_target: OpenStoreTarget) -> None:
        store, source = await open_store(), await open_target()
        assert await source.kinds() == set()
        assert await source.page("note", None, 10) == []
        assert (await source.count("note"), await source.get("note", ["a"]), await source.unsent_after(None, 10)) == (0, {}, [])
        await store.commit([matter("a")])
        assert await source.kinds() == {"matter"}

    async def test_unsent_events_come_page_by_page_and_stay(self, open_store: OpenStore, open_target: OpenStoreTarget) -> None:
        store, source = await open_store(), await open_target()
        for version in range(3):
            await store.commit([matter(key, version, events=[record(key, 2 * version), record(key, 2 * version + 1)]) for key in "abcde"])
        sent = [one.mark for one in await store.unsent(100) if one.record.case == "c"]
        await store.sent(sent)
        for _ in range(2):
            taken: list[Unsent] = []
            while some := await source.unsent_after(taken[-1].mark if taken else None, 2):
                taken += some
            stories = {case: [read(one.record.raw) for one in taken if one.record.case == case] for case in "abcde"}
            assert stories == {case: [record(case, n) for n in range(6)] if case != "c" else [] for case in "abcde"}

    async def test_what_is_put_is_there_as_if_it_had_been_written(self, open_store: OpenStore, open_target: OpenStoreTarget) -> None:
        target = await open_target()
        documents = [whole(key, place + 1, {"n": place}, (f"e{place}",), rank=place, urgent=place > 3) for place, key in enumerate(KEYS)]
        await target.put(documents)
        store = await open_store()
        assert await store.get("matter", KEYS) == {one.stored.key: one.stored for one in documents}
        listed = await store.find("matter", {"rank": Between(2, 9)}, order=Order("rank"), limit=100)
        assert [one.key for one in listed] == KEYS[2:9]
        assert await store.count("matter", {"urgent": Equal(True)}) == {None: len(KEYS) - 4}
        assert await store.unsent(10) == []
        assert [conflict.key for conflict in await store.commit([matter("a", 1), matter("A", 4)])] == ["a"]

    async def test_put_again_changes_nothing_and_takes_the_place_of_what_differs(
        self, open_store: OpenStore, open_target: OpenStoreTarget
    ) -> None:
        target = await open_target()
        first, second = whole("a", 3, "first", ("e",), office="west", ticket=1), whole("b", 1, "b", office="west", ticket=2)
        await target.put([first, second])
        await target.put([first, second])
        changed = whole("a", 7, "changed", (), office="east", ticket=2)
        await target.put([changed])
        store = await open_store()
        assert await store.get("matter", ["a", "b"]) == {"a": changed.stored, "b": second.stored}
        assert [one.key for one in await store.find("matter", {"office": Equal("east")}, order=Order("office"), limit=9)] == ["a"]
        assert [one.unique for one in await store.commit([matter("c", office="east", ticket=2)])] == [("office", "ticket")]

    async def test_documents_that_break_a_unique_index_are_told(self, open_target: OpenStoreTarget) -> None:
        target = await open_target()
        with pytest.raises(Unusable, match="where they come from"):
            await target.put([whole("a", office="west", ticket=1), whole("b", office="west", ticket=1)])

    async def test_a_store_filled_by_half_is_refused_at_start(self, open_store: OpenStore, open_target: OpenStoreTarget) -> None:
        target = await open_target()
        assert await target.move() is None
        await target.keep_move(MOVE.text)
        assert await (await open_target()).move() == MOVE.text
        with pytest.raises(Unusable, match="from sqlite:here to here is not finished"):
            await (await open_store()).check()
        done = Move("sqlite:here", "sqlite:there", "[]", finished=True)
        await target.keep_move(done.text)
        await (await open_store()).check()
        assert await target.move() == done.text
        assert await target.kinds() == set(), "a note of its own is no document"


class LogMovingContract:
    patience = 10.0

    @pytest.fixture
    def open_log(self) -> OpenLog:
        """Opens the log of this test: empty the first time."""
        raise NotImplementedError

    @pytest.fixture
    def open_target(self) -> OpenLogTarget:
        """The same log as something to move to."""
        raise NotImplementedError

    async def everything(self, log: LogTarget, limit: int = 1000) -> dict[int, list[tuple[int, str, bytes]]]:
        found: dict[int, list[tuple[int, str, bytes]]] = {}
        for part in await log.parts():
            found[part] = []
            while page := await log.read(part, found[part][-1][0] if found[part] else None, limit):
                assert len(page) <= limit
                found[part] += [(one.position, one.record.case, one.record.raw) for one in page]
        return found

    async def test_records_come_by_part_in_order(self, open_log: OpenLog, open_target: OpenLogTarget) -> None:
        log = await open_log()
        await log.check()
        source = await open_target()
        assert set((await source.parts()).values()) == {0}
        assert all(entries == [] for entries in (await self.everything(source)).values())
        records = stories([f"回应-{number}" for number in range(9)], 12)
        await log.append(records)
        found = await self.everything(source, 7)
        assert {part: len(entries) for part, entries in found.items()} == await source.parts()
        assert found == await self.everything(source)
        by_case: dict[str, list[object]] = {}
        for part, entries in found.items():
            assert [position for position, _, _ in entries] == sorted({position for position, _, _ in entries})
            for _, case, raw in entries:
                assert source.part_of(case) == part
                by_case.setdefault(case, []).append(read(raw))
        assert by_case == expected(records)

    async def test_positions_say_what_a_group_has_acknowledged(self, open_log: OpenLog, open_target: OpenLogTarget) -> None:
        log = await open_log()
        await log.check()
        await log.append(stories(("a", "b", "c"), 4))
        source, reader = await open_target(), log.reader("readers")
        assert await source.acknowledged("readers") == {}
        taken: list[Delivery] = []
        async with asyncio.timeout(self.patience):
            while len(taken) < 12:
                taken += await reader.fetch(12, self.patience)
        await reader.ack(taken[4])
        upto = await source.acknowledged("readers")
        done = [raw for part, entries in (await self.everything(source)).items() for at, _, raw in entries if at <= upto.get(part, -1)]
        assert sorted(done) == sorted(one.raw for one in taken[:5])
        assert await source.read_by(["readers", "others"]) == ["readers"]
        await reader.close()
        assert await source.read_by(["readers", "others"]) == []

    async def test_a_group_goes_on_behind_what_it_is_said_to_have_acknowledged(self, open_log: OpenLog, open_target: OpenLogTarget) -> None:
        log = await open_log()
        await log.check()
        target = await open_target()
        await target.parts()
        records = stories(("a", "b", "c", "d"), 5)
        await target.append(records[:10])
        await target.append(records[10:])
        counts: dict[int, int] = {}
        for one in [one for one in records if one.case in ("a", "b")]:
            counts[target.part_of(one.case)] = counts.get(target.part_of(one.case), 0) + 1
        await target.acknowledge("readers", dict.fromkeys(await target.parts(), 0))
        await target.acknowledge("readers", counts)
        rest = [raw for part, entries in (await self.everything(target)).items() for _, _, raw in entries[counts.get(part, 0) :]]
        reader = log.reader("readers")
        assert await reader.lag() == len(rest)
        taken: list[bytes] = []
        async with asyncio.timeout(self.patience):
            while len(taken) < len(rest):
                taken += [one.raw for one in await reader.fetch(100, self.patience)]
        assert sorted(taken) == sorted(rest)


class FilesMovingContract:
    @pytest.fixture
    def attachments(self) -> Attachments:
        """The attachments of this test."""
        raise NotImplementedError

    @pytest.fixture
    def target(self) -> FilesTarget:
        """The same as something to move to."""
        raise NotImplementedError

    async def test_names_come_once_each_page_by_page(self, attachments: Attachments, target: FilesTarget) -> None:
        assert (await target.count(), await target.names(None, 10)) == (0, [])
        names = ["a", "a.jpg", "a-1", "b", *(f"0190a1b2-{number}.webp" for number in range(25))]
        for name in names:
            await attachments.put(name, name.encode())
        await attachments.put("b", b"again")
        await attachments.put("gone", b"")
        await attachments.remove("gone")
        for limit in (1, 4, 100):
            found: list[str] = []
            while page := await target.names(found[-1] if found else None, limit):
                assert len(page) <= limit
                found += page
            assert sorted(found) == sorted(names)
        assert await target.count() == len(names)

    async def test_what_is_put_is_there(self, attachments: Attachments, target: FilesTarget) -> None:
        await target.put("a.jpg", b"first")
        await target.put("a.jpg", b"\x00\xff" * 200_000)
        assert await attachments.get("a.jpg") == await target.get("a.jpg") == b"\x00\xff" * 200_000
        assert (await target.get("nothing"), await target.count()) == (None, 1)
