"""The complainant's page: found by number and code, showing whose turn it is, and taking their steps."""

import re
from datetime import timedelta

import pytest

from services.intake.model.codes import group as group_code
from services.intake.model.numbers import group
from shared.events.tracking import CaseAsked, CaseDeclined, CaseJoined, CaseResumed, CaseTransferred, ExtensionGranted

from .standings import ACCEPTED, DUE, LIFE, OPENED, standing


async def opened(house, *events):
    """A complaint that tracking has said these things of, shown in the browser."""
    receipt = await house.submit(title="小区停水")
    await house.tracking_says(receipt["number"], *events)
    written = {"number": group(receipt["number"]), "code": group_code(receipt["query_code"]).lower()}
    answer = await house.form("/progress", "/progress", written)
    assert (answer.status_code, answer.headers["location"]) == (303, "/progress")
    return receipt


async def shown(house):
    return (await house.client.get("/progress")).text


async def test_number_and_code_open_the_matter(intake):
    receipt = await opened(intake, *LIFE[:3])
    page = await shown(intake)
    assert "小区停水" in page
    assert group(receipt["number"]) in page
    assert "市水务局须在 3月5日（周四）09:00 前答复" in page
    assert re.findall(r'<p class="head">([^<]*)</p>', page) == ["市水务局开始办理", "已交给市水务局处理", "已经收到"]


async def test_what_is_late_is_said_to_be_late(intake):
    await opened(intake, *LIFE[:3])
    intake.clock.forward(days=4)
    receipt = await opened(intake, ACCEPTED)
    page = await shown(intake)
    assert "市水务局本应在 3月5日（周四）09:00 前答复" in page
    assert 'class="due late"' in page
    assert receipt["query_code"] in page, "a page that is open for long still works"


@pytest.mark.parametrize(
    ("number", "code", "words"),
    [
        ("260302-000001-0", "AAAAAAAA", "可能抄错了一位"),
        ("", "", "可能抄错了一位"),
        (None, "AAAAAAAA", "编号和查询码对不上"),
        (None, "", "请填写这一项"),
    ],
)
async def test_a_slip_is_told_and_what_was_typed_stays(intake, number, code, words):
    receipt = await intake.submit()
    given = {"number": receipt["number"] if number is None else number, "code": code}
    answer = await intake.form("/progress", "/progress", given)
    assert answer.status_code == 404
    assert words in answer.text
    assert f'value="{given["number"]}"' in answer.text
    assert "huiying_matter" not in answer.headers.get("set-cookie", "")


RATED = {"rate_solved": "no", "rate_satisfied": "2", "rate_process": "4", "rate_words": "还在漏"}
STEPS = [
    (5, "rate", RATED, "complaint.rated", "您的评价：没有解决"),
    (2, "urge", {"urge_words": "第三天了"}, "complaint.urged", "您催了一次"),
    (2, "withdraw", {"withdraw_reason": "来水了"}, "complaint.withdrawn", "您申请撤回"),
    (2, "supplement", {"supplement_text": "又停了"}, "complaint.supplemented", "您补充了情况"),
]


@pytest.mark.parametrize(("life", "step", "data", "event", "line"), STEPS)
async def test_each_step_on_the_page(intake, life, step, data, event, line):
    await opened(intake, *LIFE[:life])
    answer = await intake.form("/progress", f"/progress/{step}", data)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/progress?done={step}")
    record = (await intake.outgoing())[-1]
    assert record.event.type == event
    page = (await intake.client.get(answer.headers["location"])).text
    assert line in page
    assert 'role="status"' in page


async def test_a_step_works_on_a_page_that_was_open_for_an_hour(intake):
    receipt = await opened(intake, OPENED)
    page = await shown(intake)
    intake.clock.forward(hours=1)
    form = {name: re.search(rf'name="{name}" value="([^"]*)"', page).group(1) for name in ("csrf", "number", "code")}
    answer = await intake.client.post("/progress/supplement", data=form | {"supplement_text": "又停了"})
    assert answer.status_code == 303
    assert (await intake.outgoing())[-1].case == receipt["number"]


async def test_a_rating_without_answers_comes_back_with_what_was_written(intake):
    await opened(intake, *LIFE)
    answer = await intake.form("/progress", "/progress/rate", {"rate_words": "水还没来", "rate_satisfied": "2"})
    assert answer.status_code == 422
    assert re.search(r'<a href="#rate_solved">', answer.text)
    assert "水还没来" in answer.text
    assert re.search(r'name="rate_satisfied" value="2"[^>]* checked', answer.text)
    assert [record.event.type for record in await intake.outgoing()] == ["complaint.submitted"]


