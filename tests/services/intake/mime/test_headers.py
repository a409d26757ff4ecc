"""Header fields: found, unfolded, decoded; and their parameters, addresses, ids and dates."""

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.mime.addresses import message_ids, recipients_of, sender_of, sent_at
from services.intake.mime.headers import LARGEST_SECTION, Headers, read_headers, read_line
from services.intake.mime.parameters import read_parameters


def headers(**fields):
    """Headers of these fields, named with _ for -."""
    return Headers({name.replace("_", "-"): [value if isinstance(value, bytes) else value.encode()] for name, value in fields.items()})


def word(text, charset="gb18030", cut=0):
    """An encoded word; with `cut` two, which part the bytes there."""
    content = text.encode(charset)
    pieces = [content[:cut], content[cut:]] if cut else [content]
    return b"\r\n ".join(b"=?" + charset.encode() + b"?B?" + base64.b64encode(piece) + b"?=" for piece in pieces)


def test_fields_are_found_and_unfolded():
    raw = b"From: a@b.example\r\nSubject: one\r\n two\r\n\tthree\r\nX:y\r\nsubject: again\r\n\r\nBody: no field\r\n"
    found, body = read_headers(raw, 0, len(raw))
    assert {name: [value.split() for value in values] for name, values in found.fields.items()} == {
        "from": [[b"a@b.example"]],
        "subject": [[b"one", b"two", b"three"], [b"again"]],
        "x": [[b"y"]],
    }
    assert raw[body:] == b"Body: no field\r\n"


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        (b"A: b\n\nbody", b"body"),
        (b"A: b\r\n\r\nbody", b"body"),
        (b"From x@y Mon Jan  1 00:00:00 2024\nA: b\n\nbody", b"body"),
        (b"A: b\nno field here\nbody", b"no field here\nbody"),
        (b"A: b", b""),
        (b"A: b\r\n", b""),
        (b"\r\nbody", b"body"),
        (b"", b""),
    ],
)
def test_where_the_body_begins(raw, body):
    assert raw[read_headers(raw, 0, len(raw))[1] :] == body


def test_a_section_that_is_far_too_long_is_cut_and_the_body_still_found():
    raw = b"A: b\n" + b"X-Y: " + b"z" * LARGEST_SECTION + b"\nSubject: late\n\nbody"
    found, body = read_headers(raw, 0, len(raw))
    assert (found.cut, found.first("a"), found.first("subject"), raw[body:]) == (True, b"b", b"", b"body")


WORDS = {
    "gb": (word("路灯坏了"), "路灯坏了"),
    "utf-8 in Q": (b"=?UTF-8?Q?caf=C3=A9_au_lait?=", "café au lait"),
    "between text": (b"Re: " + word("路灯") + b" (2)", "Re: 路灯 (2)"),
    "two words": (word("路灯") + b" " + word("坏了"), "路灯坏了"),
    "two charsets": (word("路灯") + b"\r\n " + word("坏了", "utf-8"), "路灯坏了"),
    "a character cut in two": (word("路灯坏了", "utf-8", cut=4), "路灯坏了"),
    "a gb character cut in two": (word("路灯坏了", "gb18030", cut=3), "路灯坏了"),
    "within quotes": (b'"' + word("李明") + b'"', '"李明"'),
    "glued": (b"a" + word("李明") + b"b", "a李明b"),
    "no padding": (b"=?utf-8?B?" + base64.b64encode("路灯坏".encode() + b"!").rstrip(b"=") + b"?=", "路灯坏!"),
    "a sign too many": (b"=?utf-8?B?" + base64.b64encode("路灯".encode()) + b"A?=", "路灯"),
    "labelled wrongly": (b"=?us-ascii?B?" + base64.b64encode("路灯坏了".encode("gbk")) + b"?=", "路灯坏了"),
    "language": (b"=?utf-8*zh?Q?=E8=B7=AF?=", "路"),
    "charset unknown": (b"=?nonsense?Q?=E8=B7=AF?=", "路"),
    "raw utf-8": ("路灯坏了".encode(), "路灯坏了"),
    "raw gb": ("关于路灯的投诉".encode("gb18030"), "关于路灯的投诉"),
    "raw beside a word": ("投诉".encode() + b" " + word("路灯"), "投诉 路灯"),
    "no word": (b"=?utf-8?B?", "=?utf-8?B?"),
    "injected": (b"=?utf-8?Q?a=0D=0ABcc:_x@y.example?=", "a Bcc: x@y.example"),
    "unseen": (b"=?utf-8?Q?a=00=1B=E2=80=AEb?=", "ab"),
}


