"""The officers' pages of notices: who sees what, what is said of each, and sending again by hand."""

import re
from collections import Counter

import pytest

from services.intake.actions.paging import ROWS
from services.intake.actions.resending import resend_id
from shared.events.intake import NoticeQueued
from tests.builders import MONDAY
from tests.services.intake.sending import MAIL, open_notices
from tests.services.intake.standings import DISPATCHED


@pytest.fixture
async def notices(open_intake):
    async with open_notices(open_intake) as opened:
        opened.house.client.cookies.set("lang", "en")
        yield opened


async def failed(notices, **body):
    """A notice that the mail server refused."""
    notices.office.faults["RCPT"] = [f"550 5.1.1 <{MAIL}> is unknown"]
    name = await notices.queue(await notices.matter(**body))
    await notices.send()
    return name


@pytest.mark.parametrize("role", ["clerk", "callback_clerk", "supervisor", "administrator", "auditor"])
async def test_who_may_look(notices, role):
    notices.house.sign_in(role)
    assert (await notices.house.client.get("/notices")).status_code == 200


@pytest.mark.parametrize("role", ["agent", "handler", "dispatcher"])
async def test_who_may_not(notices, role):
    notices.house.sign_in(role, department="water")
    assert (await notices.house.client.get("/notices")).status_code == 403
    name = await failed(notices)
    assert (await notices.house.client.post(f"/notices/{name}/resend")).status_code == 403


async def test_what_failed_and_why(notices):
    name = await failed(notices)
    number = (await notices.notice(name)).number
    notices.house.sign_in("clerk")
    page = (await notices.house.client.get("/notices")).text
    assert f'href="/desk/cases/{number}"' in page
    for words in ("given up", "refused by the receiving side", "550 5.1.1 &lt;…&gt; is unknown", "w***@home.example"):
        assert words in page
    assert MAIL not in page


async def test_what_waits_and_until_when(notices):
    notices.office.faults["RCPT"] = ["451 greylisted"]
    await notices.queue(await notices.matter())
    await notices.send()
    notices.house.sign_in("auditor")
    page = (await notices.house.client.get("/notices?pile=waiting")).text
    assert "not taken now; tried again later" in page
    assert "Next try Mon 2 Mar, 09:01" in page
    assert "/resend" not in page


async def test_empty_piles_say_what_would_be_there(notices):
    notices.house.sign_in("supervisor")
    for pile in ("failed", "waiting"):
        assert "would be here" in (await notices.house.client.get(f"/notices?pile={pile}")).text


async def test_a_restricted_matter_shows_no_more_than_its_number(notices):
    name = await failed(notices, confidential=True)
    number = (await notices.notice(name)).number
    notices.house.sign_in("clerk")
    page = (await notices.house.client.get("/notices")).text
    assert f"/desk/cases/{number}" not in page
    assert "w***" not in page
    assert "/resend" not in page
    assert (await notices.house.client.get(f"/notices/of/{number}")).status_code == 403
    notices.house.sign_in("supervisor")
    assert "w***@home.example" in (await notices.house.client.get("/notices")).text


async def test_it_is_sent_again_from_the_page_once(notices):
    name = await failed(notices)
    notices.house.sign_in("clerk")
    for _ in range(2):
        answer = await _resend(notices, name)
        assert answer.status_code == 303
        assert answer.headers["location"] == "/notices?pile=failed&done=resent"
    page = (await notices.house.client.get("/notices?pile=failed&done=resent")).text
    assert "Queued to be sent again" in page
    assert "sent again" in page
    assert f"/notices/{name}/resend" not in page
    await notices.send()
    assert notices.arrived() == Counter([resend_id(name)])
    queued = [record for record in await notices.house.logged() if isinstance(record.event, NoticeQueued)]
    assert [record.by.id for record in queued if record.id == resend_id(name)] in ([], ["li"])


async def _resend(notices, name, **fields):
    text = (await notices.house.client.get("/notices?pile=failed")).text
    proof = re.search(r'name="csrf" value="([^"]+)"', text)
    assert proof
    return await notices.house.client.post(f"/notices/{name}/resend", data={"csrf": proof[1], **fields})


