"""The reply gate at the desk and in the API: findings beside what was typed, sent all the same with a reason, seen by the reviewer."""

import re

import pytest

from services.tracking.model.answering import stopped_by_gate
from services.tracking.rules import load_replies
from shared.events.sentiment import Demand
from tests.builders import MONDAY, case_in, given, reading, registered, take, the_rules
from tests.services.tracking.desk_cases import case_as, judged_as

EMPTY = "您的来信已收悉，已转有关部门处理，感谢您的支持！"
GOOD = "破损的水管已经换好，今天 18 时恢复供水。"
LEAKS = "水管已修好，户主 13900001111 已确认。"


def in_hand(**read):
    """A case whose department has reached the complainant."""
    case = judged_as(read=reading(**read)) if read else case_as("dispatched")
    for step in ("accept", "contact"):
        case = take(case, step, MONDAY)[0]
    return case


async def test_an_empty_reply_comes_back_with_its_words_and_everything_typed(house):
    case = in_hand()
    await house.keep(case)
    answer = await house.browser("water1").step(case.number, "reply", public=EMPTY, internal="已登记", outcome="explained")
    assert answer.status_code == 409
    for words in ("答复把关：先不要发", "没有说出实际内容", "<q>已转有关部门处理</q>", EMPTY, "已登记", 'name="overrule"'):
        assert words in answer.text
    assert 'value="explained" selected' in answer.text
    assert (await house.case(case.number)).state == "in_hand"


async def test_it_may_be_looked_at_before_it_is_sent(house):
    case = in_hand()
    await house.keep(case)
    water = house.browser("water1")
    looked = await water.step(case.number, "reply", public=GOOD, outcome="", check="yes")
    assert looked.status_code == 200
    assert "答复把关：可以发出" in looked.text
    assert GOOD in looked.text
    assert 'name="overrule"' not in looked.text
    assert (await house.case(case.number)).replies == ()
    sent = await water.step(case.number, "reply", public=GOOD, outcome="solved")
    assert sent.status_code == 303


async def test_a_changed_reply_goes_without_a_reason_and_passes_by_itself(house):
    case = in_hand()
    await house.keep(case)
    water = house.browser("water1")
    await water.step(case.number, "reply", public=EMPTY, outcome="explained")
    assert (await water.step(case.number, "reply", public=GOOD, outcome="solved", overrule="不再需要")).status_code == 303
    kept = await house.case(case.number)
    assert kept.state == "awaiting_callback"
    assert (kept.replies[-1].gate.verdict, kept.replies[-1].overrule) == ("send", "")


@pytest.mark.parametrize(("public", "label", "words"), [(EMPTY, "没有说出实际内容", "已转有关部门处理"), (LEAKS, "电话", "13900001111")])
async def test_sent_all_the_same_it_goes_to_a_person_who_says_why(house, public, label, words):
    case = in_hand()
    await house.keep(case)
    water, reviewer = house.browser("water1"), house.browser("reviewer1")
    sent = await water.step(case.number, "reply", public=public, outcome="explained", overrule="诉求人已同意")
    assert sent.status_code == 303
    kept = await house.case(case.number)
    assert kept.state == "replied", "what the gate stops is never passed by the machine"
    assert kept.clock("review") is not None
    page = (await reviewer.get(f"/desk/cases/{case.number}")).text
    for said in ("答复把关没有放行", label, f"<q>{words}</q>", "仍然发出的理由：诉求人已同意"):
        assert said in page
    assert (await reviewer.step(case.number, "pass_review", words="")).status_code == 409
    assert (await reviewer.step(case.number, "pass_review", words="已核对录音")).status_code == 303
    assert (await house.case(case.number)).state == "awaiting_callback"
    history = (await reviewer.get(f"/desk/cases/{case.number}")).text.split('id="history"')[1]
    assert "诉求人已同意" in history
    assert "已核对录音" in history


async def test_the_reviewer_can_send_it_back(house):
    case = take(in_hand(), "reply", MONDAY, public=EMPTY, overrule="先发")[0]
    await house.keep(case)
    sent_back = await house.browser("reviewer1").step(case.number, "fail_review", words="没有回答什么时候恢复供水")
    assert sent_back.status_code == 303
    assert (await house.case(case.number)).pile == "sent_back"


