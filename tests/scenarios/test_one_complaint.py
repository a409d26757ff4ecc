"""One complaint all the way: said, read, routed, dispatched, handed back, answered, rated, redone, supervised, closed."""

from datetime import timedelta

import pytest

from services.intake.actions.following import look_up, take_wish
from services.intake.model.submission import Rating, Supplement, Urge, Withdrawal
from services.tracking.actions.cases import Cases
from services.tracking.model.life import Who
from services.tracking.sweep import Sweep
from shared.events import Actor
from shared.refusals import NotAllowed
from tests.builders import SetClock, given, the_rules
from tests.scenarios.city import open_city

WATER_OUT = "我家自来水管爆裂，小区停水三天了，自来水公司一直没有来修，请尽快恢复供水。"
VAGUE = "你们这里的事情什么时候能办好，已经等了很久了。"
HARM = "我不想活了，已经写好遗书，今晚就跳楼。"

OFFICERS = {
    "dispatcher": Who(frozenset({"dispatcher"}), None, "dispatcher"),
    "reviewer": Who(frozenset({"reviewer"}), None, "reviewer"),
    "supervisor": Who(frozenset({"supervisor"}), None, "supervisor"),
}


class Story:
    """One complaint and those who have to do with it."""

    def __init__(self, city, clock):
        self.city, self.clock = city, clock
        self.desk = Cases(city.store("tracking"), clock, the_rules())

    async def citizen_says(self, text):
        self.receipt = await self.city.submit(text)
        await self.city.settle()

    async def case(self):
        return await self.city.case(self.receipt.number)

    async def page(self):
        complaint = await look_up(self.city.door, self.receipt.number, self.receipt.query_code)
        assert complaint is not None
        return complaint.progress

    async def officer(self, name, step, **facts):
        case = await self.case()
        who = OFFICERS.get(name) or Who(frozenset({"liaison", "handler", "approver"}), case.department, name)
        version = (await self.city.store("tracking").get("case", [case.number]))[case.number].version
        by = Actor(kind="officer", id=who.login, department=who.department)
        taken = await self.desk.take(case.number, step, given(step, **facts), who, by, version)
        assert taken is not None, f"{name} may not see the case"
        await self.city.settle()

    async def citizen(self, wish):
        complaint = await take_wish(self.city.door, self.receipt.number, self.receipt.query_code, wish)
        await self.city.settle()
        return complaint


@pytest.fixture
async def story(tmp_path):
    clock = SetClock()
    async with open_city(tmp_path, clock) as city:
        yield Story(city, clock)
        assert await city.parked() == []


async def answered(story):
    await story.officer("handler", "accept")
    await story.officer("handler", "contact")
    await story.officer("handler", "reply")


async def test_a_clear_matter_is_dispatched_answered_and_closed_by_the_complainants_word(story):
    await story.citizen_says(WATER_OUT)
    case = await story.case()
    assert (case.state, case.department) == ("dispatched", "water_company")
    assert case.proposal.best.basis
    assert case.proposal.evidence
    page = await story.page()
    assert (page.state, page.turn, page.department) == ("dispatched", "department", "water_company")
    assert page.promised_at == case.promised_at
    await answered(story)
    if (await story.case()).state == "replied":
        await story.officer("reviewer", "pass_review")
    page = await story.page()
    assert (page.state, page.turn) == ("awaiting_callback", "complainant")
    assert page.reply == "水管已修好。"
    assert "rate" in page.may
    await story.citizen(Rating(solved="yes", satisfied=5, process=4))
    case = await story.case()
    assert (case.state, case.outcome, case.solved) == ("closed", "solved", "yes")
    assert (await story.page()).state == "closed"


async def test_not_solved_goes_back_twice_then_to_a_supervisor(story):
    await story.citizen_says(WATER_OUT)
    for number in range(3):
        await answered(story)
        if (await story.case()).state == "replied":
            await story.officer("reviewer", "pass_review")
        await story.citizen(Rating(solved="no", satisfied=1, process=2, words=f"第{number + 1}次仍未解决"))
    case = await story.case()
    assert (case.state, case.redos) == ("supervised", 2)
    await story.officer("supervisor", "order", department="housing")
    assert (await story.page()).department == "housing"
    await answered(story)
    await story.officer("reviewer", "pass_review")
    await story.citizen(Rating(solved="partly", satisfied=3, process=3))
    case = await story.case()
    assert (case.state, case.outcome) == ("closed", "partly")
    assert [rating.solved for rating in case.ratings] == ["no", "no", "no", "partly"]


async def test_a_vague_matter_waits_for_a_dispatcher_and_may_be_handed_back(story):
    await story.citizen_says(VAGUE)
    case = await story.case()
    assert case.state == "waiting"
    assert case.queued_why in ("unsure", "no_proposal", "not_understood")
    await story.officer("dispatcher", "dispatch", department="water")
    promised = (await story.page()).promised_at
    await story.officer("handler", "hand_back")
    await story.officer("dispatcher", "grant_hand_back")
    await story.officer("dispatcher", "dispatch", department="housing")
    page = await story.page()
    assert (page.department, page.promised_at) == ("housing", promised)


async def test_a_life_in_danger_is_never_left_to_the_machine(story):
    await story.citizen_says(HARM)
    case = await story.case()
    assert (case.urgency, case.state, case.queued_why) == ("U1", "waiting", "sensitive")
    assert case.sensitivity != "S0"
    assert {one.about for one in case.reading.evidence} >= {"urgency", "sensitivity"}
    assert case.due_at <= case.received_at + timedelta(minutes=15)


async def test_nobody_answers_and_the_ladder_is_climbed_and_the_citizen_is_told(story):
    await story.citizen_says(WATER_OUT)
    sweep = Sweep(story.city.store("tracking"), story.clock, the_rules())
    for _ in range(20):
        story.clock.forward(days=1)
        while await sweep.mark():
            continue
    await story.city.settle()
    case = await story.case()
    assert case.overdue
    told = [entry.facts["to"] for entry in case.timeline if entry.type.startswith("deadline.") and entry.facts["clock"] == "reply"]
    assert told == ["handler", "approver", "department_head", "supervisor"]
    assert any(line.key == "missed" or "missed" in line.key for line in (await story.page()).history)


async def test_the_complainant_adds_urges_once_a_day_and_takes_it_back(story):
    await story.citizen_says(WATER_OUT)
    await story.citizen(Supplement(text="楼上也没有水。"))
    await story.citizen(Urge())
    with pytest.raises(NotAllowed, match=r"urge"):
        await story.citizen(Urge())
    story.clock.forward(days=1)
    await story.citizen(Urge(words="还是没有水"))
    case = await story.case()
    assert case.urges == 2
    assert case.timeline[-1].facts["words"] == "还是没有水"
    await story.citizen(Withdrawal(reason="已经来水了"))
    assert (await story.case()).state == "withdrawn"
    assert (await story.page()).may == ()


async def test_two_officers_take_the_same_step_and_one_wins(story):
    await story.citizen_says(WATER_OUT)
    case = await story.case()
    before = (await story.city.store("tracking").get("case", [case.number]))[case.number].version
    await story.officer("first", "accept")
    who = Who(frozenset({"liaison"}), case.department, "second")
    with pytest.raises(Exception, match="changed by somebody else"):
        await story.desk.take(case.number, "accept", given("accept"), who, Actor(kind="officer", id="second"), before)
    assert [entry.by.id for entry in (await story.case()).timeline if entry.type == "case.accepted"] == ["first"]
