"""The mailbox clerk's pages: what waits, each mail as it is read, and what the clerk decides, once and in words."""

import re

import pytest

from services.intake.documents import LOOK
from services.intake.mime import LARGEST_MAIL, Unreadable
from services.intake.model.numbers import compose
from services.intake.model.threads import reply_address, reply_token
from shared.ports import Equal, Order, Unusable
from tests.builders import MONDAY

from .joined import SENSITIVE
from .pictures import picture
from .post import BOX, TEXT, letter, open_post
from .standings import DISPATCHED

OTHER = letter("", subject="")
"""A mail that waits for a person: it says nothing."""


@pytest.fixture
async def post(open_intake, tmp_path):
    opened = await open_post(open_intake, tmp_path, mails_of_sender=2)
    opened.house.sign_in("clerk")
    return opened


async def page(post, path):
    answer = await post.house.client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


async def step(post, record, name, **typed):
    """Posts one of the forms below a mail as a browser does."""
    return await post.house.form(f"/mailbox/{record.id}", f"/mailbox/{record.id}/{name}", typed)


async def test_the_list_says_what_needs_a_person_and_why(post):
    await post.receive(letter(List_Id="<a.example>"), letter(), letter(), letter(f"{TEXT}又停了", subject="<b>又停水</b>"))
    text = await page(post, "/mailbox")
    assert re.findall(r'class="count">(\d+)', text) == ["1", "1", "2"], "waiting, put aside, taken in"
    assert "短时间来信太多" in text
    assert "&lt;b&gt;又停水&lt;/b&gt;" in text
    assert "王** w***@example.com" in text
    assert "wang@example.com" not in text
    (number, _) = sorted(complaint.number for complaint in await post.complaints())
    assert f"/desk/cases/{number}" in await page(post, "/mailbox?tab=opened")
    assert "群发邮件" in await page(post, "/mailbox?tab=aside")
    assert (await post.house.client.get("/mailbox?tab=other")).status_code == 404


async def test_long_lists_have_pages(post):
    await post.receive(*[letter("", subject="", X_Number=str(number)) for number in range(35)])
    seen, path = [], "/mailbox"
    while path:
        text = await page(post, path)
        seen += re.findall(r'href="/mailbox/([0-9a-f]{64})"', text)
        following = re.search(r'href="([^"]+)" rel="next"', text)
        path = following[1].replace("&amp;", "&") if following else None
    assert seen == [record.id for record in await post.records()]
    assert "没有待处理" not in await page(post, "/mailbox?after=nonsense")


@pytest.mark.parametrize("role", ["clerk", "administrator"])
async def test_a_mail_that_has_become_a_restricted_matter_is_closed_with_it(post, role):
    (record,) = await post.receive(letter("有人收钱。", subject="举报王科长"))
    await post.house.tracking_says(record.number, SENSITIVE)
    post.house.sign_in(role)
    for path in (f"/mailbox/{record.id}", "/mailbox?tab=opened"):
        text = (await post.house.client.get(path)).text
        assert "有人收钱" not in text
        assert "王科长" not in text
    assert (await post.house.client.get(f"/mailbox/{record.id}")).status_code == 403
    csrf = (await page(post, "/mailbox/letters/new")).split('name="csrf" value="')[1].split('"')[0]
    for name in ("original", "add", "open", "again", "aside"):
        refused = await post.house.client.post(f"/mailbox/{record.id}/{name}", data={"csrf": csrf})
        assert refused.status_code == 403, name
        assert "王科长" not in refused.text
    post.house.sign_in("supervisor")
    assert "有人收钱" in await page(post, f"/mailbox/{record.id}")
    assert "举报王科长" in await page(post, "/mailbox?tab=opened")


async def test_who_may_not_read_the_contact_gets_no_original(post):
    (record,) = await post.receive(OTHER)
    answer = await step(post, record, "open", text="有人收钱。", confidential="yes")
    assert (answer.status_code, answer.headers["location"].partition("&")[0]) == (303, "/mailbox?done=open")
    post.house.sign_in("clerk", "dispatcher")
    assert (await step(post, record, "original")).status_code == 403
    post.house.sign_in("supervisor")
    assert (await step(post, record, "original")).status_code == 200


async def test_a_mail_shows_all_that_was_read_and_nothing_of_it_runs(post):
    text = f"{TEXT}<script>x()</script>\n\n-- \n王小明\n电话 13812345678\n"
    (record,) = await post.receive(letter(text, sender="", files=[picture(), b"MZ\x90 a program"]))
    text = await page(post, f"/mailbox/{record.id}")
    for part in (TEXT, "&lt;script&gt;x()", "13812345678", "附件 1 文件0", "附件 2 文件1", "没有可用的来信地址", "读不出来信人"):
        assert part in text
    assert "<script>x" not in text