@pytest.mark.parametrize(("value", "text"), WORDS.values(), ids=WORDS)
def test_text_of_a_field(value, text):
    assert read_line(value) == text


PARAMETERS = {
    "plain": (b'text/plain; name="a b.txt"', "a b.txt"),
    "no quotes": (b"text/plain; name=a.txt; x=y", "a.txt"),
    "spaces": (b'text/plain ; NAME = "a.txt"', "a.txt"),
    "escaped": (rb'text/plain; name="a\"b.txt"', 'a"b.txt'),
    "unclosed": (b'text/plain; name="a.txt', "a.txt"),
    "encoded words": (b'text/plain; name="' + word("照片.jpg") + b'"', "照片.jpg"),
    "raw": ('text/plain; name="照片.jpg"'.encode("gbk"), "照片.jpg"),
    "RFC 2231": (b"text/plain; name*=utf-8''%E7%85%A7%E7%89%87.jpg", "照片.jpg"),
    "RFC 2231 in gb": (b"text/plain; name*=gb2312'zh'%D5%D5%C6%AC.jpg", "照片.jpg"),
    "in pieces": (b"text/plain; name*0*=utf-8''%E7%85; name*1*=%A7%E7%89%87; name*2=.jpg", "照片.jpg"),
    "pieces out of order": (b'text/plain; name*1="b.txt"; name*0="a"', "ab.txt"),
    "both": (b"text/plain; name=\"x.jpg\"; name*=utf-8''%E7%85%A7%E7%89%87.jpg", "照片.jpg"),
    "no charset": (b"text/plain; name*=%E7%85%A7%E7%89%87.jpg", "照片.jpg"),
    "none": (b"text/plain", ""),
}


@pytest.mark.parametrize(("value", "name"), PARAMETERS.values(), ids=PARAMETERS)
def test_parameters(value, name):
    read = read_parameters(value)
    assert (read.word, read.text("name")) == ("text/plain", name)


SENDERS = {
    "usual": (b"Li Ming <li@mail.example>", ("Li Ming", "li@mail.example")),
    "quoted": (b'"Li, Ming" <li@Mail.Example>', ("Li, Ming", "li@mail.example")),
    "encoded": (word("李明") + b" <li@mail.example>", ("李明", "li@mail.example")),
    "encoded and quoted": (b'"' + word("李明") + b'" <li@mail.example>', ("李明", "li@mail.example")),
    "all encoded": (word("李明 <li@mail.example>"), ("李明", "li@mail.example")),
    "raw": ("李明 <li@mail.example>".encode("gbk"), ("李明", "li@mail.example")),
    "bare": (b"li@mail.example", ("", "li@mail.example")),
    "in angles": (b"<li@mail.example>", ("", "li@mail.example")),
    "comment": (b"li@mail.example (Li Ming)", ("Li Ming", "li@mail.example")),
    "address as a name": (b'"li@mail.example" <li@mail.example>', ("", "li@mail.example")),
    "another's address as a name": (
        b'"mayor@city.example <mayor@city.example>" <li@mail.example>',
        ("", "li@mail.example"),
    ),
    "another's address hidden in a word": (word("<mayor@city.example>") + b" <li@mail.example>", ("", "li@mail.example")),
    "two": (b"Li <li@mail.example>, Wang <wang@mail.example>", ("Li", "li@mail.example")),
    "none": (b"Li Ming", ("", "")),
    "empty": (b"", ("", "")),
    "daemon": (b"Mail Delivery System <>", ("Mail Delivery System", "")),
    "international": ("李明 <李明@例子.example>".encode(), ("李明", "李明@例子.example")),
}


