"""What a mail brings besides its text: attachments, mails within the mail, and what is left out."""

import pytest

from services.intake.mime import Part, read_mail

from .mails import GIF, JPEG, SAID, compose, html, multipart, nested, part, photo, whole


def test_texts_beside_each_other_are_all_read():
    mail = read_mail(whole("mixed", part("一"), photo(), part("二"), html("三")))
    assert mail.text == "一\n\n二\n\n三"


def test_attachments_as_they_were_sent():
    sheet = part(
        b"PK\x03\x04", "application/octet-stream", encoding="base64", Content_Disposition="attachment; filename*=gb18030''%B1%ED.xlsx"
    )
    notes = part("notes", "text/plain; name=notes.txt", Content_Disposition="attachment")
    nameless = part(JPEG, "image/jpeg", encoding="base64")
    path = photo("..\\..\\evil/../photo.jpg")
    mail = read_mail(whole("mixed", part(SAID), photo("=?utf-8?B?6Lev54GvLmpwZw==?="), sheet, notes, nameless, path))
    assert mail.text == SAID
    assert mail.attachments == (
        Part("路灯.jpg", JPEG),
        Part("表.xlsx", b"PK\x03\x04"),
        Part("notes.txt", b"notes"),
        Part("", JPEG),
        Part("photo.jpg", JPEG),
    )


def test_a_mail_that_is_nothing_but_a_photo():
    mail = read_mail(compose(JPEG, {"Content-Type": 'image/jpeg; name="a.jpg"', "Content-Transfer-Encoding": "binary"}))
    assert (mail.text, mail.attachments) == ("", (Part("a.jpg", JPEG),))


def test_photos_in_the_text_are_taken_and_logos_are_not():
    related = nested(
        "related",
        html('x<img src="cid:a"><img src="cid:b">'),
        photo("logo.gif", GIF, Content_ID="<a>"),
        photo(Content_ID="<b>"),
        boundary="r",
    )
    mail = read_mail(whole("alternative", part(SAID), related))
    assert (mail.text, mail.attachments, mail.left_out) == (SAID, (Part("photo.jpg", JPEG),), ())


LEFT_OUT = {
    "winmail": part(b"\x78\x9f\x3e\x22", "application/ms-tnef; name=winmail.dat", encoding="base64"),
    "winmail by its name": part(b"\x78\x9f", "application/octet-stream", Content_Disposition="attachment; filename=WINMAIL.DAT"),
    "calendar": part("BEGIN:VCALENDAR", "text/calendar; method=REQUEST"),
    "encrypted": part(b"0\x82", "application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", encoding="base64"),
    "external": part("", "message/external-body; access-type=URL; URL=https://e.example/x"),
    "attachment_too_large": part(b"\0" * (25 * 1024 * 1024 + 1), "application/octet-stream; name=big"),
}


@pytest.mark.parametrize(("name", "left"), LEFT_OUT.items())
def test_what_is_left_out_is_said(name, left):
    mail = read_mail(whole("mixed", part(SAID), left))
    assert (mail.text, mail.attachments, mail.left_out) == (SAID, (), (name.split(" ")[0],))


def test_too_many_attachments_are_said():
    mail = read_mail(whole("mixed", part(SAID), *[photo(f"{number}.jpg") for number in range(25)]))
    assert (len(mail.attachments), mail.left_out) == (20, ("too_many_attachments",))


def test_an_invitation_beside_the_text_is_left_out():
    mail = read_mail(whole("alternative", part(SAID), html("x"), part("BEGIN:VCALENDAR", "text/calendar")))
    assert (mail.text, mail.left_out) == (SAID, ("calendar",))


def test_a_mail_in_a_mail_in_a_mail():
    innermost = compose("第三封", {"Subject": "=?utf-8?B?5rC0566h?=", "Message-ID": "<three@mail.example>"})
    inner = whole("mixed", part("第二封"), photo("二.jpg"), part(innermost, "message/rfc822"), headers={"Subject": "Second"}, boundary="b2")
    mail = read_mail(whole("mixed", part("第一封"), part(inner, "message/rfc822"), headers={"Subject": "First"}))
    assert (mail.subject, mail.message_id) == ("First", "<one@mail.example>")
    assert mail.text == "第一封\n\nSecond\n\n第二封\n\n水管\n\n第三封"
    assert mail.attachments == (Part("二.jpg", JPEG),)


@pytest.mark.parametrize("media_type", ["message/rfc822", 'application/octet-stream; name="mail.eml"'])
@pytest.mark.parametrize("encoding", ["", "base64", "quoted-printable"])
def test_a_mail_as_a_file(media_type, encoding):
    inner = compose("里面的话", {"Subject": "Inner"})
    mail = read_mail(whole("mixed", part(SAID), part(inner, media_type, encoding=encoding, Content_Disposition="attachment")))
    assert (mail.text, mail.attachments) == (f"{SAID}\n\nInner\n\n里面的话", ())


def test_a_file_that_only_calls_itself_a_mail():
    mail = read_mail(whole("mixed", part(SAID), part(JPEG, 'application/octet-stream; name="x.eml"', encoding="base64")))
    assert mail.attachments == (Part("x.eml", JPEG),)


def test_a_digest():
    one, two = (b"\r\n" + compose(text, {"Subject": text}) for text in ("一", "二"))
    assert read_mail(whole("digest", one, two)).text == "一\n\n一\n\n二\n\n二"


def test_multiparts_of_other_kinds_are_read_as_mixed():
    media_type, body = multipart("x-unheard-of", part(SAID), photo(), boundary="b")
    mail = read_mail(compose(body, {"Content-Type": media_type}))
    assert (mail.text, len(mail.attachments)) == (SAID, 1)
