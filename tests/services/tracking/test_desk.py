"""The desk: queues by role and time, and never more than the officer may see."""

import re

import pytest

from services.tracking.actions.lists import ROWS
from tests.builders import MONDAY, proposal, reading, take
from tests.services.tracking.desk_cases import case_as, judged_as, unsure


def numbers_on(page) -> list[str]:
    return re.findall(r'class="opens" href="/desk/cases/(\d+)', page.text)


async def test_nobody_comes_in_without_signing_in(house):
    answer = await house.browser().get("/desk/cases/2603020000017")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/sign-in?next=/desk/cases/2603020000017")


async def test_a_department_sees_its_own_cases_in_its_piles(house):
    dispatched, in_hand, replied, closed = (case_as(state) for state in ("dispatched", "in_hand", "replied", "closed"))
    contacted = take(case_as("in_hand"), "contact", MONDAY)[0]
    elsewhere = judged_as(proposed=proposal("housing"))
    await house.keep(dispatched, in_hand, replied, closed, contacted, elsewhere)
    browser = house.browser("water1")
    piles = {"accept": dispatched, "contact": in_hand, "reply": contacted, "waiting": replied}
    for pile, case in piles.items():
        assert numbers_on(await browser.get("/desk", pile=pile)) == [case.number]
    page = await browser.get("/desk")
    assert re.findall(r'<span class="count">(\d+)</span>', page.text) == ["0", "1", "1", "1", "1"]
    assert numbers_on(page) == [dispatched.number], "the first pile with something in it"


async def test_what_comes_back_lies_in_front(house):
    failed = take(case_as("replied"), "fail_review", MONDAY)[0]
    redone = take(case_as("awaiting_callback"), "rate", MONDAY, solved="no", satisfied=1)[0]
    await house.keep(failed, redone)
    page = await house.browser("water1").get("/desk")
    assert set(numbers_on(page)) == {failed.number, redone.number}
    assert 'href="/desk?pile=sent_back" aria-current="page"' in page.text


async def test_a_queue_is_in_due_order_and_has_pages(house, clock):
    cases = [judged_as(read=reading(urgency="U2") if number % 7 == 0 else reading()) for number in range(ROWS + 5)]
    await house.keep(*cases)
    browser = house.browser("water1")
    first = await browser.get("/desk", pile="accept")
    following = re.search(r'href="([^"]+)" rel="next"', first.text)[1].replace("&amp;", "&")
    second = await browser.get(following)
    listed = numbers_on(first) + numbers_on(second)
    assert (len(numbers_on(first)), len(numbers_on(second))) == (ROWS, 5)
    by_due = sorted(cases, key=lambda case: (case.due_at, case.number))
    assert listed == [case.number for case in by_due]
    assert 'rel="next"' not in second.text


@pytest.mark.parametrize("query", ["pile=accept&after=nonsense", "pile=accept&after=WzEsMiwzXQ", "pile=moon", "pile=dispatch"])
async def test_addresses_that_no_page_gave_are_refused_calmly(house, query):
    for login in ("water1", "dispatcher1"):
        assert (await house.browser(login).get(f"/desk?{query}")).status_code == 400


@pytest.mark.parametrize(
    ("login", "path"),
    [
        ("dispatcher1", "/desk/dispatch"), ("reviewer1", "/desk/reviews"), ("clerk1", "/desk/callbacks"),
        ("supervisor1", "/desk/supervision"), ("auditor1", "/desk/dispatch"), ("admin", "/desk/dispatch"),
    ],
)  # fmt: skip
async def test_officers_of_the_centre_are_led_to_their_queue(house, login, path):
    browser = house.browser(login)
    assert (await browser.get("/desk")).headers["location"] == path
    assert (await browser.get(path)).status_code == 200


@pytest.mark.parametrize(("login", "path"), [("agent1", "/hotline"), ("mail1", "/mailbox")])
async def test_agents_and_mailbox_clerks_have_their_desks_elsewhere(house, login, path):
    assert (await house.browser(login).get("/desk")).headers["location"] == path


async def test_an_officer_without_a_queue_is_told_so(house):
    page = await house.browser("mail1").get("/desk", pile="accept")
    assert page.status_code == 200
    assert "没有要办的队列" in page.text


