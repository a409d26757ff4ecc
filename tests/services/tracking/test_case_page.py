"""One case on one page: what it shows, its steps, refusals that keep what was typed."""

import re

import pytest

from services.tracking.model.life import STATES
from shared.events.base import Evidence
from shared.events.routing import PlaceNamed
from tests.builders import MONDAY, reading, take
from tests.services.tracking.desk_cases import case_as, judged_as, unsure


async def test_a_case_goes_its_whole_way_over_the_pages(house, clock):
    case = judged_as(read=reading(urgency="U2"))
    await house.keep(case)
    water, reviewer, clerk = house.browser("water1"), house.browser("reviewer1"), house.browser("clerk1")
    steps = [
        (water, "accept", {}), (water, "contact", {"reached": "yes", "words": "已电话联系"}),
        (water, "reply", {"public": "水管已换好。\r\n今晚恢复供水。", "internal": "换了阀门", "outcome": "solved"}),
        (reviewer, "pass_review", {"words": ""}), (clerk, "try_callback", {"result": "busy", "words": ""}),
        (clerk, "rate", {"solved": "yes", "satisfied": "5", "process": "4", "words": "谢谢"}),
    ]  # fmt: skip
    for browser, step, fields in steps:
        clock.forward(minutes=3)
        answer = await browser.step(case.number, step, **fields)
        assert answer.status_code == 303, (step, answer.text)
    closed = await house.case(case.number)
    assert (closed.state, closed.outcome, closed.satisfied) == ("closed", "solved", 5)
    assert closed.replies[-1].public == "水管已换好。\n今晚恢复供水。"
    page = await clerk.get(answer.headers["location"])
    assert "评价已录入" in page.text
    assert "现在没有您要办的步骤" in page.text


async def test_the_page_shows_what_is_allowed_and_opens_the_natural_step(house):
    case = case_as("in_hand")
    await house.keep(case)
    page = await house.browser("water1").get(f"/desk/cases/{case.number}")
    assert f'action="/desk/cases/{case.number}/steps/contact"' in page.text
    assert set(re.findall(r'href="\?step=(\w+)', page.text)) == {"hand_back", "reply", "ask", "request_extension", "note"}
    assert page.text.count('class="button primary"') == 1
    assert "/steps/" not in (await house.browser("auditor1").get(f"/desk/cases/{case.number}")).text


async def test_the_page_shows_clocks_judgement_history_and_the_same_person(house, clock):
    marked = Evidence(about="urgency", value="U3", words="停水", start=2, end=4, rule="water.cut")
    earlier = case_as("closed", person="hash-1", title="上月的事")
    case = judged_as(read=reading(urgency="U3", evidence=(marked,)), person="hash-1", publish=True)
    await house.keep(earlier, case)
    clock.forward(hours=1)
    text = (await house.browser("water1").get(f"/desk/cases/{case.number}")).text
    assert "家里<mark>停水</mark>两天了" in text
    assert "签收" in text
    assert "还有 1 小时" in text
    assert "向诉求人承诺" in text
    assert "派单给市水务局（第 1 次）" in text
    assert f'/desk/cases/{earlier.number}">上月的事</a>' in text
    assert f'hx-get="/contacts/{case.number}/line"' in text
    assert f'href="/contacts/{case.number}"' in text
    assert "hash-1" not in text


async def test_what_was_written_is_shown_as_text(house):
    case = judged_as(text="<script>alert(1)</script> 停水", title="<b>标题</b>")
    await house.keep(case)
    text = (await house.browser("water1").get(f"/desk/cases/{case.number}")).text
    assert "<script>alert" not in text
    assert "<b>标题" not in text
    assert "&lt;script&gt;" in text


async def test_a_faulty_form_comes_back_as_typed(house):
    case = take(case_as("in_hand"), "contact", MONDAY)[0]
    await house.keep(case)
    answer = await house.browser("water1").step(case.number, "reply", public="已修好，今晚供水。", internal="", outcome="")
    assert answer.status_code == 422
    assert "已修好，今晚供水。" in answer.text
    assert '<a href="#outcome">办理结果：请填写这一项</a>' in answer.text
    assert (await house.case(case.number)).state == "in_hand"


async def test_a_refusal_says_why_and_keeps_what_was_typed(house):
    case = case_as("in_hand")
    await house.keep(case)
    answer = await house.browser("water1").step(case.number, "reply", public="水管已经修好。", outcome="solved")
    assert answer.status_code == 409
    assert "请先记录先行联系" in answer.text
    assert "水管已经修好。" in answer.text


async def test_a_lost_race_shows_what_happened_and_keeps_what_was_typed(house):
    case = take(case_as("in_hand"), "contact", MONDAY)[0]
    await house.keep(case)
    slow, quick = house.browser("water1"), house.browser("water1")
    page = await slow.get(f"/desk/cases/{case.number}", step="reply")
    assert (await quick.step(case.number, "note", text="维修队已到现场")).status_code == 303
    path = f"/desk/cases/{case.number}/steps/reply"
    typed = {"public": "今晚恢复供水。", "outcome": "solved"}
    answer = await slow.send(page, path, **typed)
    assert answer.status_code == 409
    assert "有了变化" in answer.text
    news = answer.text.split('class="columns')[0]
    assert "维修队已到现场" in news
    assert "登记" not in news, "only what is new since the page was opened"
    assert "今晚恢复供水。" in answer.text
    again = await slow.send(answer, path, **typed)
    assert again.status_code == 303, "with the new version in it the same form goes through"