async def test_a_notice_that_is_open_is_not_sent_again(notices):
    await failed(notices)
    name = await notices.queue(await notices.matter())
    notices.house.sign_in("clerk")
    answer = await _resend(notices, name)
    assert answer.status_code == 409
    assert "still on its way" in answer.text


async def test_sending_again_needs_the_proof_and_a_notice(notices):
    name = await failed(notices)
    notices.house.sign_in("clerk")
    assert (await notices.house.client.post(f"/notices/{name}/resend")).status_code == 403
    assert (await _resend(notices, "01940000-0000-7000-8000-000000000009")).status_code == 404
    assert (await _resend(notices, "x")).status_code == 404
    assert (await notices.house.client.post("/notices/%00/resend")).status_code == 403


async def test_the_fragment_of_a_matter(notices):
    name = await failed(notices)
    number = (await notices.notice(name)).number
    await notices.house.tracking_says(number, DISPATCHED)
    notices.house.sign_in("handler", department=DISPATCHED.department)
    fragment = (await notices.house.client.get(f"/notices/of/{number}")).text
    assert "<html" not in fragment
    assert "given up" in fragment
    assert "/resend" not in fragment
    notices.house.sign_in("handler", department="gas")
    assert (await notices.house.client.get(f"/notices/of/{number}")).status_code == 403
    notices.house.sign_in("callback_clerk")
    fragment = (await notices.house.client.get(f"/notices/of/{number}")).text
    assert f'action="/notices/{name}/resend"' in fragment
    answer = await _resend(notices, name, back="case")
    assert answer.headers["location"] == f"/desk/cases/{number}"


@pytest.mark.parametrize(("role", "shown"), [("auditor", False), ("supervisor", True)])
async def test_where_it_went_is_closed_with_the_contact(notices, role, shown):
    name = await failed(notices, confidential=True)
    notices.house.sign_in(role)
    for path in ("/notices", f"/notices/of/{(await notices.notice(name)).number}"):
        text = (await notices.house.client.get(path)).text
        assert "given up" in text
        assert ("w***@home.example" in text) == shown


async def test_the_fragment_of_nothing(notices):
    notices.house.sign_in("supervisor")
    assert (await notices.house.client.get("/notices/of/2603020000017")).status_code == 404
    number = (await notices.house.submit(notify="none"))["number"]
    assert "No notices yet" in (await notices.house.client.get(f"/notices/of/{number}")).text


async def test_pages_follow_each_other_without_a_gap(notices):
    notices.office.faults["RCPT"] = ["550 no"] * 50
    number = await notices.matter()
    names = []
    for _ in range(ROWS + 5):
        names.append(await notices.queue(number))
        notices.house.clock.forward(seconds=1)
    await notices.send()
    notices.house.sign_in("clerk")
    first = (await notices.house.client.get("/notices")).text
    (after,) = re.findall(r'href="(/notices\?pile=failed&amp;after=[^"]+)" rel="next"', first)
    second = (await notices.house.client.get(after.replace("&amp;", "&"))).text
    shown = [re.findall(r'action="/notices/([^/]+)/resend"', page) for page in (first, second)]
    assert [*shown[0], *shown[1]] == names[::-1]
    assert len(shown[0]) == ROWS
    assert notices.house.clock.moment > MONDAY


@pytest.mark.parametrize("after", ["x", "~", "%00~%00", "王~x"])
async def test_a_place_that_is_none_of_ours_is_the_beginning(notices, after):
    name = await failed(notices)
    notices.house.sign_in("clerk")
    answer = await notices.house.client.get(f"/notices?after={after}")
    assert (answer.status_code, f"/notices/{name}/resend" in answer.text) == (200, True)


@pytest.mark.parametrize("query", ["pile=other", "after=" + "x" * 500])
async def test_an_address_that_we_did_not_make(notices, query):
    notices.house.sign_in("clerk")
    assert (await notices.house.client.get(f"/notices?{query}")).status_code == 422