@pytest.mark.parametrize(
    ("path", "state", "worker", "stranger"),
    [
        ("/desk/dispatch", "waiting", "dispatcher1", "water1"), ("/desk/hand-backs", "handed_back", "dispatcher1", "clerk1"),
        ("/desk/reviews", "replied", "reviewer1", "agent1"), ("/desk/callbacks", "awaiting_callback", "clerk1", "reviewer1"),
        ("/desk/supervision", "supervised", "supervisor1", "dispatcher1"), ("/desk/unread", "registered", "dispatcher1", "water1"),
    ],
)  # fmt: skip
async def test_each_queue_shows_its_state_to_its_role(house, path, state, worker, stranger):
    case = case_as(state)
    await house.keep(case)
    page = await house.browser(worker).get(path)
    assert case.number in page.text
    assert (await house.browser(stranger).get(path)).status_code == 403


async def test_the_dispatcher_sees_why_and_what_is_proposed_and_follows_it_with_one_button(house):
    case = judged_as(proposed=unsure())
    await house.keep(case)
    browser = house.browser("dispatcher1")
    page = await browser.get("/desk/dispatch")
    for words in ("把握不足", "市水务局", "把握 61 %", "供水条例第五条", "市住房和城乡建设局 · 30 %", "<q>停水</q>", "2026-02"):
        assert words in page.text
    answer = await browser.send(page, f"/desk/cases/{case.number}/steps/dispatch")
    assert answer.headers["location"] == f"/desk/dispatch?done=dispatch&number={case.number}"
    after = await house.case(case.number)
    assert (after.state, after.department, after.timeline[-1].by.id) == ("dispatched", "water", "dispatcher1")
    page = await browser.get(answer.headers["location"])
    assert "已派单" in page.text
    assert "这里没有工单" in page.text


async def test_an_agent_looks_at_the_dispatch_queue_and_cannot_dispatch(house):
    await house.keep(judged_as(proposed=unsure()))
    assert "/steps/dispatch" not in (await house.browser("agent1").get("/desk/dispatch")).text


async def test_what_may_not_be_seen_is_not_found(house):
    mine, secret, unknown = case_as("dispatched"), judged_as(read=reading(sensitivity="S3")), "2603029999990"
    await house.keep(mine, secret)
    for login, number in (("housing1", mine.number), ("agent1", secret.number), ("admin", secret.number), ("water1", unknown)):
        browser = house.browser(login)
        assert (await browser.get(f"/desk/cases/{number}")).status_code == 404
        assert (await browser.get("/desk/search", q=number)).status_code == 404
    assert (await house.browser("supervisor1").get(f"/desk/cases/{secret.number}")).status_code == 200


async def test_lists_never_show_what_may_not_be_seen(house):
    cases = [judged_as(read=reading(sensitivity=level), proposed=unsure()) for level in ("S0", "S1", "S2", "S3")]
    await house.keep(*cases)
    seen = {login: (await house.browser(login).get("/desk/dispatch")).text for login in ("agent1", "dispatcher1")}
    assert [case.number in seen["dispatcher1"] for case in cases] == [True] * 4
    assert [case.number in seen["agent1"] for case in cases] == [True, True, False, False]
    assert '<span class="count">2</span>' in seen["agent1"]


async def test_a_number_is_found_however_it_is_written(house):
    case = case_as("dispatched")
    await house.keep(case)
    browser = house.browser("water1")
    grouped = f" {case.number[:6]}-{case.number[6:-1]}－{case.number[-1]} "
    assert (await browser.get("/desk/search", q=grouped)).headers["location"] == f"/desk/cases/{case.number}"
    assert (await browser.get("/desk/search", q="12")).status_code == 404
    assert (await browser.get("/desk/search")).status_code == 200
    assert (await browser.get(f"/desk/cases/{grouped.strip()}")).headers["location"] == f"/desk/cases/{case.number}"
    assert [(await browser.get(f"/desk/cases/{wrong}")).status_code for wrong in ("12", "-", "abc")] == [404] * 3


async def test_the_next_case_of_the_queue_is_one_link_away(house):
    first, second = judged_as(read=reading(urgency="U2")), judged_as()
    await house.keep(first, second)
    browser = house.browser("water1")
    for here, next_one in ((first, second), (second, first)):
        page = await browser.get(f"/desk/cases/{here.number}", queue="accept")
        assert f'href="/desk/cases/{next_one.number}?queue=accept" rel="next"' in page.text
