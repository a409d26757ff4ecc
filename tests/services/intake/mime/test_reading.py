"""Whole mails, as people's programs send them: what their sender said is read, and nothing else."""

import re
from datetime import UTC, datetime

import pytest

from services.intake.mime import Unreadable, read_mail
from services.intake.mime.mail import LARGEST_MAIL, LONGEST_TEXT

from .mails import GIF, JPEG, SAID, compose, html, nested, part, photo, sections, whole


def test_every_field_of_a_plain_mail():
    headers = {
        "From": "=?gb18030?B?wO7D9w==?= <liming@Mail.Example>",
        "Subject": "=?gb18030?B?wre1xru1wcs=?=",
        "Delivered-To": "huiying+abc@city.example",
        "In-Reply-To": "<two@city.example>",
        "References": "<one@city.example> <two@city.example>",
        "Content-Type": "text/plain; charset=gb2312",
    }
    mail = read_mail(compose(SAID.encode("gb18030"), headers))
    assert re.fullmatch(r"[0-9a-f]{64}", mail.fingerprint)
    assert (mail.message_id, mail.references) == ("<one@mail.example>", ("<one@city.example>", "<two@city.example>"))
    assert (mail.sender_name, mail.sender) == ("李明", "liming@mail.example")
    assert mail.recipients == ("huiying+abc@city.example", "huiying@city.example")
    assert (mail.subject, mail.sent_at) == ("路灯坏了", datetime(2024, 1, 2, 2, tzinfo=UTC))
    assert (mail.text, mail.quoted, mail.signature) == (SAID, "", "")
    assert (mail.attachments, mail.kind, mail.bounce, mail.left_out) == ((), "person", None, ())


@pytest.mark.parametrize("encoding", ["", "8bit", "base64", "quoted-printable", "X-UNKNOWN", "BASE64 (really)"])
@pytest.mark.parametrize(
    ("charset", "label"), [("utf-8", "utf-8"), ("gb18030", "gb2312"), ("utf-8", "gb2312"), ("gbk", "us-ascii"), ("utf-8", "iso-8859-1")]
)
def test_encodings_and_charsets(encoding, charset, label):
    one = part(SAID.encode(charset), f"text/plain; charset={label}", encoding=encoding.lower().split(" ")[0])
    assert read_mail(whole("mixed", one)).text == SAID


def test_big5_and_utf_16():
    said = "東門的路燈壞了三個星期，請修理。"
    assert read_mail(whole("mixed", part(said.encode("big5"), "text/plain; charset=big5", encoding="base64"))).text == said
    assert read_mail(whole("mixed", part(said.encode("utf-16"), "text/plain; charset=utf-16", encoding="base64"))).text == said


SHAPES = {
    "plain": compose(SAID),
    "HTML only": compose(f"<p>{SAID}</p>", {"Content-Type": "text/html; charset=utf-8"}),
    "HTML that says its charset itself": compose(
        b'<meta http-equiv="Content-Type" content="text/html; charset=gbk"><p>' + SAID.encode("gbk"), {"Content-Type": "text/html"}
    ),
    "HTML labelled as plain": compose(f"<!DOCTYPE html><html><p>{SAID}</p></html>", {"Content-Type": "text/plain"}),
    "alternative": whole("alternative", part(SAID), html("another form")),
    "alternative, the other way round": whole("alternative", html("another form"), part(SAID)),
    "alternative with an empty plain part": whole("alternative", part(" \r\n"), html(SAID)),
    "alternative that points at the HTML": whole("alternative", part("请使用支持HTML格式的客户端查看此邮件"), html(SAID)),
    "alternative that points at the HTML, English": whole(
        "alternative", part("This message is in HTML. Please view it there."), html(SAID)
    ),
    "alternative with HTML for other programs": whole("alternative", html(SAID), part("<p>x</p>", "text/x-amp-html")),
    "related": whole("related", html(SAID), photo(Content_ID="<logo@x>", content=GIF)),
    "related within alternative": whole("alternative", part("\n"), nested("related", html(SAID), boundary="b2")),
    "signed": whole("signed", part(SAID), part(b"0\x82", "application/pkcs7-signature; name=smime.p7s", encoding="base64")),
    "signed by PGP": whole("signed", part(SAID), part("-----BEGIN PGP SIGNATURE-----", "application/pgp-signature; name=s.asc")),
    "type in capitals": compose(SAID, {"Content-Type": "TEXT/PLAIN; CHARSET=UTF-8"}),
    "type that is none": compose(SAID, {"Content-Type": "text"}),
    "no headers in the part": whole("mixed", b"\r\n" + SAID.encode()),
    "no blank line in the part": whole("mixed", SAID.encode()),
    "boundary that never comes": compose(SAID, {"Content-Type": 'multipart/mixed; boundary="nowhere"'}),
    "boundary that is not said": compose(SAID, {"Content-Type": "multipart/mixed"}),
    "cut off": whole("mixed", part(SAID)).removesuffix(b"\r\n--=_whole--\r\n"),
    "lines of Unix": whole("alternative", part(SAID), html("x")).replace(b"\r\n", b"\n"),
    "from an mbox": b"From liming@mail.example Tue Jan  2 10:00:00 2024\n" + compose(SAID, end=b"\n"),
    "empty lines before": b"\r\n\r\n" + compose(SAID),
    "inline with a name": whole(
        "mixed", part(SAID, "text/plain; charset=utf-8; name=body.txt", Content_Disposition="inline; filename=body.txt")
    ),
    "unseen characters": compose(f"{SAID[:5]}\x00\x1b\u202e{SAID[5:]}\ufeff"),
    "references in plain text": compose(f"&nbsp;{SAID}&nbsp;"),
}