async def test_a_mail_becomes_a_complaint_in_the_clerk_s_words(post):
    await post.receive(letter(), letter())
    (record,) = await post.receive(letter("还有一件事，路灯也坏了。", files=[picture(), b"MZ\x90 a program"]))
    assert record.reason == "flood"
    facts = {"text": "路灯坏了。", "title": "路灯", "district": "wanglan", "phone": "13812345678", "confidential": "yes"}
    answer = await step(post, record, "open", **facts)
    after = await found(post, record)
    complaint = await post.house.complaint(after.number)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/mailbox?done=open&number={after.number}")
    assert "已登记为诉求" in await page(post, answer.headers["location"])
    assert (after.state, after.decided_by) == ("opened", "li")
    assert [one.why for one in after.refused] == ["fault.attachment_unknown"]
    assert (complaint.text, complaint.title, complaint.place.district, complaint.confidential) == ("路灯坏了。", "路灯", "wanglan", True)
    assert (complaint.channel, len(complaint.photos), complaint.received_at) == ("mailbox", 1, record.arrived_at)
    contact = post.house.door.contacts.open(complaint.number, complaint.contact)
    assert (contact.name, contact.phone, contact.email) == ("王小明", "+8613812345678", "wang@example.com")
    by = [one.by.id for one in await post.house.outgoing() if one.case == after.number and one.event.type == "complaint.submitted"]
    assert by == ["li"]


async def test_what_is_wrong_is_said_with_all_that_was_typed(post):
    (record,) = await post.receive(OTHER)
    answer = await step(post, record, "open", text="", title="标题在", phone="12")
    assert answer.status_code == 422
    assert "标题在" in answer.text
    assert answer.text.count('class="error"') == 2
    answer = await step(post, record, "add", number="123", added="补充在")
    assert (answer.status_code, "补充在" in answer.text) == (422, True)
    answer = await step(post, record, "aside")
    assert answer.status_code == 422
    assert (await post.records())[0].state == "waiting"


async def test_a_mail_is_added_to_a_matter(post):
    (first,) = await post.receive(letter())
    await post.house.tracking_says(first.number, DISPATCHED)
    address = reply_address(BOX, reply_token(post.house.door.reply_key, first.number))
    (record,) = await post.receive(letter("是我，换了邮箱。水还没来。", sender="new@example.com", to=address, files=[picture()]))
    assert record.reason == "other_sender"
    text = await page(post, f"/mailbox/{record.id}")
    assert f'name="number" type="text" value="{first.number}"' in text
    answer = await step(post, record, "add", number=first.number, added="水还没来。")
    assert answer.headers["location"] == f"/mailbox?done=add&number={first.number}"
    complaint = await post.house.complaint(first.number)
    assert (complaint.progress.history[-1].key, complaint.progress.history[-1].words) == ("you_added", "水还没来。")
    assert len(complaint.photos) == 1
    after = await found(post, record)
    assert (after.state, after.number, after.decided_by) == ("added", first.number, "li")
    (event,) = [one for one in await post.house.outgoing() if one.event.type == "complaint.supplemented"]
    assert (event.by.id, event.event.text) == ("li", "水还没来。")


@pytest.mark.parametrize(
    ("number", "words"),
    [("", "编号不对"), ("2603020000000", "编号不对"), (compose(MONDAY.date(), 99_999), "没有这个编号"), ("closed", "不对您开放")],
)
async def test_only_to_a_matter_that_is_there_and_open_to_the_clerk(post, number, words):
    if number == "closed":
        number = (await post.house.submit(confidential=True))["number"]
    (record,) = await post.receive(OTHER)
    answer = await step(post, record, "add", number=number, added="补充在")
    assert answer.status_code == 422
    assert words in answer.text
    assert "补充在" in answer.text


async def test_a_matter_that_takes_nothing_more_says_so_and_the_mail_waits_on(post):
    number = (await post.house.submit())["number"]
    (record,) = await post.receive(OTHER)
    answer = await step(post, record, "add", number=number, added="补充在")
    assert answer.status_code == 409
    assert "补充在" in answer.text
    assert (await found(post, record)).state == "waiting"


async def test_a_mail_is_put_aside_and_taken_back(post):
    (record,) = await post.receive(OTHER)
    answer = await step(post, record, "aside", reason="advertising")
    assert answer.headers["location"] == "/mailbox?done=aside&number="
    aside = await found(post, record)
    assert (aside.state, aside.reason, aside.decided_by, aside.decided_at) == ("aside", "advertising", "li", post.house.clock.now())
    assert "广告推销" in await page(post, "/mailbox?tab=aside")
    await step(post, record, "open", text="其实是一件事。")
    assert (await found(post, record)).state == "opened"


