"""Mails made to hurt: read within bounds or refused with a code, soon, and never anything else."""

import base64
import tracemalloc

import pytest

from services.intake.mime import LARGEST_MAIL, Mail, Unreadable, read_mail

from .mails import JPEG, SAID, compose, part, photo, whole

MB = 1024 * 1024
HEAD = b"From: a@mail.example\r\nSubject: x\r\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
HTML = HEAD + b"Content-Type: text/html\r\n\r\n"
DAEMON = b"From: MAILER-DAEMON@mail.example\r\nSubject: failure notice\r\n\r\n"


def nested(depth: int, inside: bytes) -> bytes:
    opened = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level) for level in range(depth))
    return HEAD + opened + b"\r\n" + inside


def mails_within(depth: int) -> bytes:
    mail = compose(SAID)
    for _ in range(depth):
        mail = compose(base64.encodebytes(mail), {"Content-Type": "message/rfc822", "Content-Transfer-Encoding": "base64"})
    return mail


MAILS = {
    "10,000 nested parts": (lambda: nested(10_000, b"x"), "too_deep"),
    "nested parts, one boundary": (lambda: MIXED + b"--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" * 10_000, "too_many_parts"),
    "deep and many lines": (lambda: nested(20, b"a\n" * 2 * MB), "text_cut"),
    "deep and wide": (lambda: nested(19, b"") + b"--b18\r\n\r\nx\r\n" * 100_000, "too_many_parts"),
    "100,000 parts": (lambda: MIXED + b"--b\r\n\r\nx\r\n" * 100_000, "too_many_parts"),
    "parts of nothing": (lambda: MIXED + b"--b\r\n" * 500_000, "too_many_parts"),
    "many multiparts of many parts": (
        lambda: MIXED + (b"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n" + b"--c\r\n\r\nx\r\n" * 500) * 400,
        "too_many_parts",
    ),
    "delimiters that are none": (lambda: MIXED + b"--b" * MB, "text_cut"),
    "a boundary of dashes": (lambda: MIXED.replace(b"=b", b'="----------------"') + b"-" * 5 * MB, "text_cut"),
    "mails within mails": (lambda: (HEAD + b"Content-Type: message/rfc822\r\n\r\n") * 10_000, "too_deep"),
    "packed mails within mails": (lambda: mails_within(30), "too_deep"),
    "a header of 20 MB": (lambda: HEAD + b"X-Y: " + b"a" * 20 * MB + b"\r\n\r\nbody", "headers_cut"),
    "a subject of 6 MB": (lambda: b"Subject: " + b"=?a?b?" * MB + b"\r\n\r\nbody", "headers_cut"),
    "1,000,000 headers": (lambda: HEAD + b"X-Y: z\r\n" * 1_000_000 + b"\r\nbody", "headers_cut"),
    "1,000,000 lines of a header": (lambda: HEAD + b"X-Y: z\r\n" + b" z\r\n" * 1_000_000 + b"\r\nbody", "headers_cut"),
    "parameters": (lambda: HEAD + b"Content-Type: text/plain" + b"; a*0*=\"\\" * 30_000 + b"\r\n\r\nbody", ""),
    "parameters of parts": (
        lambda: MIXED + (b"--b\r\nContent-Type: text/plain" + b"; a  " * 3_000 + b"\r\n\r\nx\r\n") * 1_000,
        "too_many_parts",
    ),
    "addresses": (
        lambda: b"From: " + b'"\\' * 8_000 + b"\r\nTo: " + b"a@" * 8_000 + b"\r\nReferences: " + b"a" * 16_000 + b"\r\n\r\nbody",
        "",
    ),
    "parentheses": (lambda: b"From: " + b"(" * 100_000 + b"\r\nDate: " + b"(" * 100_000 + b"\r\n\r\nbody", ""),
    "base64 that is none": (lambda: HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n" + bytes(range(256)) * 40_000, ""),
    "quoted-printable that is none": (lambda: HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + b"=" * 5 * MB, "text_cut"),
    "soft line ends": (lambda: HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + b"=\r\n" * MB, ""),
    "nested tags": (lambda: HTML + b"<b>" * MB, "text_cut"),
    "nested tags in many parts": (
        lambda: MIXED + (b"--b\r\nContent-Type: text/html\r\n\r\n" + b"<b>" * 9_000 + b"\r\n") * 200,
        "text_cut",
    ),
    "pictures in HTML": (lambda: HTML + b"data:aaaaaaaa " * MB, "text_cut"),
    "quotes": (lambda: HEAD + b"\r\n" + b">" * 5 * MB, "text_cut"),
    "attributions": (lambda: HEAD + b"\r\n" + b"On \n" * MB, "text_cut"),
    "written fields": (lambda: HEAD + b"\r\n" + b"From: \n" * MB, "text_cut"),
    "signatures": (lambda: HEAD + b"\r\n" + b"-- \n" * MB, "text_cut"),
    "flowing lines": (lambda: HEAD + b"Content-Type: text/plain; format=flowed\r\n\r\n" + b"a \n" * MB, "text_cut"),
    "zeros": (lambda: HEAD + b"\r\n" + b"\0" * 5 * MB, "text_cut"),
    "carriage returns": (lambda: HEAD + b"\r\n" + b"\r" * 5 * MB, "text_cut"),
    "empty lines before": (lambda: b"\n" * 5 * MB + HEAD + b"\r\nbody", ""),
    "reports": (lambda: HEAD + b"Content-Type: message/delivery-status\r\n\r\n" + b"Action: failed\r\n\r\n" * MB, ""),
    "statuses": (lambda: DAEMON + b"5.1.1." * MB, "text_cut"),
    "addresses in a bounce": (lambda: DAEMON + b"a.a@a.a.a." * MB, "text_cut"),
    "10,000 attachments": (lambda: whole("mixed", part(SAID), *[photo(content=JPEG[:99])] * 10_000), "too_many_attachments"),
}  # fmt: skip


@pytest.mark.timeout(60)
@pytest.mark.parametrize(("made", "left_out"), MAILS.values(), ids=MAILS)
def test_a_mail_made_to_hurt_is_read_within_bounds(made, left_out):
    mail = read_mail(made()[:LARGEST_MAIL])
    assert left_out in mail.left_out or not left_out
    assert len(mail.text) <= 20_000


def test_bombs_are_not_unpacked():
    bomb = b"PK\x03\x04" + b"\x08" * 1_000
    mail = read_mail(whole("mixed", part(SAID), part(bomb, "application/zip; name=x.zip", encoding="base64")))
    assert [attachment.content for attachment in mail.attachments] == [bomb]


INJECTIONS = ["=0D=0ABcc:_x", "=0A", "=0D", "=E2=80=A8x", "=C2=85x", "=0B=0C=1C=1D=1E"]


@pytest.mark.parametrize("injection", INJECTIONS)
def test_no_line_end_comes_through_a_header(injection):
    word = f"=?utf-8?Q?a{injection}b?="
    named = part(JPEG, "image/jpeg", Content_Disposition=f"attachment; filename*=utf-8''a{injection.replace('=', '%')}b.jpg; x=\"{word}\"")
    mail = read_mail(
        whole("mixed", part(SAID), named, headers={"Subject": word, "From": f"{word} <a@mail.example>", "Message-ID": f"<{word}@x>"})
    )
    (attachment,) = mail.attachments
    for line in (mail.subject, mail.sender_name, mail.sender, mail.message_id, *mail.recipients, attachment.name):
        assert line.splitlines() in ([line], [])


def test_a_large_attachment_is_read_without_copies_of_the_mail():
    raw = whole("mixed", part(SAID), part(JPEG * 512, "image/jpeg; name=a.jpg", encoding="base64"))
    tracemalloc.start()
    try:
        mail = read_mail(raw)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(mail.attachments[0].content) == len(JPEG) * 512
    assert peak < 1.5 * len(raw)


def descend() -> Mail:
    """Reads a mail where hardly any stack is left."""
    try:
        return descend()
    except RecursionError:
        return read_mail(compose(SAID))


def test_what_nobody_thought_of_is_unreadable_and_nothing_else():
    with pytest.raises(Unreadable) as unreadable:
        descend()
    assert unreadable.value.why == "unexpected"
    assert isinstance(unreadable.value.__cause__, RecursionError)
