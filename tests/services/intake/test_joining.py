"""Joining a public matter: the page, the follower with a sealed contact, the event in the same commit, and every refusal."""

import asyncio

import pytest

from services.intake.model.submission import Contact
from shared.events.tracking import CaseJoined

from .joined import CLOSED, SENSITIVE, public, told
from .standings import DISPATCHED

PHONE = {"phone": "138 1111 2222", "notify": "sms"}


@pytest.fixture
async def house(open_intake, tmp_path):
    return await open_intake(**told(tmp_path))


async def join(house, number, **typed):
    return await house.form(f"/join/{number}", f"/join/{number}", typed or PHONE)


async def events(house):
    return [record.event for record in await house.outgoing() if record.event.type == "complaint.joined"]


async def test_the_page_shows_the_matter_scrubbed_and_asks_how_to_tell(house):
    number = await public(house)
    text = (await house.client.get(f"/join/{number}")).text
    for part in ("柳堤路 ***号院停水一天了", "短信", "电子邮件", 'name="phone"', 'name="email"', 'name="words"'):
        assert part in text
    assert "13812345678" not in text


async def test_a_follower_is_kept_with_the_event_and_told_what_comes(house):
    number = await public(house)
    answer = await join(house, number, **PHONE, words="三栋也没有水")
    assert (answer.status_code, answer.headers["location"]) == (303, "/joined?way=sms")
    assert "短信" in (await house.client.get(answer.headers["location"])).text
    (follower,) = (await house.complaint(number)).followers
    assert house.door.contacts.open(number, follower.contact) == Contact(phone="+8613811112222")
    assert (follower.notify, follower.language, follower.joined_at) == ("sms", "zh-CN", house.clock.now())
    (event,) = await events(house)
    assert (event.person, event.number, event.words) == (follower.person, 1, "三栋也没有水")


async def test_joining_twice_is_joining_once(house):
    number = await public(house)
    for phone in ("13811112222", "+86 138-1111-2222"):
        assert (await join(house, number, phone=phone)).status_code == 303
    assert len((await house.complaint(number)).followers) == len(await events(house)) == 1
    await join(house, number, email="li@example.com", notify="email")
    assert [event.number for event in await events(house)] == [1, 2]


async def test_the_complainant_is_no_follower_and_nobody_learns_who_that_is(house):
    number = await public(house, contact={"phone": "13811112222"})
    own, other = await join(house, number), await join(house, number, phone="13899998888")
    assert (own.status_code, own.headers["location"]) == (other.status_code, other.headers["location"])
    assert len((await house.complaint(number)).followers) == 1


async def test_nothing_public_changes_when_somebody_joins(house):
    number = await public(house, contact={"phone": "13811112222"})
    alike = {"text": "柳堤路 12 号院停水一天了", "address": "柳堤路 12 号院", "district": "wanglan"}

    async def seen():
        matter = (await house.client.get(f"/join/{number}")).text.split("<form")[0]
        listed = (await house.form("/", "/complaints", {"text": ""})).text.split('name="csrf" value="')[1].split('"')[0]
        block = (await house.client.post("/alike", data={"csrf": listed, **alike}, headers={"HX-Request": "true"})).text
        assert number in block
        return matter, block, (await house.client.get(f"/open311/v2/requests/{number}.json")).text

    before = await seen()
    for phone in ("13811112222", "13899998888", "13899998888"):
        await join(house, number, phone=phone)
        house.clock.forward(minutes=1)
        await house.tracking_says(number, CaseJoined(number=1))
        assert await seen() == before, "or a count would tell whether this phone was in it already"


async def test_many_at_once_all_follow(house):
    number = await public(house)
    page = (await house.client.get(f"/join/{number}")).text
    csrf = page.split('name="csrf" value="')[1].split('"')[0]
    posts = [house.client.post(f"/join/{number}", data={"csrf": csrf, "phone": f"1381111{n:04}"}) for n in range(4)]
    assert {answer.status_code for answer in await asyncio.gather(*posts)} == {303}
    assert sorted(event.number for event in await events(house)) == [1, 2, 3, 4]
    assert len((await house.complaint(number)).followers) == 4


