"""Parked events: shown without what people wrote, replayed in order, dismissed only as seen; for every service."""

import pytest

from services.tracking.actions.parked import Parked, mark_of
from shared.events import Actor, Record
from shared.events.intake import ComplaintSupplemented, ComplaintUrged, ComplaintWithdrawn
from shared.ports import Change, Conflict
from shared.runtime.parked import PARKED, park
from shared.runtime.service import Service
from tests.builders import MONDAY, case_in, complaint

CASE_NUMBER = "2603020000017"
ADMIN = Actor(kind="officer", id="admin")


def record(event, number: int) -> Record:
    name = f"01900000-0000-7000-8000-{number:012}"
    return Record(id=name, case=CASE_NUMBER, at=MONDAY, by=Actor(kind="machine", id="intake"), event=event)


async def put(store, *raws: bytes) -> None:
    parked = None
    for number, raw in enumerate(raws):
        parked = park(parked, CASE_NUMBER, raw, "LookupError: there is no case", MONDAY, behind=number > 0)
    assert parked is not None
    assert not await store.commit([Change(PARKED.name, CASE_NUMBER, 0, PARKED.body(parked), PARKED.values(parked))])


async def waiting(store) -> int:
    stored = (await store.get(PARKED.name, [CASE_NUMBER])).get(CASE_NUMBER)
    return len(PARKED.parse(stored).records) if stored else 0


def raw(event, number: int) -> bytes:
    return record(event, number).model_dump_json().encode()


URGED, ADDED = ComplaintUrged(words="已经第三天了"), ComplaintSupplemented(text="今天早上又停了")


async def test_the_page_shows_the_reason_and_not_what_was_written(house):
    await put(house.world.store, raw(URGED, 1), raw(ADDED, 2))
    page = await house.browser("admin").get("/desk/parked")
    for words in ("LookupError: there is no case", "共 2 条", "complaint.urged", "（文字 6 字，不在此显示）", "260302-000001-7"):
        assert words in page.text
    assert "第三天" not in page.text


async def test_an_event_that_cannot_be_read_says_only_how_long_it_is(house):
    await put(house.world.store, b'{"event": {"type": "complaint.urged", "v": 9, "words": "\xe7\x80\x9a"}}')
    page = await house.browser("admin").get("/desk/parked")
    assert "不能读作事件" in page.text
    assert "瀚" not in page.text.split("不能读作事件")[1]


async def test_replay_handles_all_in_order_once_its_cause_is_gone(house):
    store = house.world.store
    await put(store, raw(URGED, 1), raw(ADDED, 2))
    browser = house.browser("admin")
    path = f"/desk/parked/tracking/{CASE_NUMBER}/replay"
    answer = await browser.send(await browser.get("/desk/parked"), path)
    assert answer.headers["location"] == "/desk/parked?still=0"
    assert await waiting(store) == 2, "still no case: nothing is lost"
    await house.keep(case_in("in_hand"))
    answer = await browser.send(await browser.get("/desk/parked"), path)
    assert answer.headers["location"] == "/desk/parked?replayed=2"
    case = await house.case(CASE_NUMBER)
    assert [entry.type for entry in case.timeline[-2:]] == ["case.urged", "case.supplemented"]
    assert await waiting(store) == 0
    page = await browser.get(answer.headers["location"])
    assert "已处理 2 条" in page.text
    assert "没有停放的事件" in page.text


async def test_replay_stops_at_the_first_that_still_surprises(house):
    store = house.world.store
    await house.keep(case_in("in_hand"))
    await put(store, raw(URGED, 1), b"not a record", raw(ADDED, 2))
    replayed = await house.desk.parked.replay(house.service, store, CASE_NUMBER)
    assert (replayed.handled, "Unreadable" in replayed.fault) == (1, True)
    assert await waiting(store) == 2
    assert (await house.case(CASE_NUMBER)).timeline[-1].type == "case.urged", "what stands behind waits"


async def test_a_replay_that_was_cut_short_repeats_nothing(house):
    """As after a crash between the two writes: handled, and still parked."""
    store = house.world.store
    await house.keep(case_in("in_hand"))
    await put(store, raw(URGED, 1))
    before = (await store.get(PARKED.name, [CASE_NUMBER]))[CASE_NUMBER]
    await house.desk.parked.replay(house.service, store, CASE_NUMBER)
    present = (await store.get(PARKED.name, [CASE_NUMBER]))[CASE_NUMBER]
    parked = PARKED.parse(before)
    assert not await store.commit([Change(PARKED.name, CASE_NUMBER, present.version, PARKED.body(parked), PARKED.values(parked))])
    replayed = await house.desk.parked.replay(house.service, store, CASE_NUMBER)
    assert replayed.handled == 1
    assert (await house.case(CASE_NUMBER)).urges == 1


async def test_a_refusal_of_the_rules_is_no_surprise(house):
    await house.keep(case_in("closed"))
    await put(house.world.store, raw(ComplaintWithdrawn(reason="算了"), 1))
    replayed = await house.desk.parked.replay(house.service, house.world.store, CASE_NUMBER)
    assert (replayed.handled, replayed.fault) == (1, "")
    assert (await house.case(CASE_NUMBER)).timeline[-1].type == "step.refused"


async def test_only_the_record_that_was_seen_is_dismissed(house):
    store = house.world.store
    await put(store, raw(URGED, 1), raw(ADDED, 2))
    browser = house.browser("admin")
    path = f"/desk/parked/tracking/{CASE_NUMBER}/dismiss"
    page = await browser.get("/desk/parked")
    assert (await browser.send(page, path)).headers["location"] == "/desk/parked?dismissed=1"
    assert await waiting(store) == 1
    assert (await browser.send(page, path)).status_code == 409, "the stale page names a record that is gone"
    assert await waiting(store) == 1
    with pytest.raises(Conflict):
        await house.desk.parked.dismiss(store, CASE_NUMBER, "0" * 16, ADMIN)


async def test_a_service_without_documents_emits_again_on_replay(house, open_store, event_log, clock):
    """Services that only transform: what their handler emits reaches the log before the record is dropped."""

    async def answer(record, work):
        work.emit(ComplaintUrged(words="again"))

    service = Service("echo", handlers={type(complaint()): answer})
    store = open_store("echo", (PARKED,))
    await put(store, raw(complaint(), 1))
    replayed = await Parked(event_log, clock).replay(service, store, CASE_NUMBER)
    assert (replayed.handled, await waiting(store)) == (1, 0)
    reader = event_log.reader("test")
    (delivery,) = await reader.fetch(10, 0)
    assert b'"again"' in delivery.raw
    await reader.close()


async def test_the_page_is_for_the_administrator_and_knows_its_services(house):
    assert (await house.browser("supervisor1").get("/desk/parked")).status_code == 403
    browser = house.browser("admin")
    proof = (await browser.get("/desk/people/new")).text.split('name="csrf" value="')[1][:64]
    answer = await browser.client.post(f"/desk/parked/moon/{CASE_NUMBER}/replay", data={"csrf": proof})
    assert answer.status_code == 404


def test_each_record_has_a_mark_of_its_own():
    first = park(None, CASE_NUMBER, b"a", "surprise", MONDAY, behind=False)
    both = park(first, CASE_NUMBER, b"b", "surprise", MONDAY, behind=True)
    assert len({mark_of(one) for one in both.records}) == 2
