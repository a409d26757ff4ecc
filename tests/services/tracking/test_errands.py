"""The desk's pages beside the main way: calling back, asking the complainant, more time, handing over, what the complainant was told."""

import re
from datetime import timedelta

import pytest

from services.tracking.documents import CASE
from services.tracking.model import noticing
from services.tracking.model.decisions import scheduled
from shared.events.intake import NoticeQueued, NoticeSettled
from shared.ports import Change
from tests.builders import MONDAY, reading, take, the_rules
from tests.services.tracking.desk_cases import case_as, judged_as

RULES = the_rules()


def awaiting(**changes):
    return scheduled(case_as("awaiting_callback", **changes), RULES)


def linked(case, result="sent", at=MONDAY):
    case = noticing.queued(case, "n1", NoticeQueued(kind="answered", channel="sms"), at)
    return scheduled(noticing.settled(case, NoticeSettled(notice="n1", kind="answered", channel="sms", result=result), at), RULES)


def contacted():
    case = case_as("in_hand")
    return take(case, "contact", MONDAY)[0]


async def rows_of(browser, path="/desk/callbacks"):
    """The rows of a queue: each case's number with all that stands in its row."""
    text = (await browser.get(path)).text
    rows = re.findall(r"<(?:tr|article)[^>]*data-row>.*?</(?:tr|article)>", text, re.DOTALL)
    return {re.search(r"/desk/cases/(\d+)", row)[1]: re.sub(r"<[^>]+>|\s+", " ", row) for row in rows}


async def test_the_queue_says_whom_to_call_when_and_why(house, clock):
    waits, bounced, nothing = linked(awaiting(person="a")), linked(awaiting(person="b"), "bounced"), awaiting(person="c")
    tried = scheduled(take(awaiting(person="d"), "try_callback", MONDAY, result="busy")[0], RULES)
    nobody = awaiting(person=None)
    await house.keep(waits, bounced, nothing, tried, nobody)
    clock.forward(minutes=10)
    rows = await rows_of(house.browser("clerk1"))
    assert list(rows) == [*sorted([bounced.number, nothing.number]), tried.number, waits.number, nobody.number], "the next call first"
    assert "现在可以打" in rows[bounced.number]
    assert "评价链接没有送到" in rows[bounced.number]
    assert "现在可以打" in rows[nothing.number]
    assert "没有发出评价链接" in rows[nothing.number]
    assert "今天中午" in rows[tried.number]
    assert "占线" in rows[tried.number]
    assert "明天上午" in rows[waits.number]
    assert "等诉求人自己评价" in rows[waits.number]
    assert "后可以办结" in rows[nobody.number]


async def test_cases_from_before_there_was_a_queue_come_into_it(house):
    case = case_as("awaiting_callback", person="a", errand_at=None)
    fields = CASE.values(case) | {"errand": None}
    assert not await house.world.store.commit([Change(CASE.name, case.number, 0, CASE.body(case), fields)])
    assert await rows_of(house.browser("clerk1")) == {}
    (job,) = (job for job in house.service.jobs if job.name == "schedule")
    assert [await job.run(), await job.run()] == [1, 0]
    assert list(await rows_of(house.browser("clerk1"))) == [case.number]


async def test_one_contact_for_each_person_and_day_over_all_their_cases(house, clock):
    called = take(awaiting(person="same"), "try_callback", MONDAY)[0]
    messaged = linked(case_as("awaiting_callback", person="other"))
    first, second = awaiting(person="same"), awaiting(person="other")
    await house.keep(called, messaged, first, second)
    clock.forward(minutes=5)
    clerk = house.browser("clerk1")
    rows = await rows_of(clerk)
    assert "今天已为另一件工单给本人打过电话" in rows[first.number]
    assert "明天上午" in rows[first.number]
    assert "今天已给本人发过请其回应的消息" in rows[second.number]
    for case, words in ((first, "给这位诉求人打过电话"), (second, "发过请其回应的消息")):
        answer = await clerk.step(case.number, "try_callback", result="no_answer", words="")
        assert (answer.status_code, words in answer.text) == (409, True)
        assert (await house.case(case.number)).tries == ()
    clock.moment = MONDAY + timedelta(days=1)
    assert (await house.browser("clerk1").step(first.number, "try_callback", result="no_answer", words="")).status_code == 303


