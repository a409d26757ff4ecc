"""Mails that are no complaints, or none that a machine should open: the mailbox clerk's morning."""

from email.message import EmailMessage
from pathlib import Path

from services.intake.actions.addressing import message_id
from services.intake.documents.notice import NOTICE
from services.intake.door import Door
from shared.ports import Equal, Order

CITY = "12345@lanchuan.example.org"


def put_odd_mails(maildir: Path) -> None:
    """An automatic answer, a newsletter, one without a word, and one that is no mail at all."""
    mails = {
        "holiday": _mail("赵经理 <zhao@firm.example.org>", "自动回复", "本周外出，返回后答复。", {"Auto-Submitted": "auto-replied"}),
        "newsletter": _mail("优惠 <news@shop.example.org>", "本周特价", "全场八折。", {"List-Id": "<news.shop.example.org>"}),
        "empty": _mail("citizen900@mail.example.org", "见附件", "", {}),
        "broken": b"\x1f\x8b\x08\x00" + bytes(range(256)) * 4,
    }
    for name, raw in mails.items():
        (maildir / "new" / f"1.{name}.demo").write_bytes(raw)


def _mail(sender: str, subject: str, text: str, headers: dict[str, str]) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, CITY, subject
    message["Message-ID"] = f"<{len(text)}.{len(subject)}@example.org>"
    for name, value in headers.items():
        message[name] = value
    message.set_content(text)
    return message.as_bytes()


async def last_notice_by_mail(door: Door, number: str) -> str | None:
    """The Message-ID of the newest mail about a matter, which an answer refers to."""
    where = {"number": Equal(number), "channel": Equal("email")}
    found = await door.store.find(NOTICE.name, where, order=Order("queued_at", descending=True), limit=1)
    return message_id(door, NOTICE.parse(found[0])) if found else None
