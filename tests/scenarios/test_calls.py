"""Calls over all services: each ending reaches the case and the complainant's page, and a crash storm opens each case once."""

import random
from dataclasses import replace

import pytest

from services.intake.actions import calling
from services.intake.actions.ending_calls import Written, close_call, find_call, open_case, pass_on
from services.intake.actions.following import look_up
from services.intake.actions.looking import complaint_of
from services.intake.model.heard import GivenCall
from services.intake.model.submission import Contact, Submission
from shared.events import Actor
from shared.events.intake import AnsweredByAgent, HandedOver
from tests.builders import MONDAY, SetClock
from tests.scenarios.city import TEXTS, City, open_city
from tests.scenarios.crashing import Crash, Crashing

AGENT = Actor(kind="officer", id="li")
PHONE = "13812345678"


@pytest.fixture
async def city(tmp_path):
    async with open_city(tmp_path, SetClock()) as opened:
        yield opened


async def ring(city: City, key: str) -> None:
    call = GivenCall(call_id=key, caller=PHONE, rang_at=MONDAY, answered_at=MONDAY)
    await calling.hear(city.door, call)


def said(text: str) -> tuple[Submission, Written]:
    return Submission(text=text, contact=Contact(phone=PHONE)), Written(AGENT, f"喂，{text}", text)


async def open_call(city: City, key: str, **facts):
    await ring(city, key)
    submission, written = said(TEXTS[0])
    receipt = await open_case(city.door, key, submission, written, **facts)
    await city.settle()
    return receipt


async def test_a_call_becomes_a_case_that_is_dispatched(city):
    receipt = await open_call(city, "c-1")
    case = await city.case(receipt.number)
    assert (case.channel, case.state, case.department) == ("hotline", "dispatched", "water_company")
    call = await find_call(city.door, "c-1")
    assert (call.state, call.number) == ("ended", receipt.number)


@pytest.mark.parametrize(
    ("ending", "state"),
    [
        (AnsweredByAgent(public="今晚八点来水。"), "answered"),
        (HandedOver(service="119", taken_by="3 号台", handed_over_at=MONDAY), "transferred"),
    ],
)
async def test_a_call_that_is_ended_at_once_ends_its_case(city, ending, state):
    receipt = await open_call(city, "c-1", ending=ending)
    assert (await city.case(receipt.number)).state == state
    complaint = await look_up(city.door, receipt.number, receipt.query_code)
    assert complaint.progress.state == state
    if state == "answered":
        assert complaint.progress.reply == "今晚八点来水。"


async def test_what_a_call_adds_is_on_the_case_and_on_the_complainants_page(city):
    receipt = await open_call(city, "c-1")
    for key, kind, text in [("c-2", "addition", "今天还是没有水。"), ("c-3", "urge", "请快一点。"), ("c-4", "urge", "还是没人来。")]:
        await ring(city, key)
        complaint = await complaint_of(city.door, receipt.number)
        await pass_on(city.door, key, complaint, kind, Written(AGENT, f"嗯，{text}", text), "")
        await city.settle()
    case = await city.case(receipt.number)
    happened = [(entry.type, entry.by.id) for entry in case.timeline if entry.by.kind == "officer"]
    assert happened == [("case.supplemented", "li"), ("case.urged", "li"), ("case.urged", "li")], "an agent may urge twice a day"
    told = [(line.key, line.words) for line in (await complaint_of(city.door, receipt.number)).progress.history]
    assert ("added", "今天还是没有水。") in told
    assert [key for key, _ in told].count("urged") == 2
    assert [call.key for call in await calling.calls_of(city.door, receipt.number)] == ["c-1", "c-2", "c-3", "c-4"]
    assert await city.parked() == []


async def test_nothing_comes_of_a_nuisance(city):
    await ring(city, "c-1")
    await close_call(city.door, "c-1", "nuisance", Written(AGENT, "", ""), "反复拨打")
    await city.settle()
    assert await city.numbers() == []


async def test_an_agent_who_tries_again_after_every_crash_opens_one_case(city):
    """The process dies before or after any write of the ending; whoever comes back sends the same form again."""
    crashes = []
    dangerous = Crashing(city.house.worlds["intake"].store, 0.5, random.Random(20260302), crashes)  # noqa: S311 - seeded on purpose
    door = replace(city.door, world=replace(city.door.world, store=dangerous))
    keys = [f"c-{number}" for number in range(20)]
    for key in keys:
        await ring(city, key)
        while not await _ended(door, key):
            continue
    await city.settle()
    calls = [await find_call(city.door, key) for key in keys]
    assert len(crashes) > len(keys)
    assert {(call.ending.kind, call.record) for call in calls} == {("case", f"喂，{TEXTS[0]}")}
    assert sorted(call.number for call in calls) == sorted(await city.numbers())


async def _ended(door, key: str) -> bool:
    """Whether the call has ended, after one more try to end it as a case."""
    try:
        call = await find_call(door, key)
        if call and call.ending:
            return True
        await open_case(door, key, *said(TEXTS[0]))
    except Crash:
        return False
    return True
