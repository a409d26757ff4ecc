"""The rating by link: once for each answer, by query code only where the matter is sensitive; nothing but its form changes anything."""

import re

import pytest

from services.intake.links import rate_link
from services.intake.model.complaint import Complaint
from shared.events.tracking import CaseClosed, CaseRated, CaseRedone
from shared.web import forms
from tests.builders import MONDAY

from .standings import DISPATCHED, LIFE, PASSED, REPLIED, standing

GIVEN = {"rate_solved": "no", "rate_satisfied": "1", "rate_process": "3", "rate_words": "还在漏水"}
REDONE = CaseRedone(number=1, standing=standing("dispatched", "department", "supplement", "urge", department="water", clock="redo"))
CLOSED = CaseClosed(outcome="solved", reason="rated", standing=standing("closed", "nobody", department="water"))


async def answered(house, *more, **body) -> tuple[str, str]:
    """An answered complaint: its number, and the path of the link in its notice."""
    receipt = await house.submit(title="小区停水", **body)
    await house.tracking_says(receipt["number"], *LIFE, *more)
    return receipt["number"], await path(house, receipt["number"])


async def path(house, number: str) -> str:
    link = rate_link(house.door, await house.complaint(number))
    assert link
    return link.url.removeprefix(house.world.settings.address)


async def rated(house) -> list[str]:
    return [record.case for record in await house.outgoing() if record.event.type == "complaint.rated"]


async def test_the_link_shows_the_answer_and_asks_the_three_questions(intake):
    number, link = await answered(intake)
    assert re.fullmatch(r"/rate/[\w-]{58}", link)
    page = await intake.client.get(link)
    assert page.status_code == 200
    assert "水管已经修好，现在有水了。" in page.text
    assert "3月17日（周二）09:00 前有效" in page.text
    assert '<meta name="robots" content="noindex, nofollow">' in page.text
    assert '<meta name="referrer" content="strict-origin">' in page.text
    assert page.headers["cache-control"] == "no-store"
    assert "承包商" not in page.text
    assert 'name="code"' not in page.text
    assert number not in link


async def test_opening_the_link_changes_nothing(intake):
    number, link = await answered(intake)
    before = await intake.world.store.get("complaint", [number])
    for _ in range(3):
        await intake.client.get(link)
        await intake.client.head(link)
    assert await intake.world.store.get("complaint", [number]) == before


async def test_a_verdict_is_taken_in_once(intake):
    number, link = await answered(intake)
    answer = await intake.form(link, link, GIVEN)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{link}?done=rate")
    (record,) = [record for record in await intake.outgoing() if record.event.type == "complaint.rated"]
    assert (record.event.solved, record.event.satisfied, record.event.process, record.event.words) == ("no", 1, 3, "还在漏水")
    thanks = await intake.client.get(answer.headers["location"])
    assert (thanks.status_code, "您的评价已经记下" in thanks.text) == (200, True)
    again = await intake.client.get(link)
    assert (again.status_code, "已经评价过了" in again.text, 'href="/progress"' in again.text) == (410, True, True)
    assert (await intake.complaint(number)).progress.history[-1].key == "you_rated"


async def posted_late(house, link):
    """The form of a page that was open before what happened since."""
    mark = house.client.cookies.get(forms.COOKIE)
    assert mark
    page = (await house.client.get("/progress")).text
    proof = re.search(r'name="csrf" value="([^"]*)"', page)
    assert proof
    return await house.client.post(link, data=GIVEN | {"csrf": proof.group(1)})


async def test_two_pages_with_the_same_link_are_one_verdict(intake):
    number, link = await answered(intake)
    await intake.form(link, link, GIVEN)
    late = await posted_late(intake, link)
    assert (late.status_code, "已经评价过了" in late.text) == (410, True)
    assert await rated(intake) == [number]


async def test_even_when_tracking_lets_it_be_rated_again(intake):
    number, link = await answered(intake)
    await intake.form(link, link, GIVEN)
    await intake.tracking_says(number, CaseRated(solved="no", satisfied=1, process=3, standing=PASSED.standing))
    assert (await intake.client.get(link)).status_code == 410
    assert (await posted_late(intake, link)).status_code == 410
    assert rate_link(intake.door, await intake.complaint(number)) is None


async def test_a_link_expires(intake):
    _, link = await answered(intake)
    await intake.client.get(link)
    intake.clock.forward(days=15)
    page = await intake.client.get(link)
    assert (page.status_code, "已经过期" in page.text) == (410, True)
    assert (await posted_late(intake, link)).status_code == 410
    assert await rated(intake) == []


async def test_how_long_a_link_lives_is_a_setting(open_intake):
    house = await open_intake({"rate_days": 2})
    _, link = await answered(house)
    house.clock.forward(days=2)
    assert (await house.client.get(link)).status_code == 410


@pytest.mark.parametrize("since", [(REDONE,), (CLOSED,)])
async def test_a_link_is_over_when_the_matter_went_on(intake, since):
    number, link = await answered(intake)
    await intake.client.get(link)
    await intake.tracking_says(number, *since)
    page = await intake.client.get(link)
    assert (page.status_code, "不用评价了" in page.text) == (410, True)
    assert (await posted_late(intake, link)).status_code == 410


