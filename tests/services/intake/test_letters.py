"""Letters and suggestion-box notes: typed in once, with the scan and the date on them, and a receipt that goes back by post."""

import re

import pytest

from .pictures import picture

FACTS = {
    "kind": "letter", "written_on": "2026-02-20", "text": "柳堤路 12 号院的路灯坏了两个月。", "title": "路灯", "address": "柳堤路 12 号院",
    "district": "wanglan", "name": "赵大爷", "postal_address": "柳堤路 12 号院 3 栋 201", "publish": "yes",
}  # fmt: skip


@pytest.fixture
def house(intake):
    intake.sign_in("clerk")
    return intake


async def take(house, files=None, **changes):
    return await house.form("/mailbox/letters/new", "/mailbox/letters", FACTS | changes, files)


async def receipt(house):
    """The number on the sheet, and the whole page."""
    text = (await house.client.get("/mailbox/letters/receipt")).text
    return re.sub(r"\D", "", re.findall(r'class="receipt">([^<]+)<', text)[0]), text


async def test_a_letter_becomes_a_complaint_with_its_scan_and_its_date(house):
    answer = await take(house, [("photos", ("scan.png", picture("PNG"), "image/png")), ("photos", ("a.pdf", b"%PDF-1.4 %%EOF", "a/b"))])
    assert (answer.status_code, answer.headers["location"]) == (303, "/mailbox/letters/receipt")
    number, text = await receipt(house)
    complaint = await house.complaint(number)
    assert (complaint.channel, complaint.letter, str(complaint.written_on)) == ("letter", "letter", "2026-02-20")
    assert (complaint.text, complaint.title, complaint.publish, complaint.language) == (FACTS["text"], "路灯", True, "zh-CN")
    assert (len(complaint.photos), len(complaint.files)) == (1, 1)
    contact = house.door.contacts.open(number, complaint.contact)
    assert (contact.name, contact.postal_address) == ("赵大爷", "柳堤路 12 号院 3 栋 201")
    (record,) = [one for one in await house.outgoing() if one.event.type == "complaint.submitted"]
    assert (record.by.kind, record.by.id, str(record.event.written_on), len(record.event.photos)) == ("officer", "li", "2026-02-20", 1)
    assert "赵大爷" not in record.raw.decode()
    for part in ("来信收悉", "/progress", "12345", "data-print"):
        assert part in text


async def test_the_code_on_the_sheet_opens_the_matter_and_is_not_shown_for_long(house):
    await take(house)
    number, text = await receipt(house)
    code = re.findall(r'class="receipt">([^<]+)<', text)[1]
    answer = await house.client.post("/api/v1/progress", json={"number": number, "query_code": code})
    assert answer.status_code == 200
    house.clock.forward(minutes=21)
    house.sign_in("clerk")
    gone = await house.client.get("/mailbox/letters/receipt")
    assert (gone.status_code, gone.headers["location"]) == (303, "/mailbox/letters/new")
    assert (await house.client.get("/progress")).text.count(number) == 0, "the clerk's browser opens no citizen's page"


async def test_the_same_form_sent_twice_is_one_letter(house):
    page = (await house.client.get("/mailbox/letters/new")).text
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))
    for _ in range(2):
        assert (await house.client.post("/mailbox/letters", data=hidden | FACTS)).status_code == 303
    assert len([one for one in await house.outgoing() if one.event.type == "complaint.submitted"]) == 1
    other = await house.client.post("/mailbox/letters", data=hidden | FACTS | {"text": "另一封信"})
    assert (other.status_code, "另一封信" in other.text) == (422, True)


async def test_an_unsigned_note_from_the_suggestion_box(house):
    await take(house, kind="suggestion_box", written_on="", name="", postal_address="", anonymous="yes", publish="")
    complaint = await house.complaint((await receipt(house))[0])
    assert (complaint.letter, complaint.written_on, complaint.contact, complaint.anonymous) == ("suggestion_box", None, None, True)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": ""}, "选一个"),
        ({"kind": "pigeon"}, "选一个"),
        ({"text": ""}, "填写"),
        ({"written_on": "2026-03-03"}, "不能晚于今天"),
        ({"written_on": "2006-03-03"}, "不能晚于今天"),
        ({"written_on": "gestern"}, "日期"),
        ({"phone": "12"}, "电话"),
        ({"email": "x"}, "邮箱"),
        ({"anonymous": "yes"}, "匿名"),
        ({"postal_address": "长" * 301}, "太长"),
        ({"district": "atlantis"}, "区县"),
    ],
)
async def test_what_is_wrong_is_said_and_what_was_typed_stays(house, changes, words):
    answer = await take(house, **changes)
    assert answer.status_code == 422
    assert words in answer.text
    assert (FACTS["title"] in answer.text, "已登记" in answer.text) == (True, False)
    assert await house.outgoing() == []


async def test_a_scan_that_cannot_be_taken_is_said(house):
    answer = await take(house, [("photos", ("scan.exe", b"MZ\x90 a program", "image/png"))])
    assert answer.status_code == 422
    assert FACTS["text"] in answer.text
    assert await house.outgoing() == []


async def test_an_outage_loses_nothing_that_was_typed(house, away):
    await house.submit()
    page = (await house.client.get("/mailbox/letters/new")).text
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))
    with away():
        answer = await house.client.post("/mailbox/letters", data=hidden | FACTS)
    assert (answer.status_code, FACTS["text"] in answer.text) == (503, True)


async def test_the_case_page_leads_to_the_letter(house):
    await take(house, [("photos", ("scan.png", picture("PNG"), "image/png"))])
    number, _ = await receipt(house)
    text = (await house.client.get(f"/originals/{number}")).text
    for part in ("信件", "2月20日", FACTS["text"], "/photos/"):
        assert part in text


async def test_the_postal_address_is_shown_with_the_contact(house):
    await take(house)
    number, _ = await receipt(house)
    house.sign_in("supervisor")
    answer = await house.form(f"/contacts/{number}", f"/contacts/{number}", {"reason": "把答复寄给写信人"})
    assert FACTS["postal_address"] in answer.text
