"""Mails as people's programs write them: a complaint with a wrong label on its signs, answers to a notice, what strangers try."""

import itertools
from collections.abc import Mapping
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

COUNT = itertools.count(1)
NO_HEADERS: Mapping[str, str] = {}
LABEL = "gb2312"
"""What many programs call GB18030, whose signs it has not all."""


def mail(sender: str, to: str, subject: str, text: str, *, photo: bytes = b"", headers: Mapping[str, str] = NO_HEADERS) -> bytes:
    """Text in GB18030 under another name, with a photo and more headers perhaps."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"], message["Message-ID"] = format_datetime(datetime.now(UTC)), f"<{next(COUNT)}.letters@mail.example.org>"
    for name, value in headers.items():
        message[name] = value
    message.set_content(text.encode("gb18030"), "text", "plain", cte="base64", params={"charset": LABEL}, disposition="inline")
    if photo:
        message.add_attachment(photo, "image", "jpeg", filename="水管.jpg")
    return message.as_bytes()


def answer(notice: Mapping[str, Any], sender: str, text: str, *, photo: bytes = b"", headers: Mapping[str, str] = NO_HEADERS) -> bytes:
    """What a mail program makes of 'reply': to the address that the notice names, with it in the thread and below the text."""
    there: Mapping[str, str] = notice["headers"]
    quoted = "\n".join(f"> {line}" for line in notice["text"].splitlines())
    thread = {"In-Reply-To": there["Message-ID"], "References": there["Message-ID"]}
    words = f"{text}\n\n澜川市市民热线 <{there['From']}> 于2026年11月22日周日 10:00写道：\n\n{quoted}\n"
    return mail(sender, there["Reply-To"], f"回复：{notice['subject']}", words, photo=photo, headers={**thread, **headers})