SLIPS = [
    ({"phone": ""}, "请留电话或邮箱"),
    ({"phone": "12"}, "电话号码不对"),
    ({"email": "no address"}, "邮箱写得不对"),
    ({"email": "li@example.com", "notify": "sms"}, "要收短信"),
    ({"phone": "13811112222", "notify": "email"}, "要收邮件"),
    ({"phone": "0731-84123456"}, "要收短信"),
    ({"phone": "13811112222", "notify": "pigeon"}, 'id="notify-error"'),
    ({"phone": "13811112222", "words": "为" * 501}, "太长"),
]


async def test_a_slip_gives_the_form_back_as_it_was_typed(house):
    number = await public(house)
    for typed, fault in SLIPS:
        answer = await join(house, number, **{"words": "也停水", **typed})
        assert answer.status_code == 422, typed
        assert fault in answer.text
        assert all(str(value) in answer.text for name, value in typed.items() if name != "notify")
    assert (await house.complaint(number)).followers == ()


@pytest.mark.parametrize(
    ("body", "happened"),
    [({"publish": False}, ()), ({"confidential": True}, ()), ({}, (SENSITIVE,)), ({}, (DISPATCHED, CLOSED))],
    ids=["no consent", "confidential", "sensitive", "closed"],
)
async def test_what_is_not_public_and_open_is_not_there(house, body, happened):
    number = await public(house, "停水了", *happened, **body)
    assert (await house.client.get(f"/join/{number}")).status_code == 404


async def test_a_number_that_is_none_is_not_there(house):
    for number in ("2603020000011", "0", "x" * 3_000, "%00"):
        assert (await house.client.get(f"/join/{number}")).status_code == 404


async def test_a_matter_that_was_closed_meanwhile_cannot_be_joined(house):
    number = await public(house)
    page = (await house.client.get(f"/join/{number}")).text
    await house.tracking_says(number, CLOSED)
    csrf = page.split('name="csrf" value="')[1].split('"')[0]
    answer = await house.client.post(f"/join/{number}", data={"csrf": csrf, **PHONE, "words": "我也是"})
    assert answer.status_code == 404
    assert "我也是" in answer.text, "what was typed is not lost"
    assert (await house.complaint(number)).followers == ()


async def test_a_full_matter_says_so_and_points_to_a_complaint_of_ones_own(house, monkeypatch):
    monkeypatch.setattr("services.intake.model.joining.MOST_FOLLOWERS", 1)
    number = await public(house)
    await join(house, number)
    answer = await join(house, number, phone="13899998888", words="我也是")
    assert answer.status_code == 409
    assert "已满 1 人" in answer.text
    assert "我也是" in answer.text
    assert 'href="/"' in answer.text


async def test_only_ways_that_are_set_up_are_offered(open_intake):
    house = await open_intake()
    number = await public(house)
    assert "还没有开通短信和邮件" in (await house.client.get(f"/join/{number}")).text
    answer = await join(house, number, phone="13811112222")
    assert answer.headers["location"] == "/joined?way=none"
    assert "已经记下" in (await house.client.get("/joined?way=none")).text
    assert [one.notify for one in (await house.complaint(number)).followers] == ["none"]


async def test_joining_needs_a_form_of_ours(house):
    number = await public(house)
    assert (await house.client.post(f"/join/{number}", data=PHONE)).status_code == 403


async def test_joining_is_limited_by_address_and_by_person(open_intake, tmp_path):
    house = await open_intake({"joins": "3/hour", "joins_of_person": "1/day"}, rate_limits="on", **told(tmp_path))
    number = await public(house)
    answers = [await join(house, number, phone=phone) for phone in ("13811112222", "13811112222", "13899998888", "13899997777")]
    assert [answer.status_code for answer in answers] == [303, 429, 303, 429]


async def test_a_follower_s_contact_lies_nowhere_open(house):
    number = await public(house)
    await join(house, number, phone="13811112222", email="follower@example.com")
    await house.outgoing()
    written = b"".join(path.read_bytes() for path in house.folder.rglob("*") if path.is_file())
    assert "停水一天了".encode() in written, "the files were looked at"
    assert b"13811112222" not in written
    assert b"follower@example" not in written


async def test_the_receipt_of_a_way_that_is_none_is_not_there(house):
    assert (await house.client.get("/joined?way=pigeon")).status_code == 404
    assert (await house.client.get("/joined")).status_code == 404
