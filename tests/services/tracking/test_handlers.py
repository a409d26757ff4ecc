"""What tracking does with the events of others: endings of calls, wishes by whom, readings of what was added, joined people, notices."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from services.tracking.documents import CASE
from services.tracking.model.case import Case
from shared.events import Actor, Event, Record
from shared.events.intake import (
    AnsweredByAgent,
    Attachment,
    ComplaintJoined,
    ComplaintRated,
    ComplaintSupplemented,
    ComplaintUrged,
    HandedOver,
    NoticeQueued,
    NoticeSettled,
)
from shared.runtime.consumer import handle
from shared.runtime.work import Batch
from tests.builders import MONDAY, case_in, complaint, proposal, reading, take
from tests.services.tracking.conftest import DeskHouse

NUMBER = "2603020000017"
COMPLAINANT = Actor(kind="complainant")
MACHINE = Actor(kind="machine", id="sentiment")
AGENT = Actor(kind="officer", id="agent1")
ANSWERED = AnsweredByAgent(public="水费可以在手机上缴。")
HANDED_OVER = HandedOver(service="119", taken_by="消防指挥中心 07 号席", handed_over_at=MONDAY)
_ids = count(1)


class Told:
    """A house that is told events, with the case as it is and the records that went out."""

    def __init__(self, house: DeskHouse, clock: Any) -> None:
        self.house, self.clock = house, clock
        self.out: list[Record] = []

    async def __call__(self, event: Event, by: Actor = COMPLAINANT, **changes: Any) -> Case:
        record = Record(id=f"01940000-0000-7000-8000-{next(_ids):012}", case=NUMBER, at=self.clock.now(), by=by, event=event)
        batch = Batch(self.house.world.store)
        await handle(self.house.service, record.model_copy(update=changes), batch, self.clock, Actor(kind="machine", id="tracking"))
        assert not await self.house.world.store.commit(batch.changes())
        self.out = [one for entry in batch.entries.values() for one in entry.events]
        return await self.house.case(NUMBER)

    @property
    def types(self) -> list[str]:
        return [record.event.type for record in self.out]


@pytest.fixture
def told(house, clock) -> Told:
    return Told(house, clock)


async def keep(house, state: str, **changes: Any) -> Case:
    case = case_in(state).model_copy(update=changes)
    await house.keep(case)
    return case


async def test_a_call_that_was_answered_is_a_case_that_has_ended(told):
    case = await told(complaint("水费怎么缴？").model_copy(update={"ending": ANSWERED}), AGENT)
    assert told.types == ["case.opened", "case.answered"]
    assert (case.state, case.outcome, case.replies[0].by) == ("answered", "explained", AGENT)
    assert told.out[1].by == AGENT
    assert case.running == ()
    for late in (reading(urgency="U2"), proposal()):
        case = await told(late, MACHINE)
        assert (told.types, case.state) == ([], "answered")
    assert case.urgency == "U2"
    assert case.proposal is not None


async def test_a_call_that_was_handed_over(told):
    case = await told(complaint("楼道着火").model_copy(update={"ending": HANDED_OVER}), AGENT)
    assert told.types == ["case.opened", "case.transferred"]
    assert (case.state, case.outcome, case.closed_at) == ("transferred", None, MONDAY)


async def test_an_answer_that_gives_the_caller_away_waits_for_somebody_to_change_it(told, house):
    """On the telephone it was said to the right person; in writing it would go to everybody who joined."""
    given_away = ANSWERED.model_copy(update={"public": "已打您的电话 13900001111 说明。"})
    case = await told(complaint().model_copy(update={"ending": given_away}), AGENT)
    assert told.types == ["case.opened", "case.noted", "step.refused"]
    for event in (reading(), proposal(sure=True)):
        case = await told(event, MACHINE)
    assert case.state == "waiting", "the machine sends it to no department"
    dispatcher = house.browser("dispatcher1")
    page = await dispatcher.get(f"/desk/cases/{NUMBER}", step="answer")
    assert given_away.public in page.text
    assert "写下的答复带出了诉求人的信息" in page.text
    refused = await dispatcher.step(NUMBER, "answer", public=given_away.public)
    assert refused.status_code == 409
    assert "<q>13900001111</q>" in refused.text
    assert (await dispatcher.step(NUMBER, "answer", public=ANSWERED.public)).status_code == 303
    assert (await house.case(NUMBER)).state == "answered"


async def test_nobody_answers_a_report_of_wrongdoing_alone(told, house):
    case = await told(complaint(complaint_type="report").model_copy(update={"ending": ANSWERED}), AGENT)
    assert told.types == ["case.opened", "case.noted", "step.refused"]
    assert (case.state, case.timeline[1].facts["text"], case.answer_proposed_by) == ("registered", ANSWERED.public, "agent1")
    for event in (reading(complaint_type="report"), proposal(sure=False)):
        case = await told(event, MACHINE)
    first, second = house.browser("agent1"), house.browser("dispatcher1")
    page = await second.get(f"/desk/cases/{NUMBER}", step="answer")
    assert ANSWERED.public in page.text
    assert "须由您看过再发" in page.text
    assert (await first.step(NUMBER, "answer", public="还是我")).status_code == 303
    assert (await house.case(NUMBER)).state == "waiting", "still a second officer's to send"
    assert (await second.step(NUMBER, "answer", public=ANSWERED.public)).status_code == 303
    assert (await house.case(NUMBER)).state == "answered"


async def test_a_handing_over_that_cannot_be_is_kept_as_a_note(told):
    later = HANDED_OVER.model_copy(update={"handed_over_at": MONDAY + timedelta(hours=1)})
    case = await told(complaint("楼道着火").model_copy(update={"ending": later}), AGENT)
    assert (case.state, told.types[1:]) == ("registered", ["case.noted", "step.refused"])
    assert "消防指挥中心 07 号席" in case.timeline[1].facts["text"]


@pytest.mark.parametrize(("by", "kind"), [(AGENT, "officer"), (COMPLAINANT, "complainant"), (MACHINE, "complainant")])
async def test_what_is_added_says_who_brought_it_and_brings_its_files(told, house, by, kind):
    await keep(house, "in_hand")
    photo = Attachment(id="p1", sha256="0" * 64, media_type="image/jpeg", size=10)
    case = await told(ComplaintSupplemented(text="今天还是没有水。", photos=(photo,), files=(photo,)), by)
    assert ([one.id for one in case.photos], [one.id for one in case.files]) == (["p1"], ["p1"])
    assert case.timeline[-1].by.kind == told.out[0].by.kind == kind


async def test_a_photo_without_a_word_is_added_too(told, house):
    await keep(house, "in_hand")
    photo = Attachment(id="p1", sha256="0" * 64, media_type="image/jpeg", size=10)
    assert len((await told(ComplaintSupplemented(text="", photos=(photo,)))).photos) == 1


async def test_nothing_is_added_to_a_case_that_has_ended(told, house):
    await keep(house, "closed")
    photo = Attachment(id="p1", sha256="0" * 64, media_type="image/jpeg", size=10)
    case = await told(ComplaintSupplemented(text="又坏了", photos=(photo,)))
    assert (case.photos, told.types) == ((), ["step.refused"])


async def test_an_agent_may_urge_again_for_a_caller_and_gives_no_verdict_for_one(told, house):
    await keep(house, "awaiting_callback")
    await told(ComplaintUrged())
    assert (await told(ComplaintUrged())).urges == 1
    assert (await told(ComplaintUrged(), AGENT)).urges == 2
    case = await told(ComplaintRated(solved="yes", satisfied=5, process=5), AGENT)
    assert (case.ratings, case.timeline[-1].facts["why"]) == ((), "step.not_your_role")


async def test_an_answer_to_what_was_asked_lets_the_clock_run(told, house, clock):
    asked, _ = take(take(case_in("in_hand"), "contact", MONDAY)[0], "ask", MONDAY)
    await house.keep(asked)
    clock.forward(days=1)
    case = await told(ComplaintSupplemented(text="五楼 502"))
    assert told.types == ["case.supplemented", "case.resumed"]
    assert case.asked is None


async def test_the_sweep_finds_a_wait_that_reached_its_cap(house, clock):
    asked, _ = take(take(case_in("in_hand"), "contact", MONDAY)[0], "ask", MONDAY)
    await house.keep(asked)
    sweep = next(job for job in house.service.jobs if job.name == "sweep")
    clock.moment = asked.asked.until - timedelta(seconds=1)
    assert await sweep.run() == 0
    clock.moment = asked.asked.until
    assert await sweep.run() == 1
    assert (await house.case(NUMBER)).asked is None


async def test_a_danger_that_is_told_later_raises_the_case_and_shortens_its_limits(told, house):
    before = await keep(house, "in_hand")
    found = reading(urgency="U1", sensitivity="S1", of="supplement", complaint_type="help")
    case = await told(found, MACHINE)
    assert (case.urgency, case.sensitivity, case.complaint_type) == ("U1", "S1", before.complaint_type)
    assert told.types == ["case.raised"]
    reply = case.clock("reply")
    assert reply.due_at == MONDAY + timedelta(hours=2)
    assert (reply.promised_at, case.promised_at) == (before.clock("reply").promised_at, before.promised_at)
    assert case.next_mark_at < before.next_mark_at
    case = await told(reading(urgency="U3", of="supplement"), MACHINE)
    assert (case.urgency, len(case.readings), told.types) == ("U1", 1, [])


async def test_a_calm_word_lowers_nothing(told, house):
    await keep(house, "in_hand", reading=reading(urgency="U2", sensitivity="S1"))
    case = await told(reading(of="supplement"), MACHINE)
    assert (case.urgency, case.sensitivity, case.readings) == ("U2", "S1", ())


async def test_what_was_added_before_the_first_reading_counts_all_the_same(told):
    await told(complaint())
    await told(reading(urgency="U1", of="supplement"), MACHINE)
    await told(reading(), MACHINE)
    case = await told(proposal(), MACHINE)
    assert (case.state, case.urgency) == ("dispatched", "U1")


async def test_a_raise_of_an_ended_case_is_kept_and_changes_nothing_else(told, house):
    await keep(house, "closed")
    case = await told(reading(urgency="U1", of="supplement"), MACHINE)
    assert (case.urgency, told.types, case.running) == ("U1", [], ())


async def test_people_with_the_same_matter_are_counted(told, house):
    full = case_in("in_hand")
    await house.keep(full)
    case = await told(ComplaintJoined(person="another", number=1, words="三栋也停水了。"))
    assert case.timeline[-1].facts == {"number": 1, "words": "三栋也停水了。"}
    assert (case.joined, case.timeline[-1].type, told.out[0].event.number) == (1, "case.joined", 1)
    long = case.model_copy(update={"timeline": full.timeline * 500})
    version = (await house.world.store.get(CASE.name, [NUMBER]))[NUMBER].version
    batch = Batch(house.world.store)
    entry = await batch.entry(CASE, NUMBER)
    assert entry.version == version
    batch.put(entry, long)
    assert not await house.world.store.commit(batch.changes())
    case = await told(ComplaintJoined(person="third", number=2))
    assert (case.joined, told.types) == (2, []), "no document grows without bound"


async def test_notices_stand_on_the_case_and_those_to_others_do_not(told, house):
    await keep(house, "awaiting_callback")
    case = await told(NoticeQueued(kind="answered", channel="sms"), id="01940000-0000-7000-8000-00000000000a")
    assert ([one.state for one in case.notices], case.link) == (["queued"], "01940000-0000-7000-8000-00000000000a")
    settled = NoticeSettled(notice="01940000-0000-7000-8000-00000000000a", kind="answered", channel="sms", result="bounced")
    case = await told(settled)
    assert [one.state for one in case.notices] == ["bounced"]
    assert case.errand_at == MONDAY
    assert told.types == []
    case = await told(NoticeQueued(kind="closed", channel="email", follower="f1"))
    assert len(case.notices) == 1
