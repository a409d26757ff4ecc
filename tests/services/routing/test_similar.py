"""Closed cases are found again by what they say, by every instance, after a restart too; what may not be told is not kept."""

from datetime import timedelta

import pytest

from services.routing import similar
from services.routing.documents import KINDS, PRECEDENT
from services.routing.handlers import on_closed
from services.routing.similar import SimilarCases
from shared.events import Actor, Record
from shared.events.tracking import CaseClosed, Precedent
from shared.ports import Store
from shared.runtime.work import AlreadyHandled, Batch, Work
from tests.builders import MONDAY, SetClock
from tests.conftest import OpenStore

MACHINE = Actor(kind="machine", id="routing")
WATER = Precedent(
    title="家里停水", text="柳堤路12号院从昨天起停水，到现在没有人来修。", department="water_company", category="waterworks.outage"
)
LAMP = Precedent(title="路灯不亮", text="望河路的路灯坏了半个月，晚上走路看不见。", department="urban_management", category="roads.lights")


def closed(case: str, told: Precedent | None, number: int = 1) -> Record:
    event = CaseClosed(outcome="solved", reason="rated", precedent=told)
    return Record(id=f"018f0000-0000-7000-8000-{number:012d}", case=case, at=MONDAY, by=Actor(kind="complainant"), event=event)


@pytest.fixture
def store(open_store: OpenStore) -> Store:
    return open_store("routing", KINDS)


async def keep(store: Store, records: list[Record], at=MONDAY) -> None:
    for record in records:
        batch = Batch(store)
        work = Work(batch, at, MACHINE, record)
        await on_closed(record, work)
        work.settle()
        assert await store.commit(batch.changes()) == []


async def filled(store: Store, clock: SetClock, most: int = 100) -> SimilarCases:
    found = SimilarCases(store, clock, most)
    while await found.refresh():
        pass
    return found


async def test_a_case_like_it_is_found_with_where_it_went(store: Store) -> None:
    await keep(store, [closed("C1", WATER), closed("C2", LAMP)])
    found = await filled(store, SetClock())
    (one,) = found.find("停水没人修", "柳堤路12号院昨天起停水了，一直没有人来修。")
    assert (one.case, one.department, one.category, one.closed_at) == ("C1", "water_company", "waterworks.outage", MONDAY)
    assert one.score > 0.4
    assert found.find("", "") == ()
    assert found.find("退休金", "想问一下退休金什么时候能到账") == ()


async def test_what_may_not_be_told_is_not_kept(store: Store) -> None:
    await keep(store, [closed("C1", None)])
    assert await store.count(PRECEDENT.name, {}) == {None: 0}


async def test_the_same_event_again_keeps_one(store: Store) -> None:
    await keep(store, [closed("C1", WATER)])
    batch = Batch(store)
    with pytest.raises(AlreadyHandled):
        await on_closed(closed("C1", WATER), Work(batch, MONDAY, MACHINE, closed("C1", WATER)))
    assert len(await filled(store, SetClock())) == 1


async def test_what_another_instance_keeps_later_is_found_too_and_asking_leaves_no_trace(store: Store) -> None:
    clock = SetClock()
    found = await filled(store, clock)
    assert found.find(WATER.title, WATER.text) == ()
    await keep(store, [closed("C1", WATER)], MONDAY + timedelta(seconds=20))
    await keep(store, [closed("C2", LAMP)], MONDAY + timedelta(seconds=10))  # committed later by a slower one
    await found.refresh()
    first = found.find(WATER.title, WATER.text)
    assert [one.case for one in first] == ["C1"]
    assert found.find(WATER.title, WATER.text) == first
    assert len(found) == 2


async def test_the_oldest_make_room_and_after_ninety_days_all_are_forgotten(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(similar, "PAGE", 2)
    clock = SetClock()
    for number in range(5):
        told = WATER.model_copy(update={"text": f"第{number}栋停水，没有人来修水管。"})
        await keep(store, [closed(f"C{number}", told, number)], MONDAY + timedelta(hours=number))
    found = await filled(store, clock, most=3)
    assert len(found) == 3
    assert {one.case for one in found.find("", "停水了，没有人来修水管。")} <= {"C2", "C3", "C4"}
    clock.moment = MONDAY + timedelta(days=91)
    await found.refresh()
    assert len(found) == 0
