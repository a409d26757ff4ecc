"""What is new, told apart from what is quoted and from signatures, as the mail programs write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.mime.history import separate

from .mails import sections

NEW = "路灯还是不亮。\n昨天晚上又有人摔倒。"
OLD = "您的诉求已受理，编号2024010200017。"

ANSWERS = sections("answers.txt")
"""Answers as mail programs write them, by the program."""


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_an_answer_above_what_it_answers(answer):
    separated = separate(answer.format(new=NEW, old=OLD))
    assert separated.new.removesuffix("liming@mail.example").rstrip() == NEW
    assert OLD in separated.quoted
    assert not separated.forwarded


def test_an_answer_below_and_between():
    text = (
        f"热线 <huiying@city.example> 于2024年1月2日周二 10:00写道：\n\n> 哪一盏灯？\n\n第三盏。\n\n> 什么时候坏的？\n> {OLD}\n\n上个月。\n"
    )
    separated = separate(text)
    assert separated.new == "第三盏。\n\n上个月。"
    assert separated.quoted.split("\n")[0].endswith("写道：")
    assert OLD in separated.quoted


SIGNATURES = {
    "standard": ("{new}\n\n-- \n李明\n13800000000", "李明\n13800000000"),
    "without the space": ("{new}\n--\n李明", "李明"),
    "iPhone": ("{new}\n\n发自我的 iPhone", "发自我的 iPhone"),
    "iPhone, no space": ("{new}\n发自我的iPhone", "发自我的iPhone"),
    "iPhone, from my": ("{new}\n\n从我的 iPhone 发送", "从我的 iPhone 发送"),
    "Huawei": ("{new}\n\n发自我的华为手机", "发自我的华为手机"),
    "model": ("{new}\n\n发自我的 HUAWEI Mate 60 Pro", "发自我的 HUAWEI Mate 60 Pro"),
    "English": ("{new}\n\nSent from my iPad", "Sent from my iPad"),
    "Samsung": ("{new}\n\nSent from my Samsung Galaxy smartphone.", "Sent from my Samsung Galaxy smartphone."),
    "Windows": ("{new}\n\n从 Windows 版邮件发送", "从 Windows 版邮件发送"),
    "Windows, English": ("{new}\n\nSent from Mail for Windows", "Sent from Mail for Windows"),
    "Outlook": ("{new}\n\nGet Outlook for Android (https://aka.ms/AAb9ysg)", "Get Outlook for Android (https://aka.ms/AAb9ysg)"),
    "NetEase": (
        "{new}\n\n| |\n李明\n|\n|\n邮箱：liming@163.com\n|\n签名由 网易邮箱大师 定制",
        "| |\n李明\n|\n|\n邮箱：liming@163.com\n|\n签名由 网易邮箱大师 定制",
    ),
    "QQ": ("{new}\n\n来自QQ邮箱", "来自QQ邮箱"),
    "above what is answered": ("{new}\n\n-- \n李明\n\nOn 2024/1/2 10:00, Hotline wrote:\n> {old}", "李明"),
}


@pytest.mark.parametrize(("text", "signature"), SIGNATURES.values(), ids=SIGNATURES)
def test_signatures_are_kept_apart(text, signature):
    separated = separate(text.format(new=NEW, old=OLD))
    assert (separated.new, separated.signature) == (NEW, signature)


COMPLAINTS = [
    "他在微信群里写道：再投诉就停水。\n第二天真的停水了。",
    "发自内心地感谢你们。",
    "来自幸福小区全体业主的投诉",
    "来自手机用户的投诉很多",
    "请从我家门口的路修起，再通过手机发送通知给大家，不要只贴告示。",
    "发件人一栏写错了，信被退回。\n收件人是我。",
    "-- 一、噪音\n每天晚上\n-- 二、灰尘",
    "在2024年1月2日晚上，有人写道“停电”。\n后来就停电了。",
    "From: the corner of the street\nup to the school there is no light.",
    "原邮件\n我没有收到。",
    "时间：2024年1月2日\n主题：停水\n内容：没有通知",
]


@pytest.mark.parametrize("text", COMPLAINTS)
def test_what_only_resembles_a_mark_is_left_alone(text):
    assert separate(text).new == text


def test_a_dashed_line_with_much_below_is_no_signature():
    text = "一、噪音\n--\n" + "\n".join(f"第{number}天" for number in range(20))
    assert separate(text).new == text


def test_a_mail_that_begins_with_dashes_is_not_all_signature():
    assert separate("--\n路灯坏了").new == "--\n路灯坏了"


FORWARDED = [
    "{new}\n\n---------- Forwarded message ---------\n发件人： 王 <a@b.example>\n日期： 2024年1月1日\n主题： 停水\n\n{old}",
    "{new}\n\n-------- 转发邮件信息 --------\n发件人：王\n{old}",
    "{new}\n\n------------------ 转发的邮件 ------------------\n发件人：王\n{old}",
    "{new}\n\n---- 转发的原邮件 ----\n{old}",
    "{new}\n\n开始转发的邮件：\n\n> 发件人: 王\n> {old}",
    "{new}\n\nBegin forwarded message:\n\n> From: W\n> {old}",
    "{new}\n\n> ---------- Forwarded message ---------\n> {old}",
]


@pytest.mark.parametrize("text", FORWARDED)
def test_a_mail_passed_on_is_known(text):
    separated = separate(text.format(new=NEW, old=OLD))
    assert (separated.new, separated.forwarded) == (NEW, True)
    assert separated.quoted.endswith(OLD)


LINES = [
    NEW,
    OLD,
    "",
    "> alt",
    ">> älter",
    "-- ",
    "发自我的 iPhone",
    "-----原始邮件-----",
    "发件人: a",
    "收件人: b",
    "主题: c",
    "On 2024/1/2 10:00, x wrote:",
]


@given(st.lists(st.one_of(st.sampled_from(LINES), st.text(alphabet="> -写道：@1/", max_size=30)), max_size=30))
def test_no_line_is_lost(lines):
    separated = separate("\n".join(lines))
    kept = "\n".join((separated.new, separated.quoted, separated.signature))
    for line in "\n".join(lines).split("\n"):
        assert line.strip("> -") in kept


@given(st.lists(st.sampled_from("甲乙丙丁，。 \n"), max_size=200).map("".join))
def test_text_without_marks_is_new_as_it_is(text):
    separated = separate(text)
    assert (separated.quoted, separated.signature) == ("", "")
    assert separated.new.split() == text.split()