@pytest.mark.parametrize(("value", "sender"), SENDERS.values(), ids=SENDERS)
def test_the_sender(value, sender):
    assert sender_of(headers(**{"from": value})) == sender


def test_whom_a_mail_came_to():
    found = recipients_of(
        headers(
            to='"City, Hall" <Hall+abc@City.example>, <b@c.example>',
            cc="b@c.example, d@e.example",
            delivered_to="hall+abc@city.example",
            x_original_to="<x@city.example>",
        )
    )
    assert found == ("hall+abc@city.example", "x@city.example", "Hall+abc@city.example", "b@c.example", "d@e.example")
    many = recipients_of(headers(delivered_to="in@city.example", to=", ".join(f"p{number}@mail.example" for number in range(500))))
    assert (len(many), many[0]) == (50, "in@city.example")


def test_ids_in_their_order():
    references = "<one@a.example>\r\n <two@a.example> <one@a.example>"
    assert message_ids(headers(references=references, in_reply_to="<three@a.example>"), "references", "in-reply-to") == (
        "<two@a.example>",
        "<one@a.example>",
        "<three@a.example>",
    )
    many = message_ids(headers(references=" ".join(f"<{number}@a.example>" for number in range(500))), "references")
    assert (len(many), many[-1]) == (50, "<499@a.example>")
    assert message_ids(headers(message_id="< bare@a.example>"), "message-id") == ("<bare@a.example>",)


DATES = {
    "Tue, 02 Jan 2024 10:00:00 +0800": datetime(2024, 1, 2, 2, tzinfo=UTC),
    "2 Jan 2024 10:00 +0800 (CST)": datetime(2024, 1, 2, 2, tzinfo=UTC),
    "Tue, 02 Jan 2024 10:00:00 -0000": datetime(2024, 1, 2, 10, tzinfo=UTC),
    "Tue, 02 Jan 2024 10:00:00": datetime(2024, 1, 2, 10, tzinfo=UTC),
    "": None,
    "yesterday": None,
    "Tue, 99 Jan 2024 10:00:00 +0800": None,
    "Fri, 31 Dec 9999 23:59:59 -2300": None,
    "Tue, 02 Jan 2024 10:00:00 +99999999999999": None,
    "1 2 3 4 5 6 7 8": None,
}


@pytest.mark.parametrize(("written", "moment"), DATES.items())
def test_dates(written, moment):
    assert sent_at(headers(date=written)) == moment


@given(st.binary(max_size=300))
def test_a_field_of_any_bytes_becomes_one_clean_line(value):
    line = read_line(value)
    assert isinstance(line.encode(), bytes)
    assert not set(line) & {"\r", "\n", "\x00", "\u2028", "\x85"}


@given(st.binary(max_size=300))
def test_any_field_can_be_asked_for_anything(value):
    every = headers(**dict.fromkeys(("from", "to", "date", "references"), value))
    name, address = sender_of(every)
    assert len(name) <= 50
    assert address.count("@") == bool(address)
    assert all("@" in one for one in (*recipients_of(every), *message_ids(every, "references")))
    assert (sent_at(every) or datetime.now(UTC)).tzinfo is UTC
    assert "\n" not in read_parameters(b"x; name=" + value).text("name")


@given(st.binary(max_size=300))
def test_any_section_ends_somewhere(raw):
    _, body = read_headers(raw, 0, len(raw))
    assert 0 <= body <= len(raw)