async def test_each_answer_has_a_link_of_its_own(intake):
    number, first = await answered(intake, REDONE, DISPATCHED, REPLIED, PASSED)
    fresh = await path(intake, number)
    assert (await intake.client.get(fresh)).status_code == 200
    old = intake.door.links.close(f"{number}.1", "rate").rstrip("=")
    assert (await intake.client.get(f"/rate/{old}")).status_code == 410
    assert first != fresh
    await intake.form(fresh, fresh, GIVEN)
    assert await rated(intake) == [number]


async def test_what_is_no_link_of_ours_is_no_page_all_alike(intake):
    number, link = await answered(intake)
    token = link.removeprefix("/rate/")
    other = "B" if token[10] != "B" else "C"
    tampered = [
        token[:10] + other + token[11:], token[:-4], token + "AAAA", "x", "A" * 58, "A" * 5_000, "%00", "验",
        intake.door.links.close(f"{number}.1", "leave").rstrip("="), intake.door.links.close("2603020999995.1", "rate").rstrip("="),
        intake.door.matters.close(f"{number}.1", "rate").rstrip("="),
    ]  # fmt: skip
    pages = [await intake.client.get(f"/rate/{one}") for one in [*tampered, "y"]]
    assert {page.status_code for page in pages} == {404}
    shown = {re.sub(r'name="next" value="[^"]*"|name="csrf" value="[^"]*"|[0-9a-f]{32}', "", page.text) for page in pages}
    assert len(shown) == 1
    assert {(await posted_late(intake, f"/rate/{one}")).status_code for one in tampered[:3]} == {404}


async def test_what_is_missing_is_told_and_nothing_typed_is_lost(intake):
    _, link = await answered(intake)
    answer = await intake.form(link, link, {"rate_solved": "partly", "rate_words": "还差一点"})
    assert answer.status_code == 422
    assert "还差一点" in answer.text
    assert re.search(r'value="partly"[^>]*checked', answer.text)
    assert len(re.findall("请从列出的选项中选一个", answer.text)) >= 2
    assert await rated(intake) == []


async def test_a_store_that_is_away_loses_nothing(intake, away):
    number, link = await answered(intake)
    await intake.client.get(link)
    with away():
        answer = await posted_late(intake, link)
        assert answer.status_code == 503
        assert "还在漏水" in answer.text
        assert answer.headers["retry-after"]
    assert (await intake.form(link, link, GIVEN)).status_code == 303
    assert await rated(intake) == [number]


async def test_another_site_cannot_send_the_form(intake):
    _, link = await answered(intake)
    assert (await intake.client.post(link, data=GIVEN)).status_code == 403
    assert await rated(intake) == []


SENSITIVE = DISPATCHED.model_copy(update={"sensitivity": "S2"})


@pytest.mark.parametrize(("body", "more"), [({"confidential": True}, ()), ({}, (SENSITIVE, REPLIED, PASSED))])
async def test_a_sensitive_matter_is_rated_with_the_code_and_shows_nothing(intake, body, more):
    receipt = await intake.submit(title="小区停水", **body)
    await intake.tracking_says(receipt["number"], *LIFE, *more)
    link = await path(intake, receipt["number"])
    page = (await intake.client.get(link)).text
    for words in ("水管已经修好", "小区停水", "市水务局"):
        assert words not in page
    wrong = await intake.form(link, link, GIVEN | {"code": "AAAAAAAA"})
    assert wrong.status_code == 422
    assert [words in wrong.text for words in ("查询码不对", "还在漏水", "水管已经修好")] == [True, True, False]
    assert (await intake.form(link, link, GIVEN)).status_code == 422
    assert await rated(intake) == []
    assert (await intake.form(link, link, GIVEN | {"code": receipt["query_code"].lower()})).status_code == 303
    assert await rated(intake) == [receipt["number"]]


async def test_guessing_the_code_behind_a_link_is_limited(open_intake):
    house = await open_intake({"wishes_of_number": "3/day"}, rate_limits="on")
    _, link = await answered(house, confidential=True)
    codes = [await house.form(link, link, GIVEN | {"code": f"AAAAAAA{place}"}) for place in range(2, 6)]
    assert [answer.status_code for answer in codes] == [422, 422, 422, 429]


async def test_looking_at_links_is_limited_by_address(open_intake):
    house = await open_intake({"lookups": "2/minute"}, rate_limits="on")
    assert [(await house.client.get("/rate/x")).status_code for _ in range(3)] == [404, 404, 429]


async def test_there_is_no_link_for_what_cannot_be_rated(intake):
    receipt = await intake.submit()
    assert rate_link(intake.door, await intake.complaint(receipt["number"])) is None
    bare = Complaint(number=receipt["number"], channel="online", received_at=MONDAY, text="水", request="")
    assert rate_link(intake.door, bare) is None