async def test_the_api_tells_the_findings_and_takes_a_reason(house):
    case = in_hand()
    await house.keep(case)
    client, path = house.client("water1", token=True), f"/api/v1/cases/{case.number}/steps/reply"
    refused = await client.post(path, json={"public": LEAKS, "outcome": "solved"}, headers={"If-Match": '"1"'})
    body = refused.json()
    assert (refused.status_code, body["code"], body["present"]["state"]) == (409, "reply.stopped", "in_hand")
    found = body["findings"][0]
    assert (found["kind"], found["words"], LEAKS[found["start"] : found["end"]]) == ("leak_phone", "13900001111", "13900001111")
    sent = await client.post(path, json={"public": LEAKS, "outcome": "solved", "overrule": "已同意"}, headers={"If-Match": '"1"'})
    reply = sent.json()["replies"][-1]
    assert (sent.status_code, reply["overrule"], reply["gate"]["verdict"]) == (200, "已同意", "stop")
    assert reply["gate"]["rules"] == load_replies().version


def test_what_was_given_away_is_not_repeated_in_the_event():
    _, events = take(in_hand(), "reply", MONDAY, public=LEAKS, overrule="已同意")
    assert events[0].model_dump_json().count("13900001111") == 1, "in the reply itself"


def test_a_demand_without_a_word_on_it_goes_to_a_person():
    demands = ("六栋电梯坏了三个月什么时候能修好", "公示地下车库每月收费的标准和去向")
    told = tuple(Demand(start=0, end=1, words=words) for words in demands)
    case = take(in_hand(demands=told), "reply", MONDAY, public="六栋电梯更换了门机，今天上午已恢复运行。")[0]
    assert case.state == "replied"
    assert [finding.words for finding in case.replies[-1].gate.findings] == [demands[1]]
    assert take(case, "pass_review", MONDAY)[0].state == "awaiting_callback", "looked at, it needs no reason"


def test_a_reply_that_was_sent_before_there_was_a_gate_is_passed_as_ever():
    old = case_in("awaiting_callback")
    reply = old.replies[-1].model_copy(update={"gate": None})
    assert not stopped_by_gate(old.model_copy(update={"replies": (reply,)}))
    assert given("reply").overrule == ""
    assert the_rules().replies.version


ASKED = "请王先生拍一张水表的照片，发到 13900001111。"
TOLD_STEPS = [
    ("answer", "public", {}, registered), ("decline", "channel_told", {"reason": "court_or_review"}, lambda: case_as("waiting")),
    ("ask", "words", {}, in_hand),
]  # fmt: skip


@pytest.mark.parametrize(("step", "name", "more", "made"), TOLD_STEPS, ids=[step for step, *_ in TOLD_STEPS])
async def test_other_words_to_the_complainant_give_nobody_away_either(house, step, name, more, made):
    case = made()
    await house.keep(case)
    officer = house.browser("water1" if step == "ask" else "dispatcher1" if step == "decline" else "agent1")
    typed = {name: ASKED, **more}
    refused = await officer.step(case.number, step, **typed)
    assert refused.status_code == 409
    for words in ("写给诉求人的话里不应带出", "<q>13900001111</q>", ASKED, 'name="overrule"'):
        assert words in refused.text
    assert (await house.case(case.number)).state == case.state
    assert (await officer.step(case.number, step, **typed, overrule="这是维修站的值班手机")).status_code == 303
    kept = (await house.case(case.number)).timeline[-1]
    assert (kept.facts[name], kept.facts["overrule"]) == (ASKED, "这是维修站的值班手机")
    assert "仍然发出的理由：这是维修站的值班手机" in (await officer.get(f"/desk/cases/{case.number}")).text


async def test_harmless_words_need_no_reason_and_no_look(house):
    case = in_hand()
    await house.keep(case)
    sent = await house.browser("water1").step(case.number, "ask", words="请拍一张水表的照片。")
    assert sent.status_code == 303
    assert (await house.case(case.number)).timeline[-1].facts["overrule"] == ""


async def test_an_agent_who_types_an_answer_is_told_what_it_gives_away(house):
    agent = house.client("agent1")
    proof = re.search(r'name="csrf" value="([^"]+)"', (await agent.get("/desk/password")).text)
    fields = {"csrf": proof[1], "text": "停水了", "title": "", "public": ASKED}
    told = await agent.post("/desk/answers/check", data=fields)
    assert "<q>13900001111</q>" in told.text
    assert "<q>" not in (await agent.post("/desk/answers/check", data={**fields, "public": "今天 18 时恢复供水。"})).text
    handler = house.client("water1")
    assert (await handler.post("/desk/answers/check", data=fields)).status_code == 403
