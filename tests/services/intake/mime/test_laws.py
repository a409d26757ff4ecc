"""Laws of reading, over mails of any shape: bounded, clean, faithful to what was said, and never another exception."""

import re
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake.mime import Mail, Unreadable, read_mail

from .mails import HEADERS, JPEG, compose, multipart, part, whole

MARKER = "东门外第三根电线杆上的路灯已经坏了三个星期"
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]")


def read(raw: bytes) -> Mail | None:
    """What is read, checked against its bounds; None when it is unreadable."""
    try:
        mail = read_mail(raw, own=("huiying@city.example", "city.example"))
    except Unreadable as unreadable:
        if unreadable.why == "unexpected":
            raise
        return None
    for text in (mail.text, mail.quoted, mail.signature):
        assert len(text) <= 20_000
        assert not UNSEEN.search(text)
    lines = (
        mail.subject,
        mail.sender_name,
        mail.sender,
        mail.message_id,
        *mail.references,
        *mail.recipients,
        *(one.name for one in mail.attachments),
    )
    for line in lines:
        assert not UNSEEN.search(line)
        assert "\n" not in line
        assert len(line) <= 500
    assert (mail.kind == "bounce") == (mail.bounce is not None)
    assert len(mail.attachments) <= 20
    return mail


VALUES = [
    *(b"multipart/mixed; boundary=b", b"multipart/alternative; boundary=b", b"multipart/report; report-type=delivery-status; boundary=b"),
    *(b"text/html; charset=gb2312", b"text/plain; charset=utf-7; format=flowed", b"message/rfc822", b"message/delivery-status"),
    *(b"base64", b"quoted-printable", b"attachment; filename*0*=x'y'%E4; filename*1=\"=?utf-8?B?", b"image/png; name=a.eml"),
    *(b"=?gb2312?B?1cU?= <a@b.example>", b"<>", b"a@b@c <d@", b"auto"),
]
NAMES = [
    *(b"From", b"To", b"Subject", b"Date", b"Message-ID", b"References", b"Return-Path", b"Auto-Submitted", b"Precedence"),
    *(b"Content-Type", b"Content-Transfer-Encoding", b"Content-Disposition", b"Content-ID"),
    *(b"X-Failed-Recipients", b"Action", b"Final-Recipient", b"Status", b"", b"\xe4", b"no colon"),
]
ANY_VALUE = st.one_of(st.binary(max_size=60), st.sampled_from(VALUES))
ANY_HEADERS = st.lists(st.builds(lambda name, value: name + b": " + value + b"\r\n", st.sampled_from(NAMES), ANY_VALUE), max_size=6).map(
    b"".join
)
ANY_BODY = st.one_of(
    st.binary(max_size=200),
    st.sampled_from(
        [
            b"--b\r\n",
            b"--b--\r\n",
            b"<div><blockquote>x",
            MARKER.encode("gbk"),
            b"> x\r\n",
            b"-- \r\nme",
            b"On 2024/1/2 10:00, x wrote:\r\n",
        ]
    ),
    st.text(max_size=80).map(lambda text: text.encode("utf-8", "replace")),
)


@settings(max_examples=300)
@given(st.lists(st.one_of(ANY_HEADERS, ANY_BODY, st.just(b"\r\n"), st.just(b"\r\n--b\r\n")), max_size=12).map(b"".join))
def test_pieces_of_mails_in_any_order_are_read_or_refused(pieces):
    read(pieces)
    assert read(b"From: a@mail.example\r\n" + pieces) is not None


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(raw):
    read(raw)


WHOLE = whole(
    "mixed",
    part(MARKER.encode("gbk"), "text/plain; charset=gb2312", encoding="base64"),
    part(JPEG[:300], "image/jpeg; name=a.jpg", encoding="base64"),
)


@settings(max_examples=200)
@given(st.lists(st.tuples(st.integers(0, len(WHOLE)), st.integers(0, 40), st.binary(max_size=20)), max_size=4))
def test_a_mail_damaged_anywhere_is_read_or_refused(damages):
    raw = WHOLE
    for place, length, instead in damages:
        raw = raw[:place] + instead + raw[place + length :]
    read(raw)


