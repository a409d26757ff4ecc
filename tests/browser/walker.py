"""People at a browser: a citizen, officers and a supervisor, each in a window of their own."""

import re
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.conftest import AXE

FOR_AXE = "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"


class Walker:
    """One person with a window. Each page that is looked at is checked for accessibility and, with a folder, kept as a picture."""

    def __init__(self, browser: Browser, address: str, width: int = 1280, pictures: Path | None = None, scheme: Any = "light") -> None:
        context = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN", color_scheme=scheme)
        self.page: Page = context.new_page()
        self.address, self._width, self._pictures = address, width, pictures
        self.refused: list[str] = []
        self.page.on("console", lambda said: self.refused.append(said.text) if "Content Security Policy" in said.text else None)
        self.page.on("pageerror", lambda fault: self.refused.append(str(fault)))

    def go(self, path: str) -> None:
        answer = self.page.goto(self.address + path)
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"

    def look(self, name: str) -> None:
        """Nothing wider than the window, nothing that axe finds; a picture where pictures are wanted."""
        if self._pictures:
            path = self._pictures / f"{name}.png"
            self.page.screenshot(path=path, full_page=True)
            Image.open(path).convert("RGB").quantize(96).save(path, optimize=True)
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self._width, f"{name} is wider than the window"
        self.page.evaluate(AXE.read_text())
        found = self.page.evaluate(FOR_AXE)
        assert [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found["violations"]] == [], name
        assert self.refused == [], name

    def press(self, words: str) -> None:
        self.page.get_by_role("main").get_by_role("button", name=words, exact=True).click()

    def sign_in(self, login: str, password: str) -> None:
        self.go("/desk/sign-in")
        self.page.fill("[name=login]", login)
        self.page.fill("[name=password]", password)
        self.press("登录")

    def open_case(self, number: str, step: str = "") -> None:
        self.go(f"/desk/cases/{number}{f'?step={step}' if step else ''}")

    def take(self, number: str, step: str, **typed: str) -> None:
        """Opens the step's form, fills it in and sends it."""
        self.open_case(number, step)
        form = self.page.locator(f"form[action$='/steps/{step}']")
        for name, value in typed.items():
            field = form.locator(f"[name={name}]").first
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            elif field.get_attribute("type") == "radio":
                form.locator(f"[name={name}][value={value}]").check()
            else:
                field.fill(value)
        form.locator("button.primary").click()

    def see_state(self, number: str, words: str) -> None:
        """Waits until the case page says this state; what happens in between takes a moment."""
        for _ in range(100):
            self.open_case(number)
            if words in self.page.locator("header .tag").all_inner_texts():
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"{number} is not {words}: {self.page.locator('header .tag').all_inner_texts()}")

    def figures(self) -> dict[str, int]:
        """The board's figures by their label, once they are fresh."""
        self.go("/board")
        texts = [figure.inner_text() for figure in self.page.locator("#board .figure").all()]
        return {words.split("\n")[0]: int(re.sub(r"\D", "", words.split("\n")[1])) for words in texts}
