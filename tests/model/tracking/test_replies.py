"""The reply gate: what it stops, what it lets go, where its findings stand; and what holds for any text."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tracking.model.replies import ReplyCheck, check_reply
from services.tracking.model.reply_gate.clauses import clauses_of
from services.tracking.model.reply_gate.scoring import Told, score
from services.tracking.rules import load_replies
from shared.events.gate import FindingKind
from shared.language.characters import folded
from tests.model.tracking.reply_words import ANSWERS, NOTHING

KNOWN = load_replies()
NO_WATER = "家里停水两天了，没有人来修。"
ANY_TEXT = st.text(st.characters() | st.sampled_from("您好，。！？：\n 已转感谢收悉电话0123456789栋号村“”〔〕…"), max_size=400)


def check(reply: str, text: str = NO_WATER, *demands: str) -> ReplyCheck:
    return check_reply("", text, demands, reply, KNOWN)


def found(result: ReplyCheck, kind: FindingKind) -> list[str]:
    return [finding.words for finding in result.findings if finding.kind == kind]


@pytest.mark.parametrize(("text", "reply"), ANSWERS)
def test_a_reply_that_answers_goes_however_short_it_is(text, reply):
    assert check(reply, text).verdict == "send"


@pytest.mark.parametrize(("text", "reply"), NOTHING)
def test_a_reply_that_answers_nothing_is_stopped_with_the_words_that_put_off(text, reply):
    result = check(reply, text)
    assert result.verdict == "stop"
    assert found(result, "template")


def test_what_is_copied_from_the_complaint_is_no_answer():
    plain, copied = check("水管已修好。"), check("您反映家里停水两天了，没有人来修的问题，我们知道了。")
    assert copied.verdict == "stop"
    assert plain.score < copied.score


def test_findings_stand_where_their_words_are():
    reply = "您好！您反映的问题已收悉，已转供水公司处理，保证不再发生。请联系住户 １３８００１３８０００。"
    result = check(reply)
    assert {"template", "promise", "leak_phone"} <= {finding.kind for finding in result.findings}
    assert all(reply[finding.start : finding.end] == finding.words for finding in result.findings if finding.end)


def test_a_demand_without_a_word_on_it_is_named():
    demands = ("六栋电梯坏了三个月没有人修", "地下车库的收费从来没有公示过")
    text = "，".join(demands)
    half = check("六栋电梯更换了门机，今天上午已恢复运行，维保记录贴在轿厢内。", text, *demands)
    whole = check("六栋电梯更换了门机，今天上午已恢复运行。车库收费标准已贴在入口处，每小时三元。", text, *demands)
    assert found(half, "unanswered_demand") == [demands[1]]
    assert half.verdict == "look"
    assert not found(whole, "unanswered_demand")
    assert whole.verdict == "send"


def test_an_answer_to_another_matter_is_looked_at():
    reply = (
        "经核实，您咨询的公租房申请须在本市连续缴纳社会保险满一年，"
        "家庭人均收入低于上年度城镇居民可支配收入的八成，请于每季度首月持户口本到区房管所递交材料。"
    )
    result = check_reply("南湖路烧烤摊占道", "南湖路口每晚有烧烤摊占着人行道，油烟大，行人只能走机动车道。", (), reply, KNOWN)
    assert result.verdict == "look"
    assert found(result, "something_else")
    assert not found(check_reply("烧烤摊", "烧烤摊占道", (), reply, KNOWN), "something_else"), "too little was said to tell"


@pytest.mark.parametrize("promise", ["保证不再停水", "一定让您满意", "百分之百赔偿"])
def test_a_commitment_beyond_its_power_is_looked_at(promise):
    result = check(f"水管已修好，今天 18 时恢复供水，{promise}。")
    assert result.verdict == "look"
    assert found(result, "promise")


def test_a_reply_without_end_or_next_step_is_told_so():
    assert check("供水是城市的生命线，水厂的历史已有七十多年。").findings[-1].kind == "no_next_step"
    assert "no_next_step" not in {finding.kind for finding in check("水管已修好。").findings}


LEAKS: tuple[tuple[FindingKind, str, str, str], ...] = (
    ("leak_phone", "我的电话 13900001111，家里停水。", "已请维修工拨打联系电话 139-0000-1111 上门，水管已修好。", ""),
    ("leak_phone", NO_WATER, "水管已修好，住户王某 13900001111 已确认。", "13900001111"),
    ("leak_identity", NO_WATER, "水管已修好，户主 11010519491231002X 已签字。", "11010519491231002X"),
    ("leak_address", "我住在 12 栋 3 单元 501 室，家里停水。", "水管已修好，您家 12栋3单元501室 今晚恢复供水。", "12栋3单元501室"),
    ("leak_name", "我叫林小满，家里停水两天了。", "水管已修好，林小满同志已确认。", "林小满"),
    ("leak_name", NO_WATER, "信访人赵长庚，您好：水管已修好。", "赵长庚"),
)


@pytest.mark.parametrize(("kind", "text", "reply", "words"), LEAKS)
def test_what_gives_the_complainant_away_stops_a_good_answer(kind, text, reply, words):
    result = check(reply, text)
    assert result.verdict == "stop"
    assert result.score < KNOWN.limits.look
    assert words in found(result, kind) or (not words and found(result, kind))


@pytest.mark.parametrize(
    "reply",
    [
        "水管已修好。有疑问请拨打供水热线 0123-8888666 或值班电话 13900001111。",
        "水管已修好，联系人张师傅，联系电话 13900001111。",
        "5 栋主管道已更换，今天 18 时恢复供水。",
        "经办人按条例第 20 条处理，2026110212345 号工单已办结，水管已修好。",
    ],
)
def test_an_office_s_own_number_or_the_place_of_the_matter_is_no_leak(reply):
    assert check(reply).verdict == "send"


def test_thanks_and_signatures_are_left_out():
    reply = folded("尊敬的网友：您好！已于昨晚换好水管，感谢您的监督。某市供水公司 2026年11月2日").folded
    assert [clause.rest for clause in clauses_of(reply, KNOWN) if clause.rest] == ["已于昨晚换好水管"]


@given(ANY_TEXT, ANY_TEXT, st.lists(ANY_TEXT, max_size=4), ANY_TEXT)
def test_any_text_is_judged(title, text, demands, reply):
    result = check_reply(title, text, demands, reply, KNOWN)
    assert 0 <= result.score <= 1
    assert result.verdict == "stop" or result.score < KNOWN.limits.stop
    assert all(0 <= finding.start <= finding.end <= len(reply) for finding in result.findings)
    assert result == check_reply(title, text, demands, reply, KNOWN)


@given(st.floats(0, 1e4), st.floats(0, 1e3), st.sets(st.sampled_from(["found", "done", "must", "why", "when", "law"])), st.booleans())
def test_whatever_speaks_for_an_answer_never_makes_it_worse(information, more, marks, figures):
    told = Told(information, frozenset(), False, reference=False, elsewhere=False)
    richer = Told(information + more, frozenset(marks), figures, reference=False, elsewhere=False)
    assert score(richer, KNOWN) <= score(told, KNOWN)


@pytest.mark.parametrize(
    "piece",
    ["已", "已转", "请向", "水，", "“", "1", "13900001111 ", "我叫王五，", "2019年1月", "3栋", "网友", "感谢您，", " ", "\u200b"],
)
def test_a_hundred_thousand_characters_take_milliseconds(piece):
    text = piece * (100_000 // len(piece))
    began = time.process_time()
    check_reply(text[:300], text, (text[:1_000], text[-1_000:]), text, KNOWN)
    assert time.process_time() - began < 0.05, "the figure itself is in bench/replies.py; this is ten times what it is"
