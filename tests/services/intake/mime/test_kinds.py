"""Who speaks: people, machines, lists, ourselves. A complaint must not be taken for a machine's word by one weak sign."""

import pytest

from services.intake.mime import read_mail

from .mails import compose, part, whole

OWN = ("huiying@city.example", "notices.city.example")

KINDS = {
    "a person": ({}, "person"),
    "not automatic": ({"Auto-Submitted": "no"}, "person"),
    "replied automatically": ({"Auto-Submitted": "auto-replied; owner-email=x"}, "auto_reply"),
    "generated": ({"Auto-Submitted": "auto-generated (vacation)"}, "auto_reply"),
    "notified": ({"Auto-Submitted": "auto-notified"}, "auto_reply"),
    "precedence": ({"Precedence": "auto_reply"}, "auto_reply"),
    "autoreply field": ({"X-Autoreply": "yes"}, "auto_reply"),
    "autorespond field": ({"X-Autorespond": "vacation"}, "auto_reply"),
    "Exchange": ({"X-Auto-Response-Suppress": "All", "Subject": "自动回复: 路灯"}, "auto_reply"),
    "Exchange asks for no answer": ({"X-Auto-Response-Suppress": "OOF, AutoReply"}, "person"),
    "nobody's envelope": ({"Return-Path": "<>"}, "auto_reply"),
    "somebody's envelope": ({"Return-Path": "<li@mail.example>"}, "person"),
    "a subject alone": ({"Subject": "自动回复太慢，请人工处理"}, "person"),
    "a subject and a sign": ({"Subject": "自动回复：我在休假", "Precedence": "bulk"}, "auto_reply"),
    "a subject in brackets": ({"Subject": "【自动回复】路灯", "X-Auto-Response-Suppress": "OOF"}, "auto_reply"),
    "a subject and a sender": ({"Subject": "Out of office", "From": "no-reply@mail.example"}, "auto_reply"),
    "an encoded subject": ({"Subject": "=?utf-8?B?6Ieq5Yqo5Zue5aSN?=", "X-Auto-Response-Suppress": "OOF"}, "auto_reply"),
    "a sender alone": ({"From": "no-reply@mail.example"}, "person"),
    "a list": ({"List-Id": "<talk.lists.example>"}, "list"),
    "a newsletter": ({"List-Unsubscribe": "<https://shop.example/u>"}, "list"),
    "in bulk": ({"Precedence": "bulk"}, "list"),
    "precedence list": ({"Precedence": "List"}, "list"),
    "precedence first-class": ({"Precedence": "first-class"}, "person"),
    "an automatic answer to a list": ({"Auto-Submitted": "auto-replied", "List-Id": "<x.example>"}, "auto_reply"),
    "our address": ({"From": "Hotline <Huiying@City.Example>"}, "own"),
    "our address with a token": ({"From": "huiying+abc234@city.example"}, "own"),
    "our message id": ({"Message-ID": "<x.y@notices.city.example>", "Auto-Submitted": "auto-generated"}, "own"),
    "an answer to us": ({"In-Reply-To": "<x.y@notices.city.example>", "References": "<x.y@notices.city.example>"}, "person"),
    "an address like ours": ({"From": "huiying@city.example.org"}, "person"),
}


@pytest.mark.parametrize(("headers", "kind"), KINDS.values(), ids=KINDS)
def test_who_speaks(headers, kind):
    mail = read_mail(compose("路灯坏了", headers), own=OWN)
    assert (mail.kind, mail.bounce) == (kind, None)
    assert mail.text == "路灯坏了"


def test_without_knowing_ourselves_we_are_a_person():
    assert read_mail(compose("路灯坏了", {"From": "huiying@city.example"})).kind == "person"


def test_a_receipt_of_reading_is_no_bounce():
    told = part("The mail was displayed.")
    report = part("Disposition: manual-action/MDN-sent-manually; displayed\r\n", "message/disposition-notification")
    mail = read_mail(whole("report", told, report, parameters="; report-type=disposition-notification"))
    assert (mail.kind, mail.bounce, mail.attachments) == ("auto_reply", None, ())
