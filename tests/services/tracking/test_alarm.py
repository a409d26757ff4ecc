"""The banner of critical cases, a judgement overruled over the pages and the API, and the demands beside the reply."""

import pytest

from shared.events.sentiment import Demand
from tests.builders import reading
from tests.services.tracking.desk_cases import judged_as

PART = {"hx-request": "true"}


async def test_critical_cases_that_nobody_took_stand_in_the_banner(house, clock):
    critical, urgent = judged_as(read=reading(urgency="U1"), title="三楼起火"), judged_as(read=reading(urgency="U2"), title="停水")
    await house.keep(critical, urgent)
    clock.forward(minutes=12)
    part = await house.browser("supervisor1").client.get("/desk/alarm", headers=PART)
    assert "三楼起火" in part.text
    assert "已等 12 分钟" in part.text
    assert all(f'href="tel:{number}"' in part.text for number in (110, 119, 120))
    assert "停水" not in part.text
    assert "<html" not in part.text


async def test_once_it_is_accepted_the_banner_is_empty(house):
    critical = judged_as(read=reading(urgency="U1"))
    await house.keep(critical)
    await house.browser("water1").step(critical.number, "accept")
    part = await house.browser("dispatcher1").client.get("/desk/alarm", headers=PART)
    assert part.status_code == 200
    assert part.text.strip() == ""


async def test_the_banner_is_looked_at_again_on_the_desk_and_is_a_page_of_its_own_without_scripts(house):
    desk = await house.browser("dispatcher1").get("/desk/dispatch")
    assert 'hx-get="/desk/alarm" hx-trigger="load, every 10s"' in desk.text
    page = await house.browser("dispatcher1").get("/desk/alarm")
    assert "没有等着人接的特急工单" in page.text


@pytest.mark.parametrize("login", ["water1", "reviewer1", "auditor1"])
async def test_the_banner_is_for_the_duty_desk(house, login):
    assert (await house.browser(login).get("/desk/alarm")).status_code == 403


async def test_a_dispatcher_overrules_on_the_page_and_the_reason_stands_in_the_history(house):
    case = judged_as(read=reading(urgency="U3"))
    await house.keep(case)
    dispatcher = house.browser("dispatcher1")
    answer = await dispatcher.step(case.number, "overrule", urgency="U2", sensitivity="S0", words="家里有吸氧的老人")
    assert answer.status_code == 303, answer.text
    after = await house.case(case.number)
    assert (after.urgency, after.timeline[-1].type) == ("U2", "case.judged")
    page = await dispatcher.get(f"/desk/cases/{case.number}")
    assert "家里有吸氧的老人" in page.text
    assert "已由工作人员改判" in page.text


async def test_a_dispatcher_cannot_lower_what_the_rules_found_critical(house):
    case = judged_as(read=reading(urgency="U1"))
    await house.keep(case)
    answer = await house.browser("dispatcher1").step(case.number, "overrule", urgency="U3", sensitivity="S0", words="误报")
    assert answer.status_code == 409
    assert "只有督办员能调低" in answer.text
    assert "误报" in answer.text
    assert (await house.case(case.number)).urgency == "U1"


async def test_several_demands_are_listed_on_the_case_and_beside_the_reply(house):
    demands = (Demand(start=0, end=4, words="恢复供水"), Demand(start=5, end=9, words="赔偿损失"))
    case = judged_as(read=reading(demands=demands))
    await house.keep(case)
    text = (await house.browser("dispatcher1").get(f"/desk/cases/{case.number}")).text
    assert text.count("<li>赔偿损失</li>") == 1
    water = house.browser("water1")
    await water.step(case.number, "accept")
    await water.step(case.number, "contact", reached="yes", words="已联系")
    form = (await water.get(f"/desk/cases/{case.number}", step="reply")).text
    assert form.count("<li>赔偿损失</li>") == 2
