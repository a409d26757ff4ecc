"""What becomes of mails: complaints with their attachments, put aside, or for a person; each once."""

import logging

import pytest

from services.intake.actions import sorting
from services.intake.mime import LARGEST_MAIL
from services.intake.model.threads import message_id
from shared.ports import Unavailable
from tests.builders import MONDAY
from tests.clamd import LARGEST, Clamd, running

from .pictures import picture
from .post import BOX, TEXT, letter, open_post

NOTICE_ID = "0190a1b2-7c3d-7e4f-8a5b-123456789abc"


@pytest.fixture
async def post(open_intake, tmp_path):
    return await open_post(open_intake, tmp_path, mails_of_sender=3)


async def test_a_mail_becomes_a_complaint(post):
    raw = letter(files=[picture("PNG"), b"%PDF-1.4 ... %%EOF", b"MZ\x90 a program"])
    (record,) = await post.receive(raw)
    complaint = await post.house.complaint(record.number)
    assert (record.state, record.reason, record.size, record.whole) == ("opened", "", len(raw), True)
    assert (complaint.channel, complaint.title, complaint.text, complaint.language) == ("mailbox", "停水", TEXT, "zh-CN")
    assert complaint.received_at == record.arrived_at == MONDAY
    contact = post.house.door.contacts.open(complaint.number, complaint.contact)
    assert (contact.name, contact.email) == ("王小明", "wang@example.com")
    assert [one.media_type for one in (*complaint.photos, *complaint.files)] == ["image/jpeg", "application/pdf"]
    assert [(one.part, one.why) for one in record.refused] == [(2, "fault.attachment_unknown")]
    assert post.lies_in("taken") == [raw]
    assert post.waiting() == []
    (event,) = [one.event for one in await post.house.outgoing() if one.event.type == "complaint.submitted"]
    assert (event.text, event.channel, len(event.photos), len(event.files)) == (TEXT, "mailbox", 1, 1)


async def test_who_wrote_is_sealed_wherever_it_is_kept(post, tmp_path):
    (record,) = await post.receive(letter())
    assert post.envelope(record).model_dump() == {"name": "王小明", "address": "wang@example.com", "subject": "停水"}
    assert "wang" not in record.model_dump_json()
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and "mail/" not in str(path))
    assert b"wang@example.com" not in kept


@pytest.mark.parametrize(
    ("mail", "text", "title", "language"),
    [
        ({"text": "The lamp is broken.", "subject": "Lamp"}, "The lamp is broken.", "Lamp", "en"),
        ({"text": "", "subject": "柳堤路的路灯坏了"}, "柳堤路的路灯坏了", "柳堤路的路灯坏了", "zh-CN"),
        ({"text": "", "subject": "", "files": [b"notes\n" * 30]}, "(No text; see the attachments.)", "", "en"),
        ({"text": "长" * 25_000}, "长" * 20_000, "停水", "zh-CN"),
    ],
)
async def test_what_a_complaint_says_of_a_mail(post, mail, text, title, language):
    (record,) = await post.receive(letter(**mail))
    complaint = await post.house.complaint(record.number)
    assert (complaint.text, complaint.title, complaint.language) == (text, title, language)
    assert record.left_out == (("text_cut",) if "长" in text else ())


async def test_the_same_message_delivered_again_by_another_way_is_the_same_complaint(post):
    raw = letter(files=[picture()])
    first, second = await post.receive(raw, b"Received: from a.example by b.example\r\n" + raw)
    (third,) = await post.receive(b"Received: from c.example\nX-Spam: no\n" + raw)
    assert (first.state, first.reason) == ("opened", "")
    for again in (second, third):
        assert (again.state, again.reason, again.about) == ("aside", "duplicate", first.number)
    assert len(await post.complaints()) == 1
    assert await post.receive(raw) == [], "byte for byte the same is the same mail"
    assert len(post.lies_in("taken")) == 4


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"Auto_Submitted": "auto-replied"}, "auto_reply"),
        ({"List_Id": "<news.example.com>"}, "list"),
        ({"sender": BOX}, "own"),
        ({"List_Unsubscribe": "<mailto:x@example.com>", "Precedence": "bulk"}, "list"),
    ],
)
async def test_machines_and_lists_are_put_aside_with_a_record(post, headers, reason):
    (record,) = await post.receive(letter(**headers))
    assert (record.state, record.reason) == ("aside", reason)
    assert await post.complaints() == []


