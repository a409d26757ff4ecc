"""Bounces: in the standard form, and in those that mail systems made up."""

import pytest

from services.intake.mime import read_mail

from .mails import compose, part, whole

OURS = "Message-ID: <n1.abc@city.example>\r\nFrom: huiying@city.example\r\nTo: li@mail.example\r\nSubject: x\r\n"
DAEMON = {"From": "Mail Delivery System <MAILER-DAEMON@mx.example>", "Return-Path": "<>", "Subject": "Undelivered Mail Returned to Sender"}
REPORT = "; report-type=delivery-status"


def status(action, code, recipient="li@mail.example", original=""):
    fields = (
        f"Final-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: {code}\r\nDiagnostic-Code: smtp; 550 {code} no such user\r\n"
    )
    return part(f"Reporting-MTA: dns; mx.example\r\nArrival-Date: x\r\n\r\n{original}{fields}", "message/delivery-status")


def standard(*groups, returned="text/rfc822-headers", encoding=""):
    content = OURS + ("\r\nthe text" if returned == "message/rfc822" else "")
    return whole(
        "report", part("It failed."), *groups, part(content, returned, encoding=encoding), headers=DAEMON, parameters=REPORT
    )  # fmt: skip


@pytest.mark.parametrize("encoding", ["", "base64", "quoted-printable"])
@pytest.mark.parametrize("returned", ["text/rfc822-headers", "message/rfc822"])
def test_the_standard_form(returned, encoding):
    mail = read_mail(standard(status("failed", "5.1.1"), returned=returned, encoding=encoding))
    assert (mail.kind, mail.text) == ("bounce", "It failed.")
    bounce = mail.bounce
    assert (bounce.permanent, bounce.delivered, bounce.status, bounce.recipient) == (True, False, "5.1.1", "li@mail.example")
    assert (bounce.original_message_id, bounce.original_recipients) == ("<n1.abc@city.example>", ("li@mail.example",))


@pytest.mark.parametrize(
    ("action", "permanent", "delivered"),
    [("failed", True, False), ("Failed", True, False), ("delayed", False, False), ("delivered", False, True), ("relayed", False, True),
     ("expanded", False, True), ("unheard-of", False, False)],
)  # fmt: skip
def test_what_became_of_it(action, permanent, delivered):
    bounce = read_mail(standard(status(action, "4.4.1"))).bounce
    assert (bounce.permanent, bounce.delivered, bounce.status) == (permanent, delivered, "4.4.1")


def test_the_recipient_who_fared_worst_counts():
    body = status("delivered", "2.0.0", "a@mail.example").decode()
    body += "\r\nFinal-Recipient: rfc822; b@mail.example\r\nAction: failed\r\nStatus: 5.2.2\r\n\r\n"
    body += "Final-Recipient: rfc822; c@mail.example\r\nAction: delayed\r\nStatus: 4.2.2\r\n"
    bounce = read_mail(standard(body.encode())).bounce
    assert (bounce.recipient, bounce.status, bounce.permanent) == ("b@mail.example", "5.2.2", True)


def test_an_international_report_whose_type_is_not_said():
    mail = read_mail(whole("mixed", part("x"), status("failed", "5.1.1")))
    assert (mail.kind, mail.bounce.recipient, mail.bounce.original_message_id) == ("bounce", "li@mail.example", "")


QMAIL = (
    "Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\n"
    "<li@mail.example>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 5.1.1 no such user\n\n"
    "--- Below this line is a copy of the message.\n\nReturn-Path: <huiying@city.example>\nMessage-ID: <n1.abc@city.example>\n\n"
    "delayed; warning; 延迟"
)


def test_qmail():
    mail = read_mail(compose(QMAIL, {"From": "MAILER-DAEMON@mx.example", "Return-Path": "<>", "Subject": "failure notice"}))
    bounce = mail.bounce
    assert (bounce.permanent, bounce.status, bounce.recipient) == (True, "5.1.1", "li@mail.example")
    assert bounce.original_message_id == "<n1.abc@city.example>"


def test_exim():
    headers = {
        "From": "Mail Delivery System <Mailer-Daemon@mx.example>",
        "X-Failed-Recipients": "li@mail.example",
        "Subject": "Mail delivery failed",
    }
    bounce = read_mail(compose("A message could not be delivered: 550 5.7.1 rejected", headers)).bounce
    assert (bounce.permanent, bounce.status, bounce.recipient) == (True, "5.7.1", "li@mail.example")


@pytest.mark.parametrize(
    ("sender", "subject"),
    [("PostMaster@qq.com", "来自qq.com的退信"), ("Postmaster@163.com", "系统退信"), ("postmaster@corp.example", "未送达: 受理")],
)
def test_mailboxes_of_many_people(sender, subject):
    told = part(
        "<p>很抱歉，您发送的邮件被退回。</p><p>收件人邮件地址（li@mail.example）不存在，邮件无法送达。</p>", "text/html; charset=utf-8"
    )
    headers = {"From": sender, "Subject": subject, "In-Reply-To": "<n1.abc@city.example>"}
    mail = read_mail(whole("mixed", told, part(OURS + "\r\nthe text", "message/rfc822"), headers=headers))
    assert mail.bounce.recipient == "li@mail.example"
    assert mail.bounce.original_message_id == "<n1.abc@city.example>"
    assert "the text" not in mail.text
    alone = read_mail(whole("mixed", told, headers=headers))
    assert (alone.bounce.recipient, alone.bounce.original_message_id) == ("li@mail.example", "<n1.abc@city.example>")


def test_a_warning_is_no_failure():
    headers = {**DAEMON, "Subject": "Warning: message delayed 4 hours"}
    bounce = read_mail(compose("The mail to li@mail.example was not delivered yet; we will keep trying.", headers)).bounce
    assert (bounce.permanent, bounce.delivered, bounce.recipient) == (False, False, "li@mail.example")


@pytest.mark.parametrize(
    "headers",
    [{"Subject": "邮件被退信，怎么办"}, {"From": "postmaster@school.example", "Subject": "学校门口的路灯"}, {"Subject": "Undeliverable"}],
)
def test_a_person_who_writes_about_mail_is_no_bounce(headers):
    mail = read_mail(compose("寄给你们的信被退回了：550 5.1.1", headers))
    assert (mail.kind, mail.bounce) == ("person", None)


def test_a_bounce_that_a_person_passes_on_is_no_bounce():
    mail = read_mail(whole("mixed", part("为什么退信？"), part(standard(status("failed", "5.1.1")), "message/rfc822"), boundary="=_outer"))
    assert (mail.kind, mail.bounce) == ("person", None)
    assert mail.text.startswith("为什么退信？")
