"""Answers by mail: they reach their matter by signs that only we can make, and what came back marks its notice."""

import pytest

from services.intake.documents import COMPLAINT
from services.intake.documents.notice import ADDRESS, NOTICE
from services.intake.model.complaint import Follower
from services.intake.model.sending import queue
from services.intake.model.submission import Contact
from services.intake.model.threads import message_id, reply_address, reply_token
from shared.events.intake import NoticeQueued
from shared.events.tracking import CaseClosed
from shared.ports import Change
from tests.builders import MONDAY

from .pictures import picture
from .post import BOX, letter, open_post, returned
from .standings import DISPATCHED, standing

NOTICE_ID = "0190a1b2-7c3d-7e4f-8a5b-123456789abc"


@pytest.fixture
async def post(open_intake, tmp_path):
    return await open_post(open_intake, tmp_path, mails_of_sender=3)


async def opened(post, **facts):
    """A complaint of Wang's that is in hand and may be added to."""
    (record,) = await post.receive(letter(**facts))
    await post.house.tracking_says(record.number, DISPATCHED)
    return await post.house.complaint(record.number)


def token_address(post, number, recipient=""):
    return reply_address(BOX, reply_token(post.house.door.reply_key, number, recipient))


@pytest.mark.parametrize("way", ["address", "reference"])
async def test_an_answer_to_a_notice_is_added_to_its_matter(post, way):
    complaint = await opened(post)
    key = post.house.door.reply_key
    if way == "reference":
        notice = queue(NOTICE_ID, complaint.number, NoticeQueued(kind="receipt", channel="email"), "zh-CN", MONDAY)
        await post.house.world.store.commit([Change(NOTICE.name, NOTICE_ID, 0, NOTICE.body(notice), NOTICE.values(notice))])
        facts = {"In_Reply_To": message_id(key, NOTICE_ID, "city.example")}
    else:
        facts = {"to": token_address(post, complaint.number).upper().replace("CITY.EXAMPLE", "city.example")}
    raw = letter("今天还是没有水，照片在附件里。\n\n> 您的诉求已收到。\n", sender="WANG@Example.com", files=[picture()], **facts)
    (record,) = await post.receive(raw)
    assert (record.state, record.number) == ("added", complaint.number)
    after = await post.house.complaint(complaint.number)
    assert after.progress.history[-1].key == "you_added"
    assert after.progress.history[-1].words == "今天还是没有水，照片在附件里。"
    assert len(after.photos) == 1
    (event,) = [one.event for one in await post.house.outgoing() if one.event.type == "complaint.supplemented"]
    assert (event.text, len(event.photos)) == ("今天还是没有水，照片在附件里。", 1)
    (again,) = await post.receive(b"Received: by x\n" + raw)
    assert (again.reason, again.about) == ("duplicate", complaint.number)
    assert len(await post.complaints()) == 1


async def test_a_stranger_who_writes_a_number_gets_a_matter_of_their_own(post):
    complaint = await opened(post)
    forged = f"<{NOTICE_ID}.aaaaaaaaaaaaaaaa@city.example>"
    guessed = f"12345+{complaint.number}@city.example"
    (record,) = await post.receive(letter(sender="li@example.com", subject=f"Re: {complaint.number}", to=guessed, References=forged))
    assert (record.state, record.about) == ("opened", None)
    assert record.number != complaint.number
    assert (await post.house.complaint(complaint.number)).progress.history[-1].key != "you_added"


async def test_an_answer_from_another_address_waits_for_a_person(post):
    complaint = await opened(post)
    (record,) = await post.receive(letter(sender="li@example.com", to=token_address(post, complaint.number)))
    assert (record.state, record.reason, record.about, record.number) == ("waiting", "other_sender", complaint.number, None)
    assert len(await post.complaints()) == 1


async def test_an_answer_of_somebody_who_joined_waits_for_a_person(post):
    complaint = await opened(post)
    door = post.house.door
    contact = door.contacts.close(complaint.number, Contact(email="zhao@example.com"))
    follower = Follower(id=NOTICE_ID, contact=contact, notify="email", joined_at=MONDAY)
    joined = complaint.model_copy(update={"followers": (follower,)})
    stored = (await door.store.get(COMPLAINT.name, [complaint.number]))[complaint.number]
    await door.store.commit([Change(COMPLAINT.name, stored.key, stored.version, COMPLAINT.body(joined), COMPLAINT.values(joined))])
    (record,) = await post.receive(letter(sender="zhao@example.com", to=token_address(post, complaint.number, NOTICE_ID)))
    assert (record.state, record.reason, record.about) == ("waiting", "follower", complaint.number)


async def test_an_answer_on_a_matter_that_is_over_waits_for_a_person(post):
    complaint = await opened(post)
    over = standing("closed", "nobody", department="water")
    await post.house.tracking_says(complaint.number, CaseClosed(outcome="solved", reason="rated", standing=over))
    (record,) = await post.receive(letter("谢谢。", to=token_address(post, complaint.number)))
    assert (record.state, record.reason, record.about) == ("waiting", "matter_over", complaint.number)


async def test_an_answer_that_the_case_does_not_take_yet_waits_for_a_person(post):
    (first,) = await post.receive(letter())
    (record,) = await post.receive(letter("补充一点。", to=token_address(post, first.number)))
    assert (record.state, record.reason, record.about) == ("waiting", "not_now", first.number)


@pytest.mark.parametrize(
    ("action", "status", "state"), [("failed", "5.1.1", "bounced"), ("delivered", "2.0.0", "delivered"), ("delayed", "4.4.1", "sent")]
)
async def test_what_a_mail_system_says_of_a_notice_is_noted_on_it(post, action, status, state):
    complaint = await opened(post)
    notice = queue(NOTICE_ID, complaint.number, NoticeQueued(kind="receipt", channel="email"), "zh-CN", MONDAY)
    sent = notice.model_copy(update={"state": "sent", "next_at": None, "address": "a" * 24})
    store = post.house.world.store
    await store.commit([Change(NOTICE.name, NOTICE_ID, 0, NOTICE.body(sent), NOTICE.values(sent))])
    report = returned(message_id(post.house.door.reply_key, NOTICE_ID, "city.example"), action, status)
    (record,) = await post.receive(report)
    assert (record.state, record.reason, record.about) == ("aside", "bounce", complaint.number)
    assert NOTICE.parse((await store.get(NOTICE.name, [NOTICE_ID]))[NOTICE_ID]).state == state
    assert bool(await store.get(ADDRESS.name, ["a" * 24])) == (state == "bounced")
    (again,) = await post.receive(b"Received: by x\n" + report)
    assert again.reason == "duplicate"


async def test_a_report_on_a_mail_that_is_not_ours_marks_nothing(post):
    (record,) = await post.receive(returned(f"<{NOTICE_ID}.aaaaaaaaaaaaaaaa@city.example>", "failed", "5.1.1"))
    assert (record.state, record.reason, record.about) == ("aside", "bounce", None)