@dataclass(frozen=True)
class Branch:
    """A part as drawn: its bytes with headers, and whether the marker stands in it."""

    raw: bytes
    told: bool


CHARSETS = st.sampled_from(["utf-8", "gb18030", "gbk", "gb2312"])
LABELS = st.sampled_from(["utf-8", "gb2312", "GBK", "us-ascii", "iso-8859-1", "x-unknown", "big5", ""])
ENCODINGS = st.sampled_from(["", "8bit", "base64", "quoted-printable"])
FORMS = st.sampled_from(["text/plain", "text/html", "text/plain; format=flowed"])
OTHER_TEXT = st.text(alphabet="甲乙丙丁戊 ，。\n", max_size=60)


def told(charset: str, label: str, encoding: str, form: str, around: str) -> Branch:
    text = f"{around}\n{MARKER}\n{around}"
    content = (f"<html><p>{around}</p><div>{MARKER}</div></html>" if "html" in form else text).encode(charset)
    return Branch(part(content, f"{form}; charset={label}" if label else form, encoding=encoding), True)


SAYING = st.builds(told, CHARSETS, LABELS, ENCODINGS, FORMS, OTHER_TEXT)
OTHERS = st.one_of(
    st.builds(lambda text, encoding: Branch(part(text, encoding=encoding), False), OTHER_TEXT, ENCODINGS),
    st.builds(lambda content: Branch(part(content, "image/png; name=a.png", encoding="base64"), False), st.binary(max_size=60)),
    st.builds(lambda text: Branch(part(text, "text/plain", Content_Disposition="attachment; filename=a.txt"), False), OTHER_TEXT),
    st.just(Branch(part(compose("里面的话"), "message/rfc822"), False)),
)


@st.composite
def trees(draw: st.DrawFn, depth: int = 4) -> Branch:
    """A part whose first text is the marker's; in an alternative each form says the same."""
    if depth == 0 or draw(st.booleans()):
        return draw(SAYING)
    kind = draw(st.sampled_from(["mixed", "related", "alternative", "signed", "x-unheard-of"]))
    first = draw(trees(depth=depth - 1))
    rest = [draw(trees(depth=depth - 1))] if kind == "alternative" else draw(st.lists(OTHERS, max_size=3))
    before = (
        []
        if kind == "alternative"
        else draw(st.lists(OTHERS.filter(lambda branch: branch.raw.startswith(b"Content-Type: image")), max_size=1))
    )
    media_type, body = multipart(kind, *(branch.raw for branch in (*before, first, *rest)), boundary=f"=_level{depth}")
    return Branch(f"Content-Type: {media_type}\r\n\r\n".encode() + body, True)


@settings(max_examples=300)
@given(trees(), st.booleans())
def test_what_was_said_is_in_the_text_whatever_the_tree(tree, unix):
    head = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items()).encode()
    raw = head + tree.raw
    mail = read(raw.replace(b"\r\n", b"\n") if unix else raw)
    assert mail is not None
    assert MARKER in mail.text


TRACES = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "Received",
                "Delivered-To",
                "Return-Path",
                "X-Spam",
                "X-Original-To",
                "DKIM-Signature",
                "ARC-Seal",
                "Envelope-To",
                "Status",
                "Lines",
            ]
        ),
        st.text(alphabet="abc @<>;1", max_size=40),
    ),
    max_size=6,
)


@given(TRACES, trees(depth=2), st.booleans())
def test_the_fingerprint_does_not_depend_on_the_way(traces, tree, unix):
    head = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items()).encode()
    way = "".join(f"{name}: {value}\r\n" for name, value in traces).encode()
    first, again = read(head + tree.raw), read((way + head + tree.raw).replace(b"\r\n", b"\n" if unix else b"\r\n"))
    assert first is not None
    assert again is not None
    assert first.fingerprint == again.fingerprint


@given(st.text(alphabet="甲乙丙ab ", min_size=1, max_size=30), st.text(alphabet="甲乙丙ab ", min_size=1, max_size=30))
def test_other_words_have_another_fingerprint(one, other):
    same = read_mail(compose(one)).fingerprint == read_mail(compose(other)).fingerprint
    assert same == (one == other)
