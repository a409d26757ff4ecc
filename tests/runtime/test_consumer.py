"""The consumer: once each, in order, nothing lost; surprises are parked with what comes behind them, and can be replayed."""

import json

import pytest

from shared.documents import Kind
from shared.events import Actor, Record, Value, read
from shared.events.intake import ComplaintSupplemented, ComplaintUrged
from shared.ports import Conflict, Unavailable
from shared.runtime.consumer import Consumer
from shared.runtime.parked import PARKED
from shared.runtime.relay import Relay
from shared.runtime.service import Service
from shared.runtime.work import HANDLED_KEPT, Action, Batch, Work
from tests.builders import MONDAY, SetClock
from tests.conftest import drain


class Diary(Value):
    lines: tuple[str, ...] = ()


DIARY: Kind[Diary] = Kind("diary", Diary)
CITIZEN = Actor(kind="complainant")


async def write_down(record: Record, work: Work) -> None:
    assert isinstance(record.event, ComplaintSupplemented)
    diary = await work.load(DIARY, record.case) or Diary()
    if record.event.text == "surprise":
        raise RuntimeError("not thought of")
    work.apply(DIARY, record.case, Diary(lines=(*diary.lines, record.event.text)), [ComplaintUrged(words=record.event.text)])


SERVICE = Service("diarist", (DIARY,), DIARY, {ComplaintSupplemented: write_down})


def said(text: str, number: int, case: str = "one") -> Record:
    return Record(id=f"00000000-0000-7000-8000-{number:012d}", case=case, at=MONDAY, by=CITIZEN, event=ComplaintSupplemented(text=text))


@pytest.fixture
def store(open_store):
    return open_store("diarist", (DIARY, PARKED))


@pytest.fixture
async def consumer(store, event_log):
    consumer = Consumer(SERVICE, store, event_log, SetClock(), event_log.reader("diarist", exclusive=False))
    yield consumer
    await consumer.close()


async def lines(store, case="one"):
    found = await store.get("diary", [case])
    return DIARY.parse(found[case]).lines if found else ()


async def parked(store, case="one"):
    found = await store.get("parked", [case])
    return [(json.loads(one.raw)["event"]["text"], one.behind) for one in PARKED.parse(found[case]).records] if found else []


async def test_each_record_is_handled_once_and_in_order(store, event_log, consumer):
    records = [said(str(number), number) for number in range(5)]
    await event_log.append([*records, records[2], *records])
    await drain(lambda: consumer.step(limit=3, wait=0))
    assert await lines(store) == ("0", "1", "2", "3", "4")
    assert [read(one.record.raw).event.words for one in await store.unsent(100)] == ["0", "1", "2", "3", "4"]


async def test_what_was_not_acknowledged_comes_again_and_changes_nothing(store, event_log, consumer, tmp_path):
    await event_log.append([said("a", 1), said("b", 2)])
    other = Consumer(SERVICE, store, event_log, SetClock(), event_log.reader("another", exclusive=False))
    await consumer.step(wait=0)
    await other.step(wait=0)
    await other.close()
    assert await lines(store) == ("a", "b")


async def test_the_event_ids_of_one_cause_are_always_the_same(store, event_log, consumer):
    await event_log.append([said("a", 1)])
    await consumer.step(wait=0)
    (unsent,) = await store.unsent(10)
    assert read(unsent.record.raw).cause == said("a", 1).id
    again = Batch(store)
    work = Work(again, MONDAY, Actor(kind="machine", id="diarist"), cause=said("a", 1))
    work.emit(ComplaintUrged(words="a"))
    work.settle()
    assert [record.id for record in again.emitted] == [read(unsent.record.raw).id]


async def test_a_surprise_is_parked_with_what_comes_behind_it_and_other_cases_go_on(store, event_log, consumer):
    await event_log.append([said("a", 1), said("surprise", 2), said("c", 3), said("x", 4, case="two")])
    await consumer.step(wait=0)
    await event_log.append([said("d", 5)])
    await consumer.step(wait=0)
    assert await lines(store) == ("a",)
    assert await lines(store, "two") == ("x",)
    assert await parked(store) == [("surprise", False), ("c", True), ("d", True)]


async def test_what_the_store_will_never_take_is_parked_and_stops_nobody(store, event_log, consumer, monkeypatch):
    commit = store.commit

    async def refuse(changes):
        if any("too large" in change.body for change in changes if change.kind == "diary"):
            raise ValueError("diary one is too large for this store")
        return await commit(changes)

    monkeypatch.setattr(store, "commit", refuse)
    await event_log.append([said("a", 1), said("too large", 2), said("x", 3, case="two"), said("b", 4)])
    await consumer.step(wait=0)
    await event_log.append([said("y", 5, case="two")])
    await consumer.step(wait=0)
    assert await lines(store) == ("a",)
    assert await parked(store) == [("too large", False), ("b", True)]
    assert await lines(store, "two") == ("x", "y")