@pytest.mark.parametrize("raw", SHAPES.values(), ids=SHAPES)
def test_the_text_is_read_in_every_shape(raw):
    mail = read_mail(raw)
    assert (mail.text, mail.attachments, mail.left_out) == (SAID, (), ())


def test_a_promise_is_better_than_nothing():
    assert read_mail(whole("alternative", part(f"{SAID} (HTML message)"), html(""))).text == f"{SAID} (HTML message)"


def test_flowed_text_is_joined():
    raw = compose("东门的路灯坏了 \r\n三个星期，请修理。\r\n", {"Content-Type": "text/plain; charset=utf-8; format=flowed; delsp=yes"})
    assert read_mail(raw).text == SAID


ANSWER = {"In-Reply-To": "<n@city.example>"}
QUOTE = "On 2024/1/2 10:00, Hotline wrote:\n> 已受理"


def test_an_answer_without_words_says_nothing_but_brings_its_photo():
    mail = read_mail(whole("mixed", part(f"发自我的 iPhone\n\n{QUOTE}"), photo(), headers=ANSWER))
    assert (mail.text, mail.signature, len(mail.attachments)) == ("", "发自我的 iPhone", 1)
    assert mail.quoted.endswith("已受理")


@pytest.mark.parametrize("headers", [{}, ANSWER], ids=["first", "answer"])
def test_where_all_is_quoted_the_quoted_is_the_text(headers):
    mail = read_mail(compose(f"> {SAID}\n", headers))
    assert (mail.text, mail.quoted) == (SAID, "")


@pytest.mark.parametrize("subject", ["Fwd: x", "FW: x", "转发：停水", "轉寄: x", "=?utf-8?B?6L2s5Y+R77yaeA==?="])
def test_what_is_passed_on_belongs_to_the_text(subject):
    body = f"请看下面\n\n发件人: 王 <w@mail.example>\n发送时间: 2024年1月1日\n收件人: 李\n主题: 停水\n\n{SAID}"
    mail = read_mail(compose(body, {"Subject": subject}))
    assert mail.text.startswith("请看下面\n\n发件人: 王")
    assert mail.text.endswith(SAID)
    assert mail.quoted == ""


def test_an_answer_to_what_was_passed_on_is_an_answer():
    mail = read_mail(compose(f"谢谢\n\n-----Original Message-----\nFrom: x\nSent: y\nTo: z\n\n{SAID}", {"Subject": "Re: Fwd: x", **ANSWER}))
    assert (mail.text, mail.quoted.endswith(SAID)) == ("谢谢", True)


def test_a_forward_of_web_mail():
    mark = "---------- Forwarded message ---------<br>发件人： 王<br>"
    markup = f'<div dir="ltr">请看<br><br><div class="gmail_quote"><div class="gmail_attr">{mark}</div>{SAID}</div></div>'
    mail = read_mail(compose(markup, {"Content-Type": "text/html; charset=utf-8"}))
    assert mail.text.startswith("请看\n\n---------- Forwarded message")
    assert mail.text.endswith(SAID)


HTML_ANSWERS = sections("answers_in_html.txt")


@pytest.mark.parametrize("markup", HTML_ANSWERS.values(), ids=HTML_ANSWERS)
def test_an_answer_in_html(markup):
    mail = read_mail(compose(markup.format(SAID), {"Content-Type": "text/html; charset=utf-8", **ANSWER}))
    assert (mail.text, mail.quoted.endswith(SAID)) == ("谢谢", True)


def test_names_and_subjects_fit_where_they_go_and_break_no_line():
    headers = {"From": '"' + "李" * 300 + '" <li@mail.example>', "Subject": "=?utf-8?Q?a=0D=0ABcc:_x?= " + "灯" * 300}
    mail = read_mail(compose(SAID, headers))
    assert (len(mail.sender_name), len(mail.subject)) == (50, 200)
    assert mail.subject.startswith("a Bcc: x")


TRACES = {
    "Received": "from a by b; Tue, 2 Jan 2024",
    "Delivered-To": "other@city.example",
    "Return-Path": "<liming@mail.example>",
    "X-Spam-Score": "1.5",
    "DKIM-Signature": "v=1; a=rsa-sha256",
    "Authentication-Results": "mx.example; spf=pass",
}


def test_a_mail_delivered_again_has_the_same_fingerprint():
    first = read_mail(whole("mixed", part(SAID), photo())).fingerprint
    again = whole("mixed", part(SAID), photo(), headers=TRACES)
    assert read_mail(again).fingerprint == first
    assert read_mail(again.replace(b"\r\n", b"\n") + b"\n").fingerprint == first
    assert read_mail(whole("mixed", part(SAID + "。"), photo())).fingerprint != first
    assert read_mail(whole("mixed", part(SAID), photo(), headers={"Message-ID": "<two@mail.example>"})).fingerprint != first


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "empty"),
        (b" \r\n\t\n", "empty"),
        (b"no mail at all", "no_header"),
        (JPEG, "no_header"),
        (b"\0" * 1_000, "no_header"),
        (b"X-Only: this\n\nbody", "no_header"),
        (b"Subject: x\n\n" + b"a" * LARGEST_MAIL, "too_large"),
    ],
    ids=["empty", "blank", "prose", "picture", "zeros", "unknown header", "too large"],
)  # fmt: skip
def test_what_is_no_mail(raw, why):
    with pytest.raises(Unreadable) as unreadable:
        read_mail(raw)
    assert unreadable.value.why == why


def test_a_text_that_is_too_long_is_cut_and_that_is_said():
    mail = read_mail(compose("路灯坏了，" * 10_000))
    assert (len(mail.text), mail.left_out) == (LONGEST_TEXT, ("text_cut",))
    assert len(read_mail(compose("路" * LONGEST_TEXT)).text) == LONGEST_TEXT