async def test_what_could_not_be_read_is_looked_at_again(post, monkeypatch):
    with monkeypatch.context() as before:
        before.setattr("services.intake.actions.sorting.read", unreadable)
        (record,) = await post.receive(letter())
    assert record.reason == "unreadable"
    answer = await step(post, record, "again")
    assert answer.headers["location"] == "/mailbox?done=again&number="
    await post.run()
    after = await found(post, record)
    assert (after.state, after.tries, len(await post.complaints())) == ("opened", 1, 1)


async def unreadable(door, content):
    raise Unreadable("unexpected")


async def test_what_somebody_has_decided_stays_decided(post):
    (record,) = await post.receive(letter("", subject="", files=[b"notes\n" * 20], sender="nobody"))
    form = (await page(post, f"/mailbox/{record.id}"), {"text": "第一次", "title": "甲"})
    await step(post, record, "open", **form[1])
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form[0]))
    again = await post.house.client.post(f"/mailbox/{record.id}/open", data=hidden | {"text": "第二次写的话"})
    assert again.status_code == 409
    assert "已经有人处理" in again.text
    assert "第二次写的话" in again.text
    assert len(await post.complaints()) == 1


async def test_the_original_goes_out_as_a_file_and_it_is_written_down_who_took_it(post):
    raw = letter(f"{TEXT}<script>x()</script>")
    (record,) = await post.receive(raw)
    answer = await post.house.form(f"/mailbox/{record.id}", f"/mailbox/{record.id}/original")
    assert (answer.status_code, answer.content) == (200, raw)
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == f'attachment; filename="mail-{record.id[:12]}.eml"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    stored = await post.house.world.store.find(LOOK.name, {"number": Equal(record.number)}, order=Order("at"), limit=5)
    assert [(LOOK.parse(one).login, LOOK.parse(one).reason) for one in stored] == [("li", "下载来信原件")]


async def test_of_a_huge_mail_the_page_shows_the_head_and_says_where_the_rest_is(post):
    (record,) = await post.receive(letter() + b"x" * LARGEST_MAIL)
    text = await page(post, f"/mailbox/{record.id}")
    assert "too-large" in text
    assert "停水" in text
    assert f'action="/mailbox/{record.id}/again"' not in text
    await step(post, record, "open", text="信里说停水。")
    complaint = await post.house.complaint((await found(post, record)).number)
    assert complaint.text == "信里说停水。"


async def test_an_original_that_is_gone_is_said(post):
    (record,) = await post.receive(OTHER)
    await post.house.world.files.remove(f"mail-{record.id}.sealed")
    assert "原件打不开" in await page(post, f"/mailbox/{record.id}")


async def test_a_mailbox_that_cannot_be_reached_is_told_to_the_clerk(post):
    collector = post.house.service.state["collector"]
    collector._mailbox = Unreachable()
    await collector.collect()
    text = await page(post, "/mailbox")
    assert "连不上信箱" in text
    assert "the password is refused" in text


class Unreachable:
    async def arrived(self, limit, largest):
        raise Unusable("the password is refused")


async def test_an_outage_loses_nothing_that_was_typed(post, away):
    (record,) = await post.receive(OTHER)
    text = await page(post, f"/mailbox/{record.id}")
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', text))
    with away():
        answer = await post.house.client.post(f"/mailbox/{record.id}/open", data=hidden | {"text": "写好的话"})
    assert (answer.status_code, "写好的话" in answer.text) == (503, True)
    assert answer.headers["retry-after"]


@pytest.mark.parametrize("roles", [(), ("agent",), ("handler",), ("auditor",)])
async def test_others_do_not_get_in(post, roles):
    (record,) = await post.receive(OTHER)
    post.house.client.cookies.clear()
    if roles:
        post.house.sign_in(*roles, department="water")
    for path in ("/mailbox", f"/mailbox/{record.id}", "/mailbox/letters/new", "/mailbox/letters/receipt"):
        assert (await post.house.client.get(path)).status_code == (403 if roles else 303)


async def test_what_is_not_there_is_not_found(post):
    for path in (f"/mailbox/{'0' * 64}", "/mailbox/x"):
        assert (await post.house.client.get(path)).status_code == 404


async def test_the_case_page_leads_to_the_mail_as_it_came(post):
    (record,) = await post.receive(letter(f"{TEXT}\n\n-- \n电话 13812345678\n", files=[b"MZ\x90 a program"]))
    text = await page(post, f"/originals/{record.number}")
    for part in (TEXT, "13812345678", f"/mailbox/{record.id}", "附件 1"):
        assert part in text
    await post.house.tracking_says(record.number, DISPATCHED)
    post.house.sign_in("liaison", department="housing")
    assert (await post.house.client.get(f"/originals/{record.number}")).status_code == 403


async def found(post, record):
    return next(one for one in await post.records() if one.id == record.id)