async def test_parking_again_after_a_crash_before_the_ack_adds_nothing(store, event_log, consumer):
    await event_log.append([said("surprise", 1), said("b", 2)])
    await consumer.step(wait=0)
    second = Consumer(SERVICE, store, event_log, SetClock(), event_log.reader("fresh", exclusive=False))
    await second.step(wait=0)
    await second.close()
    assert await parked(store) == [("surprise", False), ("b", True)]


async def test_unknown_types_are_skipped_and_newer_versions_parked(store, event_log, consumer):
    class Raw:
        def __init__(self, event):
            self.case, self.raw = "one", json.dumps(json.loads(said("a", 9).raw) | {"event": event}).encode()

    await event_log.append([Raw({"type": "from.the.future", "v": 1}), Raw({"type": "complaint.supplemented", "v": 7, "text": "new"})])
    await consumer.step(wait=0)
    assert await parked(store) == [("new", False)]


async def test_a_lost_race_is_run_again_on_the_new_document(store, event_log, consumer):
    await event_log.append([said("a", 1)])
    commit, raced = store.commit, []

    async def commit_late(changes):
        if not raced:
            raced.append(True)
            action = Action(store, MONDAY, CITIZEN)
            await action.load(DIARY, "one")
            action.apply(DIARY, "one", Diary(lines=("somebody else",)))
            store.commit = commit
            await action.commit()
            return [Conflict("diary", "one")]
        return await commit(changes)

    store.commit = commit_late
    await consumer.step(wait=0)
    assert await lines(store) == ("somebody else", "a")


async def test_an_outage_acknowledges_nothing(store, event_log, consumer):
    await event_log.append([said("a", 1)])
    commit = store.commit

    async def refuse(changes):
        raise Unavailable("the store is away")

    store.commit = refuse
    with pytest.raises(Unavailable):
        await consumer.step(wait=0)
    store.commit = commit
    assert await consumer.lag() == 1
    await consumer._rewind()
    await consumer.step(wait=0)
    assert (await lines(store), await consumer.lag()) == (("a",), 0)


async def test_a_failing_record_that_another_instance_has_handled_is_not_parked(store, event_log):
    """Without the second look two instances make a false dead letter of each other's work."""
    record = said("a", 1)

    async def too_late(record: Record, work: Work) -> None:
        await work.load(DIARY, record.case)
        other = Consumer(SERVICE, store, event_log, SetClock(), event_log.reader("other", exclusive=False))
        await other.step(wait=0)
        await other.close()
        raise RuntimeError("the world has changed under me")

    await event_log.append([record])
    service = Service("diarist", (DIARY,), DIARY, {ComplaintSupplemented: too_late})
    consumer = Consumer(service, store, event_log, SetClock(), event_log.reader("slow", exclusive=False))
    await consumer.step(wait=0)
    await consumer.close()
    assert (await lines(store), await parked(store)) == (("a",), [])


async def test_the_handled_ids_on_a_document_are_capped(store, event_log, consumer):
    await event_log.append([said(str(number), number) for number in range(HANDLED_KEPT + 20)])
    await drain(lambda: consumer.step(limit=50, wait=0))
    stored = (await store.get("diary", ["one"]))["one"]
    assert len(stored.handled) == HANDLED_KEPT
    assert stored.handled[-1] == said("x", HANDLED_KEPT + 19).id


async def test_the_relay_carries_everything_over_once_and_in_order(store, event_log, consumer):
    await event_log.append([said(str(number), number) for number in range(5)])
    await consumer.step(wait=0)
    relay = Relay("diarist", store, event_log)
    assert await relay.step() == 5
    assert await relay.step() == 0
    reader = event_log.reader("look", exclusive=False)
    texts = [json.loads(one.raw)["event"].get("words") for one in await reader.fetch(100, 0)]
    await reader.close()
    assert texts == [None] * 5 + ["0", "1", "2", "3", "4"]


async def test_a_handler_that_changes_two_documents_is_a_bug_and_parks(store, event_log):
    async def greedy(record: Record, work: Work) -> None:
        for key in ("one", "two"):
            await work.load(DIARY, key)
            work.apply(DIARY, key, Diary(lines=("greedy",)))

    await event_log.append([said("a", 1)])
    service = Service("diarist", (DIARY,), DIARY, {ComplaintSupplemented: greedy})
    consumer = Consumer(service, store, event_log, SetClock(), event_log.reader("greedy", exclusive=False))
    await consumer.step(wait=0)
    await consumer.close()
    assert (await lines(store), await parked(store)) == ((), [("a", False)])


async def test_a_document_may_tell_of_another_case(store):
    action = Action(store, MONDAY, CITIZEN)
    await action.load(DIARY, "one")
    action.apply(DIARY, "one", Diary(lines=("about two",)), [ComplaintUrged(words="two")], case="two")
    await action.commit()
    (unsent,) = await store.unsent(10)
    assert (unsent.record.case, read(unsent.record.raw).case, await lines(store, "two")) == ("two", "two", ())
