"""In a real browser: what is typed brings up what others have said, with scripts while one types, without them at a button."""

import time

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.walker import Walker

KNOWN = "我家自来水管爆裂，小区停水三天了，自来水公司一直没有来修。"
TYPED = "自来水停水三天了，水管爆裂没有人来修"

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def known(system) -> str:
    """The number of a public matter, once it is with a department."""
    sent = {"text": KNOWN, "publish": True, "place": {"district": "wanglan", "address": "柳堤路 12 号"}}
    receipt = httpx.post(f"{system.address}/api/v1/complaints", json=sent).json()
    until = time.monotonic() + 60
    while httpx.get(f"{system.address}/join/{receipt['number']}").status_code != 200:
        assert time.monotonic() < until, "the matter was not dispatched"
        time.sleep(0.1)
    return str(receipt["number"])


def test_it_comes_up_while_one_types_and_is_joined_beside_the_form(system, browser: Browser, known):
    citizen = Walker(browser, system.address)
    citizen.go("/")
    page = citizen.page
    page.locator("#text").press_sequentially(TYPED[:4])
    page.locator("#text").press_sequentially(TYPED[4:])
    block = page.locator("#alike")
    expect(block.get_by_role("link")).to_have_attribute("href", f"/join/{known}")
    assert "12 号" not in block.inner_text()
    with page.context.expect_page() as opened:
        block.get_by_role("link").click()
    joining = opened.value
    joining.fill("[name=phone]", "13811112222")
    joining.get_by_role("main").get_by_role("button", name="加入", exact=True).click()
    expect(joining.get_by_role("heading", name="已经加入")).to_be_visible()
    assert page.locator("#text").input_value() == TYPED, "the form stays"
    page.fill("#address", "柳堤路")
    page.locator("#address").blur()
    expect(block.get_by_role("link")).to_have_attribute("href", f"/join/{known}")
    expect(block).not_to_contain_text("人加入")  # a count would tell whether somebody's number is in it


def test_without_scripts_a_button_brings_the_same(system, browser: Browser, known):
    page = browser.new_context(java_script_enabled=False, locale="zh-CN").new_page()
    page.goto(system.address)
    page.fill("#text", TYPED)
    page.fill("#phone", "13811112222")
    page.get_by_role("button", name="先看看是否有人说过").click()
    expect(page.locator("#alike").get_by_role("link")).to_have_attribute("href", f"/join/{known}")
    assert (page.locator("#text").input_value(), page.locator("#phone").input_value()) == (TYPED, "13811112222")
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("heading", name="已经收到")).to_be_visible()