async def test_a_step_that_has_become_impossible_is_said_and_what_was_written_stays(intake):
    receipt = await opened(intake, OPENED)
    page = await shown(intake)
    over = standing("declined", "nobody", due_at=None)
    await intake.tracking_says(receipt["number"], CaseDeclined(reason="court_or_review", channel_told="请向法院起诉", standing=over))
    form = {name: re.search(rf'name="{name}" value="([^"]*)"', page).group(1) for name in ("csrf", "number", "code")}
    answer = await intake.client.post("/progress/supplement", data=form | {"supplement_text": "还有一件事"})
    assert answer.status_code == 409
    assert "这件事已经结束" in answer.text
    assert "还有一件事" in answer.text
    assert "没有受理，原因见下" in answer.text
    assert "请向法院起诉" in answer.text


async def test_urging_twice_is_refused_kindly(intake):
    await opened(intake, OPENED)
    page = await shown(intake)
    form = {name: re.search(rf'name="{name}" value="([^"]*)"', page).group(1) for name in ("csrf", "number", "code")}
    assert (await intake.client.post("/progress/urge", data=form)).status_code == 303
    answer = await intake.client.post("/progress/urge", data=form)
    assert answer.status_code == 409
    assert "今天已经催过一次" in answer.text


async def test_leaving_clears_this_computer(intake):
    await opened(intake, OPENED)
    answer = await intake.form("/progress", "/progress/leave")
    assert answer.status_code == 303
    assert "小区停水" not in await shown(intake)


async def test_an_unknown_step_is_not_there(intake):
    await opened(intake, OPENED)
    page = await shown(intake)
    token = re.search(r'name="csrf" value="([^"]*)"', page).group(1)
    assert (await intake.client.post("/progress/dance", data={"csrf": token})).status_code == 404


async def test_a_cookie_that_was_made_up_shows_nothing(intake):
    intake.client.cookies.set("huiying_matter", "bm90aGluZyBvZiBvdXJz" * 5)
    answer = await intake.client.get("/progress")
    assert answer.status_code == 200
    assert 'name="code"' in answer.text


@pytest.mark.parametrize("count", range(len(LIFE) + 1))
@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_every_station_of_a_life_can_be_shown(intake, count, language):
    await opened(intake, *LIFE[:count])
    intake.client.headers["accept-language"] = language
    answer = await intake.client.get("/progress")
    assert answer.status_code == 200
    assert "承包商" not in answer.text


ASKED = CaseAsked(
    words="请补充楼号和水表照片", until=DUE,
    standing=standing("in_hand", "complainant", "supplement", department="water", due_at=None, promised_at=DUE),
)  # fmt: skip


async def test_what_is_needed_from_the_complainant_stands_on_top(intake):
    await opened(intake, *LIFE[:3], ASKED)
    page = await shown(intake)
    assert "请您在 3月5日（周四）09:00 前补充需要的情况" in page
    assert "最初承诺的答复时间：3月5日（周四）09:00" in page
    assert re.search(r'<h2>需要您补充</h2>\s*<p class="quoted">请补充楼号和水表照片</p>\s*<p><a href="#supplement">', page)
    assert '<details id="supplement" open>' in page
    assert "您须在" not in page


async def test_it_is_needed_no_more_once_it_has_come(intake):
    await opened(intake, *LIFE[:3], ASKED)
    answer = await intake.form("/progress", "/progress/supplement", {"supplement_text": "三号楼"})
    assert answer.status_code == 303
    page = await shown(intake)
    assert "<h2>需要您补充</h2>" not in page
    assert "请补充楼号和水表照片" in page, "the history keeps it"


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (CaseResumed(why="cap"), "等待补充的时间已到，继续办理"),
        (
            ExtensionGranted(reason="weather", days=5, standing=standing("in_hand", "department", due_at=DUE + timedelta(days=7))),
            "市水务局还需要一些时间：受天气影响。现在须在 3月12日（周四）09:00 前答复，最初承诺的是 3月5日（周四）09:00",
        ),
        (CaseTransferred(service="119", taken_by="值班员", handed_over_at=DUE), "已于 3月5日（周四）09:00 转给 119 消防救援处理"),
        (CaseJoined(number=2, words="我家也是"), "另有 2 人说这也是他们的事"),
    ],
)
async def test_what_else_happens_is_told(intake, event, told):
    await opened(intake, *LIFE[:3], event)
    page = await shown(intake)
    assert told in page
    for words in ("值班员", "我家也是"):
        assert words not in page
    intake.client.headers["accept-language"] = "en"
    assert (await intake.client.get("/progress")).status_code == 200


async def test_a_matter_that_was_handed_over_has_no_stations(intake):
    handed = CaseTransferred(service="120", taken_by="值班员", handed_over_at=DUE, standing=standing("transferred", "nobody", due_at=None))
    await opened(intake, OPENED, handed)
    page = await shown(intake)
    assert "已经转给紧急部门处理" in page
    assert "station" not in page
