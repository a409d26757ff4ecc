"""One matter by mail: a mail with a photo on a real IMAP server, the receipt over real SMTP, the answer to it, its delivery report."""

from email.message import EmailMessage
from urllib.parse import quote

import pytest

from services.intake.documents import COMPLAINT
from services.intake.documents.mail import MAIL
from services.intake.documents.notice import NOTICE
from shared.ports import Equal, Order
from tests.adapters.post_office import open_office
from tests.scenarios.city import open_city
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.services.intake.pictures import picture
from tests.services.intake.post import BOX, letter, returned

USER = "12345"
WORDS = "还是没有水，又拍了一张。"


@pytest.fixture
def imap():
    server = Dovecot()
    yield server
    server.close()


def answer_to(notice: EmailMessage) -> bytes:
    """An answer as a mail program writes it that pays no regard to Reply-To."""
    reply = EmailMessage()
    reply["From"], reply["To"], reply["Subject"] = notice["To"], BOX, f"Re: {notice['Subject']}"
    reply["Message-ID"], reply["In-Reply-To"], reply["References"] = "<answer@home.example>", notice["Message-ID"], notice["Message-ID"]
    quoted = "\n".join(f"> {line}" for line in notice.get_content().splitlines())
    reply.set_content(f"{WORDS}\n\n在 2026年3月2日，{BOX} 写道：\n{quoted}\n")
    reply.add_attachment(picture("PNG"), maintype="image", subtype="png", filename="照片.png")
    return reply.as_bytes()


async def run(city, *names):
    """Runs these jobs of intake until they have nothing left to do, and lets every service take in what that brought."""
    for job in (job for name in names for job in city.house.services[0].jobs if job.name == name):
        while await job.run():
            continue
    await city.settle()


async def test_a_matter_by_mail(tmp_path, imap):
    async with open_office() as office:
        settings = (
            ("HUIYING_MAILBOX_URL", f"imap://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{imap.port}/INBOX"),
            ("HUIYING_NOTIFY_URL", f"smtp://127.0.0.1:{office.port}"), ("HUIYING_MAIL_ADDRESS", BOX),
        )  # fmt: skip
        async with open_city(tmp_path, settings=settings) as city:
            assert city.house.services[0].name == "intake"
            imap.deliver(USER, letter(files=[picture()]).replace(b"\n", b"\r\n"))
            await run(city, "collect-mail", "sort-mail")
            await run(city, "send-email")
            (number,) = await city.numbers()
            receipt = next(mail for mail in office.mails if "已经收到" in mail["Subject"])  # others go out at the same time
            assert (receipt["To"], number in receipt.get_content().replace("-", "")) == ("wang@example.com", True)
            imap.deliver(USER, answer_to(receipt).replace(b"\n", b"\r\n"))
            imap.deliver(USER, returned(receipt["Message-ID"], "delivered", "2.0.0").replace(b"\n", b"\r\n"))
            await run(city, "collect-mail", "sort-mail")
            await check(city, number)
    assert imap.lies_in(USER, "INBOX") == []
    assert len(imap.lies_in(USER, "INBOX/taken")) == 3


async def check(city, number):
    """One complaint with two photos, the answer in it and on its case, the receipt known to have arrived."""
    store = city.store("intake")
    complaint = COMPLAINT.parse((await store.get(COMPLAINT.name, [number]))[number])
    assert [line.words for line in complaint.progress.history if line.key == "you_added"] == [WORDS]
    assert len(complaint.photos) == 2
    case = await city.case(number)
    assert len(case.photos) == 2
    mails = [MAIL.parse(one) for one in await store.find(MAIL.name, {}, order=Order("arrived_at"), limit=10)]
    assert [(one.state, one.reason, one.number or one.about) for one in mails] == [
        ("opened", "", number), ("added", "", number), ("aside", "bounce", number),
    ]  # fmt: skip
    notices = [NOTICE.parse(one) for one in await store.find(NOTICE.name, {"number": Equal(number)}, order=Order("queued_at"), limit=10)]
    assert (notices[0].kind, notices[0].state) == ("receipt", "delivered")