async def test_where_nobody_is_called_again_the_way_to_the_end_is_open(house):
    wrong = scheduled(take(awaiting(), "try_callback", MONDAY, result="wrong_number")[0], RULES)
    await house.keep(wrong)
    page = (await house.browser("clerk1").get(f"/desk/cases/{wrong.number}")).text
    assert re.search(rf'<form[^>]*action="/desk/cases/{wrong.number}/steps/close"', page)
    assert not re.search(rf'<form[^>]*action="/desk/cases/{wrong.number}/steps/rate"', page)


async def test_a_clerk_reads_the_script_and_enters_what_is_said(house, clock):
    case = awaiting(title="家里停水")
    await house.keep(case)
    clerk = house.browser("clerk1")
    page = await clerk.get(f"/desk/cases/{case.number}", queue="callbacks")
    for words in ("您反映的“家里停水”，市水务局已经答复", "现在解决了吗", "对办理结果满意吗", "办理过程呢", "回访：现在可以打"):
        assert words in page.text
    answer = await clerk.step(case.number, "try_callback", result="asked_later", words="今晚七点后")
    assert answer.status_code == 303
    page = await clerk.get(answer.headers["location"])
    assert "请改时间再打" in page.text
    assert "回访：今天中午" in page.text
    department = (await house.browser("water1").get(f"/desk/cases/{case.number}")).text
    assert not re.search("回访：|请改时间再打|今晚七点后", department), "it does not see how the callback is going"
    assert (await clerk.step(case.number, "rate", solved="partly", satisfied="3", process="4", words="")).status_code == 303
    assert (await house.case(case.number)).outcome == "partly"


async def test_a_restricted_case_is_called_back_by_the_supervisor(house):
    case = awaiting(confidential=True)
    await house.keep(case)
    assert case.number not in await rows_of(house.browser("clerk1"))
    supervisor = house.browser("supervisor1")
    assert "受限：由督办员回访" in (await rows_of(supervisor))[case.number]
    answer = await supervisor.step(case.number, "rate", solved="yes", satisfied="4", process="4", words="")
    assert answer.status_code == 303


async def test_the_handler_sees_on_top_why_it_came_back(house):
    case = take(case_as("awaiting_callback"), "rate", MONDAY, solved="no", satisfied=1, words="阀门又漏了")[0]
    await house.keep(case)
    text = (await house.browser("water1").get(f"/desk/cases/{case.number}")).text
    top = text.split('class="columns')[0]
    assert "诉求人说没有解决，第 1 次重办" in top
    assert "阀门又漏了" in top


async def test_asking_the_complainant_over_the_pages(house):
    case = contacted()
    await house.keep(case)
    handler = house.browser("water1")
    answer = await handler.step(case.number, "ask", words="请拍一张水表的照片。")
    assert answer.status_code == 303
    text = (await handler.get(answer.headers["location"])).text
    top = text.split('class="columns')[0]
    assert "等诉求人补充材料，答复时限停到 3月9日（周一）17:30" in top
    assert "请拍一张水表的照片。" in top
    assert "暂停" in text
    assert f"/desk/cases/{case.number}" in (await handler.get("/desk", pile="waiting")).text


async def test_more_time_is_asked_for_and_ruled_on_over_the_pages(house):
    case = contacted()
    await house.keep(case)
    handler, dispatcher = house.browser("water1"), house.browser("dispatcher1")
    fields = {"reason": "weather", "days": "3", "plan": "雨停后两天内完工"}
    untold = await handler.step(case.number, "request_extension", **fields)
    assert untold.status_code == 422
    assert "已告知诉求人" in untold.text
    assert "雨停后两天内完工" in untold.text
    long = await handler.step(case.number, "request_extension", **{**fields, "days": "12", "told": "yes"})
    assert (long.status_code, "延期超过了允许的长度" in long.text) == (409, True)
    assert (await handler.step(case.number, "request_extension", **fields, told="yes")).status_code == 303
    row = (await rows_of(dispatcher, "/desk/extensions"))[case.number]
    for words in ("延期 3 个工作日", "天气原因", "雨停后两天内完工", "答复由 3月11日（周三）17:30 延到 3月16日（周一）17:30"):
        assert words in row
    page = await dispatcher.get(f"/desk/cases/{case.number}", queue="extensions")
    assert f"/desk/cases/{case.number}/steps/grant_extension" in page.text
    assert (await dispatcher.step(case.number, "grant_extension", words="同意")).status_code == 303
    text = (await handler.get(f"/desk/cases/{case.number}")).text
    assert "3月16日（周一）17:30" in text
    assert "最初承诺 3月11日（周三）17:30" in text
    assert "已延期 1 次" in text
    assert await rows_of(dispatcher, "/desk/extensions") == {}


