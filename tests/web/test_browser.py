"""The parts in a real browser: accessible, nothing cut, nothing refused by the policy; keys and drafts."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
import uvicorn
from playwright.async_api import Browser, Page, async_playwright

from shared.web.identity import COOKIE, sign_session
from tests.conftest import AXE, CHROMIUM
from tests.web.sample import CHIEF, KEYS, SetClock, make_app

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"]
PAGES = ["/sample", "/nowhere", "/desk/components"]

pytestmark = pytest.mark.browser


@pytest.fixture
async def address(clock: SetClock) -> AsyncIterator[str]:
    """The sample service on a free port."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(make_app(clock), log_level="warning", lifespan="off"))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    await serving


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()


async def visit(
    chromium: Browser, address: str, clock: SetClock, width: int = 1280, scheme: str = "light", language: str = "zh-CN"
) -> Page:
    """A window of a signed-in officer."""
    context = await chromium.new_context(
        viewport={"width": width, "height": 800}, color_scheme="dark" if scheme == "dark" else "light", locale=language
    )
    await context.add_cookies([{"name": COOKIE, "value": sign_session(CHIEF, KEYS, clock.now(), 60), "url": address}])
    return await context.new_page()


@pytest.mark.parametrize(("width", "scheme", "language"), [(390, "light", "zh-CN"), (1280, "dark", "en")])
async def test_pages_are_accessible_and_whole(chromium, address, clock, width, scheme, language):
    page = await visit(chromium, address, clock, width, scheme, language)
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if "Content Security Policy" in message.text else None)
    page.on("pageerror", lambda fault: refused.append(str(fault)))
    for path in PAGES:
        await page.goto(address + path)
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} is wider than the screen"
        await page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
        await page.evaluate(AXE.read_text())
        found = await page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})")
        assert [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found["violations"]] == [], path
    assert refused == []


async def test_what_is_pressed_is_large_enough(chromium, address, clock):
    page = await visit(chromium, address, clock, width=390)
    await page.goto(f"{address}/desk/components")
    small = await page.evaluate(
        """[...document.querySelectorAll('button, .button, .menu a, .tabs a, summary, .choice, .input')]
        .filter(one => one.checkVisibility() && one.getBoundingClientRect().height < 43.5).map(one => one.outerHTML)"""
    )
    assert small == []


async def test_keys_walk_and_never_send(chromium, address, clock):
    page = await visit(chromium, address, clock)
    await page.goto(f"{address}/desk/components")
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    assert await page.evaluate("document.activeElement.textContent") == "260305-000045-6"
    await page.keyboard.press("k")
    assert await page.evaluate("document.activeElement.textContent") == "260305-000012-3"
    await page.keyboard.press("?")
    assert await page.locator("#keys").is_visible()
    await page.get_by_label("启用快捷键").uncheck()
    await page.get_by_role("button", name="关闭").click()
    await page.keyboard.press("j")
    assert await page.evaluate("document.activeElement.textContent") != "260305-000045-6", "switched off, the keys do nothing"


async def test_typing_is_no_key(chromium, address, clock):
    page = await visit(chromium, address, clock)
    await page.goto(f"{address}/desk/components")
    await page.locator("#place").fill("")
    await page.locator("#place").press_sequentially("jk?gb")
    assert await page.locator("#place").input_value() == "jk?gb"
    assert not await page.locator("#keys").is_visible()


async def test_a_draft_survives_and_is_forgotten_on_signing_out(chromium, address, clock):
    page = await visit(chromium, address, clock)
    await page.goto(f"{address}/desk/components")
    await page.locator("#text").fill("写了一半的答复")
    await page.reload()
    assert await page.locator("#text").input_value() == "写了一半的答复"
    await page.get_by_role("button", name="不要了").click()
    assert await page.locator("#text").input_value() == ""
    await page.reload()
    assert await page.locator("#text").input_value() == ""
    await page.locator("#text").fill("又写了一半")
    await page.get_by_role("button", name="退出").click()
    assert await page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('draft:'))") == []


async def test_without_scripts_everything_is_there(chromium, address):
    context = await chromium.new_context(java_script_enabled=False, locale="zh-CN")
    page = await context.new_page()
    await page.goto(f"{address}/sample")
    await page.get_by_role("button", name="English").click()
    assert await page.locator("h1").inner_text() == "What happened?"
    await page.get_by_label("Say it in your own words").fill("The road is flooded")
    await page.get_by_role("button", name="Send").click()
    assert page.url == f"{address}/sample"