async def test_a_step_that_is_gone_leaves_what_was_typed_to_copy(house):
    case = take(case_as("in_hand"), "contact", MONDAY)[0]
    await house.keep(case)
    slow, quick = house.browser("water1"), house.browser("water1")
    page = await slow.get(f"/desk/cases/{case.number}", step="reply")
    await quick.step(case.number, "reply", public="已修好。", outcome="solved")
    answer = await slow.send(page, f"/desk/cases/{case.number}/steps/reply", public="另一份答复", outcome="explained")
    assert answer.status_code == 409
    assert "现在已不能办“答复”" in answer.text
    assert re.search(r"<textarea[^>]*readonly[^>]*>另一份答复", answer.text)
    assert (await house.case(case.number)).replies[-1].public == "已修好。"


async def test_a_step_of_another_role_is_refused(house):
    case = case_as("in_hand")
    await house.keep(case)
    browser = house.browser("water2")
    page = await browser.get(f"/desk/cases/{case.number}", step="note")
    hidden = dict(re.findall(r'name="(csrf|version|seen)" value="([^"]*)"', page.text))
    answer = await browser.client.post(f"/desk/cases/{case.number}/steps/contact", data={**hidden, "reached": "yes", "words": "联系了"})
    assert answer.status_code == 403
    assert "您的角色不能办这一步" in answer.text


async def test_a_form_of_another_site_is_refused(house):
    case = case_as("dispatched")
    await house.keep(case)
    client = house.client("water1")
    answer = await client.post(f"/desk/cases/{case.number}/steps/accept", data={"version": "1"})
    assert answer.status_code == 403
    assert (await house.case(case.number)).state == "dispatched"


@pytest.mark.parametrize("step", ["queue", "redo", "archive", "moon"])
async def test_steps_that_no_person_takes_are_not_there(house, step):
    case = case_as("dispatched")
    await house.keep(case)
    browser = house.browser("water1")
    page = await browser.get(f"/desk/cases/{case.number}")
    hidden = dict(re.findall(r'name="(csrf|version|seen)" value="([^"]*)"', page.text))
    assert (await browser.client.post(f"/desk/cases/{case.number}/steps/{step}", data=hidden)).status_code == 404


async def test_an_unknown_department_is_refused_in_words(house):
    case = judged_as(proposed=unsure())
    await house.keep(case)
    answer = await house.browser("dispatcher1").step(case.number, "dispatch", department="moon", basis="无")
    assert answer.status_code == 409
    assert "没有这个单位" in answer.text


async def test_the_department_does_not_see_how_a_callback_is_going(house):
    case = take(case_as("awaiting_callback"), "try_callback", MONDAY, words="上午无人接听")[0]
    await house.keep(case)
    assert "上午无人接听" in (await house.browser("clerk1").get(f"/desk/cases/{case.number}")).text
    assert "上午无人接听" not in (await house.browser("water1").get(f"/desk/cases/{case.number}")).text


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_every_state_has_its_page_in_both_languages(house, state, language):
    case = case_as(state)
    await house.keep(case)
    for login in ("dispatcher1", "supervisor1", "clerk1", "reviewer1", "water1"):
        client = house.client(login)
        client.headers["Accept-Language"] = language
        page = await client.get(f"/desk/cases/{case.number}")
        assert page.status_code == (200 if login != "water1" or case.department == "water" else 404)
        for step in re.findall(r'href="\?step=(\w+)', page.text):
            assert (await client.get(f"/desk/cases/{case.number}?step={step}")).status_code == 200


async def test_the_page_shows_the_places_that_the_text_names(house):
    named = PlaceNamed(words="柳堤路", kind="road", role="matter", district="wanglan", street="liudi_street", start=0, end=3)
    home = PlaceNamed(words="月桥花园", kind="estate", role="caller", district="chenghu", start=5, end=9)
    again = named.model_copy(update={"start": 12, "end": 15})
    quarter = PlaceNamed(words="澄湖新城", kind="district", role="way", district="chenghu", start=20, end=24)
    case = judged_as(read=reading(), proposed=unsure().model_copy(update={"places": (named, home, again, quarter)}))
    await house.keep(case)
    text = (await house.browser("dispatcher1").get(f"/desk/cases/{case.number}")).text
    assert re.search(r"<q>柳堤路</q>.*道路 · 望澜区 · 柳堤街道办事处 · 事情所在", text)
    assert re.search(r"<q>月桥花园</q>.*小区 · 澄湖区 · 诉求人住处或单位", text)
    assert text.count("<q>柳堤路</q>") == 1, "what is named twice is one place"
    assert re.search(r"<q>澄湖新城</q> <span[^>]*>澄湖区 · 途经", text), "a quarter is no district"
