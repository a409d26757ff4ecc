"""New complaints held against the earlier ones: said once, by whichever process, also after a restart; the page of hot topics."""

import pytest

from services.intake.actions.matching import Matcher
from shared.events.intake import ComplaintMatched
from shared.ports import Unavailable

SAID = "柳堤路12号院对面的工地每天半夜还在浇筑混凝土，噪音大得一家人睡不着，请尽快管一管。"
AGAIN = "柳堤路12号院对面工地浇筑混凝土到半夜，噪音大得全院都睡不着，什么时候能管一管？"
BUS = "早高峰106路公交车二十分钟才来一班，上班总是迟到，希望增加班次。"


def matcher_of(house):
    found: Matcher = house.service.state["matcher"]
    return found


async def run(matcher, steps=3):
    for _ in range(steps):
        await matcher.step()


async def said(house):
    return [(record.case, record.event) for record in await house.outgoing() if isinstance(record.event, ComplaintMatched)]


async def file(house, text=SAID, phone="13800000001", **more):
    return (await house.submit(text=text, contact={"phone": phone}, **more))["number"]


async def test_a_complaint_that_was_brought_before_is_said_to_match_it(intake):
    first, other = await file(intake), await file(intake, BUS, "13800000002")
    second = await file(intake, AGAIN, "13800000003")
    await run(matcher_of(intake))
    ((case, event),) = await said(intake)
    assert case == second
    assert [one.case for one in event.matches] == [first]
    assert not event.matches[0].same_person
    assert event.people == 2
    for number in (first, other, second):
        assert (await intake.complaint(number)).matched


async def test_it_is_said_once_by_however_many_processes_and_after_a_restart(intake):
    first = await file(intake)
    matchers = [Matcher(intake.door), Matcher(intake.door)]
    for matcher in matchers:
        await run(matcher)
    second = await file(intake, AGAIN)
    for matcher in (*matchers, *matchers):
        await run(matcher)
    assert [case for case, _ in await said(intake)] == [second]
    restarted = Matcher(intake.door)
    await run(restarted)
    third = await file(intake, SAID)
    await run(restarted)
    case, event = (await said(intake))[-1]
    assert case == third
    assert {one.case for one in event.matches} == {first, second}
    assert event.repeats == 3, "one phone number, three times within 30 days"


async def test_what_another_process_matched_is_known_before_long(intake):
    here, there = Matcher(intake.door), Matcher(intake.door)
    await run(here)
    await file(intake)
    await run(there)
    intake.clock.forward(seconds=30)
    second = await file(intake, AGAIN)
    await run(here)
    assert [case for case, _ in await said(intake)] == [second]


async def test_what_was_said_in_confidence_is_never_compared(intake):
    await file(intake, confidential=True)
    await file(intake, AGAIN)
    await run(matcher_of(intake))
    assert await said(intake) == []


async def test_a_write_that_cannot_be_done_is_done_later(intake, away):
    await file(intake)
    second = await file(intake, AGAIN)
    await run(matcher_of(intake), 1)
    with away(), pytest.raises(Unavailable):
        await run(matcher_of(intake))
    await run(matcher_of(intake))
    assert [case for case, _ in await said(intake)] == [second]


async def test_hot_topics_for_supervisors_and_dispatchers(intake):
    intake.sign_in("supervisor")
    assert "整理之前的诉求" in (await intake.client.get("/hotline/topics")).text
    numbers = [await file(intake, text, f"1380000000{number}") for number, text in enumerate((SAID, AGAIN, SAID))]
    await run(matcher_of(intake))
    page = await intake.client.get("/hotline/topics")
    assert "3 人，3 件" in page.text
    assert all(f"/desk/cases/{number}" in page.text for number in numbers)
    intake.clock.forward(days=8)
    intake.sign_in("supervisor")
    assert "最近没有热点" in (await intake.client.get("/hotline/topics")).text
    intake.sign_in("agent")
    assert (await intake.client.get("/hotline/topics")).status_code == 403