async def test_handing_over_to_an_emergency_service_by_the_city_clocks(house):
    case = judged_as(read=reading(urgency="U1"), proposed=None)
    waiting = case_as("waiting")
    await house.keep(waiting, case)
    dispatcher = house.browser("dispatcher1")
    page = await dispatcher.get(f"/desk/cases/{waiting.number}", step="transfer")
    assert 'value="2026-03-02T09:00"' in page.text, "now, by the city's clocks"
    fields = {"service": "119", "taken_by": "07 号席", "handed_over_at": "2026-03-02T08:55"}
    assert (await dispatcher.step(waiting.number, "transfer", **{**fields, "handed_over_at": "昨天"})).status_code == 422
    late = await dispatcher.step(waiting.number, "transfer", **{**fields, "handed_over_at": "2026-03-02T09:30"})
    assert (late.status_code, "移交时间还没有到" in late.text, 'value="2026-03-02T09:30"' in late.text) == (409, True, True)
    answer = await dispatcher.step(waiting.number, "transfer", **fields)
    assert answer.status_code == 303
    text = (await dispatcher.get(answer.headers["location"])).text
    assert "转 119 消防救援，3月2日（周一）08:55 由07 号席接手" in text


async def test_a_message_that_goes_out_meanwhile_stops_nobody(house):
    case = case_as("dispatched")
    await house.keep(case)
    handler = house.browser("water1")
    page = await handler.get(f"/desk/cases/{case.number}", step="accept")
    told = NoticeQueued(kind="dispatched", channel="sms")
    await house.change(noticing.queued(case, "n1", told, MONDAY))
    answer = await handler.send(page, f"/desk/cases/{case.number}/steps/accept")
    assert answer.status_code == 303
    assert (await house.case(case.number)).state == "in_hand"
    again = await handler.send(page, f"/desk/cases/{case.number}/steps/accept")
    assert again.status_code == 409, "what has happened is still to be looked at first"


async def test_the_page_shows_what_the_complainant_was_told_and_what_else_is_known(house):
    letter = {"stated_category": "waterworks.outage", "joined": 3, "written_on": MONDAY.date()}
    case = linked(case_as("awaiting_callback", **letter), "bounced")
    await house.keep(case)
    text = (await house.browser("dispatcher1").get(f"/desk/cases/{case.number}")).text
    for words in ("已答复，请评价", "短信", "被退回", "3 人，办理情况会一并告知", "诉求人所选类别", "信上日期"):
        assert words in text
    handler = (await house.browser("water1").get(f"/desk/cases/{case.number}")).text
    assert "被退回" in handler
    assert "诉求人所选类别" not in handler


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_the_pages_in_both_languages(house, clock, language):
    asked = take(contacted(), "ask", MONDAY)[0]
    extended = take(contacted(), "request_extension", MONDAY)[0]
    tried = scheduled(take(linked(awaiting(person="x")), "try_callback", MONDAY)[0], RULES)
    await house.keep(asked, extended, tried, awaiting(person=None), linked(awaiting(person="y"), "given_up"))
    for days in (0, 1, 20):
        clock.moment = MONDAY + timedelta(days=days)
        for login, paths in {
            "dispatcher1": ["/desk/extensions", f"/desk/cases/{extended.number}?step=refuse_extension", f"/desk/cases/{asked.number}"],
            "clerk1": ["/desk/callbacks", f"/desk/cases/{tried.number}?step=try_callback", f"/desk/cases/{tried.number}"],
            "water1": [f"/desk/cases/{extended.number}", f"/desk/cases/{asked.number}"],
        }.items():
            client = house.client(login)
            client.headers["Accept-Language"] = language
            for path in paths:
                assert (await client.get(path)).status_code == 200, path
