"""The desk in a real browser: accessible and whole at every width, quick by keyboard, kind when somebody was faster."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Literal

import pytest
import uvicorn
from playwright.async_api import Page, async_playwright

from services.tracking.model.decisions import scheduled
from shared.web.identity import COOKIE, sign_session
from tests.builders import MONDAY, reading, take, the_rules
from tests.conftest import AXE, CHROMIUM
from tests.services.tracking.conftest import KEYS, OFFICERS
from tests.services.tracking.desk_cases import case_as, judged_as, unsure

RULES = "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"

pytestmark = pytest.mark.browser


@pytest.fixture
async def open_page(house) -> AsyncIterator[Callable[..., Awaitable[Page]]]:
    """Opens windows of officers on the desk, served on a free port."""
    listening = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    server = uvicorn.Server(uvicorn.Config(house.app, log_level="error", lifespan="off"))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--no-first-run"])

        async def opens(login: str, width: int = 1280, scheme: str = "light", language: str = "zh-CN") -> Page:
            colours: Literal["dark", "light"] = "dark" if scheme == "dark" else "light"
            context = await chromium.new_context(
                base_url=address, viewport={"width": width, "height": 800}, color_scheme=colours, locale=language
            )
            # the person line is intake's, which does not run here
            await context.route("**/contacts/*/line", lambda route: route.fulfill(body="<p>王**</p>", content_type="text/html"))
            cookie = sign_session(OFFICERS[login], KEYS, house.world.clock.now(), 60)
            await context.add_cookies([{"name": COOKIE, "value": cookie, "url": address}])
            return await context.new_page()

        yield opens
        await chromium.close()
    server.should_exit = True
    await serving


async def pages_to_visit(house) -> dict[str, list[str]]:
    """Every kind of page with something on it, by who opens it."""
    waiting, in_hand = judged_as(proposed=unsure(), read=reading(urgency="U1")), case_as("in_hand", person="someone")
    supervised, replied = case_as("supervised"), case_as("replied")
    contacted = take(case_as("in_hand"), "contact", MONDAY)[0]
    asked, extended = take(contacted, "ask", MONDAY)[0], take(case_as("in_hand"), "request_extension", MONDAY)[0]
    called = scheduled(take(case_as("awaiting_callback", person="other"), "try_callback", MONDAY)[0], the_rules())
    await house.keep(waiting, in_hand, supervised, replied, asked, extended, called, case_as("closed", person="someone"))
    forms: dict[str, dict[str, tuple[str, ...]]] = {
        "water1": {in_hand.number: ("reply", "hand_back", "request_extension"), asked.number: ("note",)},
        "clerk1": {called.number: ("rate", "try_callback")},
        "dispatcher1": {waiting.number: ("dispatch", "transfer"), extended.number: ("grant_extension",)},
        "supervisor1": {supervised.number: ("order",)},
        "reviewer1": {replied.number: ("pass_review",)},
    }
    pages = {
        "water1": ["/desk?pile=contact", "/desk/password"],
        "clerk1": ["/desk/callbacks"],
        "dispatcher1": ["/desk/dispatch", "/desk/hand-backs", "/desk/search?q=1", "/desk/extensions"],
        "supervisor1": ["/board", "/board/cases?figure=open"],
        "admin": ["/desk/people/new", "/desk/people", "/desk/parked", "/desk/components"],
        "reviewer1": ["/desk/sign-in"],
    }
    for login, steps in forms.items():
        pages[login] += [f"/desk/cases/{number}?step={step}" for number, names in steps.items() for step in names]
    return pages


@pytest.mark.parametrize(("width", "scheme", "language"), [(390, "light", "zh-CN"), (1280, "dark", "en")])
async def test_pages_are_accessible_and_whole(house, open_page, width, scheme, language):
    for login, paths in (await pages_to_visit(house)).items():
        page = await open_page(login, width, scheme, language)
        refused: list[str] = []
        page.on("pageerror", lambda fault, refused=refused: refused.append(str(fault)))
        page.on("console", lambda line, refused=refused: refused.append(line.text) if "Content Security" in line.text else None)
        for path in paths:
            await page.goto(path)
            assert await page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} is wider than the screen"
            await page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
            await page.evaluate(AXE.read_text())
            found = await page.evaluate(RULES)
            assert [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found["violations"]] == [], path
        assert refused == []


async def test_keys_walk_the_queue_and_put_the_cursor_into_the_reply(house, open_page):
    cases = [take(case_as("in_hand"), "contact", MONDAY)[0] for _ in range(3)]
    await house.keep(*cases)
    page = await open_page("water1")
    await page.goto("/desk?pile=reply")
    for key in ("j", "j", "Enter"):
        await page.keyboard.press(key)
    await page.wait_for_url(f"**/desk/cases/{cases[1].number}?queue=reply")
    await page.keyboard.press("r")
    assert await page.evaluate("document.activeElement.name") == "public"
    await page.keyboard.press("Tab")
    await page.goto(f"/desk/cases/{cases[1].number}?queue=reply")
    await page.keyboard.press("j")
    await page.wait_for_url(f"**/desk/cases/{cases[2].number}?queue=reply")


async def test_a_half_written_reply_is_still_there_after_leaving(house, open_page):
    case = take(case_as("in_hand"), "contact", MONDAY)[0]
    await house.keep(case)
    page = await open_page("water1")
    await page.goto(f"/desk/cases/{case.number}?step=reply")
    await page.fill("#public", "维修队正在赶来")
    await page.goto("/desk")
    await page.goto(f"/desk/cases/{case.number}?step=reply")
    assert await page.input_value("#public") == "维修队正在赶来"


async def test_a_lost_race_in_the_browser(house, open_page):
    case = take(case_as("in_hand"), "contact", MONDAY)[0]
    await house.keep(case)
    slow, quick = await open_page("water1"), await open_page("water1")
    await slow.goto(f"/desk/cases/{case.number}?step=reply")
    await slow.fill("#public", "今晚八点恢复供水。")
    await slow.select_option("#outcome", "solved")
    await quick.goto(f"/desk/cases/{case.number}?step=note")
    await quick.fill("#text", "维修队已到现场。")
    await quick.click("#step .primary")
    await quick.wait_for_url("**done=note**")
    await slow.click("#step .primary")
    await slow.get_by_text("有了变化").wait_for()
    assert await slow.get_by_text("维修队已到现场。").first.is_visible()
    assert await slow.input_value("#public") == "今晚八点恢复供水。"
    await slow.click("#step .primary")
    await slow.wait_for_url("**done=reply**")
    assert (await house.case(case.number)).replies[-1].public == "今晚八点恢复供水。"
