"""The hotline by keyboard alone: a call that rings, is written down while it goes on, and ends as a case; a missed one; no scripts."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page

from tests.browser.conftest import PICTURES, Hire
from tests.browser.walker import Walker

PHONE = "13812345678"
RECORD = "喂，我们小区停水，停水两天了，家里还闻到燃气味。"

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def agent(hire: Hire) -> Walker:
    return hire("li", "agent")


@pytest.fixture(scope="module")
def says(system, agent):
    """The call centre's system says something of a call; moments are in seconds ago."""
    token = system.huiying("token", "li")

    def says(key: str, **facts: Any) -> None:
        moments = {name: (datetime.now(UTC) - timedelta(seconds=ago)).isoformat() for name, ago in facts.items() if name.endswith("_at")}
        body = {"call_id": key, **facts, **moments}
        answer = httpx.post(f"{system.address}/api/v1/calls", json=body, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code in (200, 201), answer.text

    return says


def ring(says, key: str) -> None:
    """A call that the agent has just answered."""
    said = [{"speaker": "caller", "start": 2, "text": "停水了"}]
    says(key, caller=PHONE, queue="供水", agent_login="li", rang_at=20, answered_at=10, transcript=said)


def focused(page: Page) -> str:
    name: str = page.evaluate("document.activeElement.name || document.activeElement.value || document.activeElement.textContent")
    return name


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def write(page: Page, *fields: str) -> None:
    """Goes on from field to field, typing what is given."""
    for text in fields:
        press(page, "Tab")
        page.keyboard.type(text)


def test_a_call_is_written_down_and_ended_without_a_mouse(agent, says):
    ring(says, "c-1")
    page = agent.page
    agent.go("/hotline")
    agent.look("hotline-desk")
    press(page, "j", "Enter")
    page.wait_for_url("**/hotline/calls/c-1")
    agent.type_where_the_caret_is("record", RECORD)
    page.locator("#proposal ~ div").get_by_text("U1").first.wait_for()
    page.locator("#questions").get_by_text("119").first.wait_for()
    assert page.input_value("#text") == RECORD, "the edited text follows until somebody edits it"
    write(page, "请", "希望今天修好。", "燃气味和停水", "柳堤路 12 号院")
    press(page, "Tab", "ArrowDown")
    write(page, "王小明")
    assert (focused(page), page.input_value("#district")) == ("name", "wanglan")
    agent.look("hotline-call")
    press(page, "Enter")
    assert page.url.endswith("/hotline/calls/c-1"), "Enter in a line sends nothing"
    press(page, "Control+Enter")
    assert focused(page) == "which"
    assert page.url.endswith("/hotline/calls/c-1"), "nor does the way to the endings"
    press(page, "2")
    assert focused(page) == "public"
    press(page, "Control+Enter", "1", "Enter")
    page.locator("#receipt").wait_for()
    agent.look("hotline-receipt")
    number = page.locator("#receipt dd").first.inner_text()
    assert number in page.locator(".aloud").inner_text()
    agent.go(f"/originals/{number.replace('-', '')}")
    agent.look("hotline-originals")
    words = page.locator("main").inner_text()
    assert RECORD in words
    assert "希望今天修好。" in words
    assert "停水了" in words
    agent.see_state(number.replace("-", ""), "待派单")


def test_a_missed_call_is_called_back(agent, says):
    says("c-2", caller="13900000000", queue="供电", rang_at=900, hung_up_at=800)
    page = agent.page
    agent.go("/hotline/calls/c-2")
    agent.look("hotline-missed")
    page.get_by_role("button", name="显示号码").focus()
    press(page, "Enter")
    page.get_by_role("link", name="+8613900000000").wait_for()
    page.get_by_role("button", name="没有接通").focus()
    press(page, "Enter")
    page.get_by_text("已回拨 1 次").wait_for()


def test_what_was_typed_is_still_there_after_leaving_and_what_comes_in_appears(agent, says):
    ring(says, "c-3")
    page = agent.page
    agent.go("/hotline/calls/c-3")
    agent.type_where_the_caret_is("record", RECORD)
    says("c-3", transcript=[{"speaker": "agent", "start": 4, "text": "请问在哪里？"}])
    page.get_by_text("请问在哪里？").wait_for()
    assert page.input_value("#record") == RECORD
    agent.go("/hotline")
    agent.go("/hotline/calls/c-3")
    assert page.input_value("#record") == RECORD


def test_the_pages_are_whole_on_a_phone_and_in_the_dark_and_work_without_scripts(agent, says, browser, system):
    ring(says, "c-4")
    says("c-5", caller=PHONE, queue="供电", rang_at=900, hung_up_at=800)
    cookies = agent.page.context.cookies()
    phone = Walker(browser, system.address, width=390, pictures=PICTURES, scheme="dark")
    phone.page.context.add_cookies(cookies)
    for path, name in [("/hotline", "desk"), ("/hotline/calls/c-4", "call"), ("/hotline/calls/c-5", "missed")]:
        phone.go(path)
        phone.page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
        phone.look(f"hotline-{name}-phone")
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    context.add_cookies(cookies)
    plain = context.new_page()
    plain.goto(f"{system.address}/hotline/calls/c-4")
    plain.fill("#record", RECORD)
    plain.get_by_role("button", name="开立工单").click()
    assert plain.locator("#receipt").count() == 1