async def test_our_own_mail_is_known_by_its_id_whatever_came_of_its_sender(post):
    ours = message_id(post.house.door.reply_key, NOTICE_ID, "x.example").encode()
    (record,) = await post.receive(letter().replace(b"Message-ID: <", b"Message-ID: " + ours + b"\nX-Was: <"))
    assert (record.state, record.reason) == ("aside", "own")


async def test_more_than_so_many_from_one_address_in_an_hour_wait_for_a_person(post):
    mails = [letter(f"第 {number} 件事，请处理。") for number in range(5)]
    records = await post.receive(*mails, letter(sender="li@example.com"))
    assert [record.state for record in records].count("opened") == 4
    assert [record.reason for record in records if record.state == "waiting"] == ["flood", "flood"]
    assert records[-1].state == "opened", "others are not held up"
    post.house.clock.forward(hours=1, seconds=1)
    (later,) = await post.receive(letter("第 6 件事，请处理。"))
    assert later.state == "opened"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"\x00\xff\xfe nothing that is a mail", "unreadable"),
        (letter("", subject=""), "empty"),
        (letter(sender="nobody"), "no_sender"),
        (letter(sender="root@localhost"), "no_sender"),
    ],
)  # fmt: skip
async def test_what_the_machine_cannot_place_waits_for_a_person(post, raw, reason):
    (record,) = await post.receive(raw)
    assert (record.state, record.reason) == ("waiting", reason)
    assert await post.complaints() == []
    assert post.lies_in("taken") == [raw]


async def test_of_a_huge_mail_the_head_is_kept_and_the_whole_stays_in_the_mailbox(post):
    raw = letter() + b"x" * 50 * 2**20
    assert len(raw) > LARGEST_MAIL
    (record,) = await post.receive(raw)
    assert (record.state, record.reason, record.whole, record.size) == ("waiting", "too_large", False, len(raw))
    assert post.envelope(record).subject == "停水"
    assert post.lies_in("too-large") == [raw]


async def test_a_mail_that_surprises_is_tried_three_times_and_holds_up_no_other(post, monkeypatch, caplog):
    tries = []

    async def surprised(door, record, mail, submission):
        if "意外" in submission.text:
            tries.append(record.tries)
            raise ZeroDivisionError
        return await original(door, record, mail, submission)

    original = sorting.open_complaint
    monkeypatch.setattr(sorting, "open_complaint", surprised)
    with caplog.at_level(logging.ERROR):
        first, second = await post.receive(letter("意外"), letter("平常"))
    assert (first.state, first.reason) == ("waiting", "failed")
    assert tries == [1, 2, 3]
    assert second.state == "opened"


async def test_an_outage_is_waited_for_however_long_it_takes(post, monkeypatch):
    async def away(door, record, mail, submission):
        raise Unavailable("the scanner does not answer")

    post.deliver(letter(files=[picture()]), letter("另一件"), letter(List_Id="<a.example>"))
    with monkeypatch.context() as outage:
        outage.setattr(sorting, "open_complaint", away)
        for _ in range(6):
            with pytest.raises(Unavailable):
                await post.run()
    assert [record.state for record in await post.run()] == ["opened", "opened", "aside"]


async def test_what_the_scanner_will_not_look_at_holds_up_no_mail(open_intake, tmp_path):
    clamd = Clamd()
    async with running(clamd) as url:
        post = await open_post(open_intake, tmp_path, scanner_url=url)
        (record,) = await post.receive(letter(files=[b"%PDF-1.4 ".ljust(LARGEST + 1), picture()]))
    assert (record.state, [(one.part, one.why) for one in record.refused]) == ("opened", [(0, "fault.attachment_not_scanned")])
    assert len((await post.house.complaint(record.number)).photos) == 1


async def test_what_was_refused_is_known_also_after_a_crash(post, monkeypatch):
    async def cut_off(*_, **__):
        raise Unavailable("cut off")

    post.deliver(letter(files=[b"MZ\x90 a program"]))
    with monkeypatch.context() as crash:
        crash.setattr(sorting, "settle", cut_off)
        with pytest.raises(Unavailable):
            await post.run()
    (record,) = await post.run()
    assert [(one.part, one.why) for one in record.refused] == [(0, "fault.attachment_unknown")]
    assert len(await post.complaints()) == 1
