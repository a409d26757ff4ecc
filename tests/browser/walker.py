"""People at a browser: a citizen, officers and a supervisor, each in a window of their own."""

import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, ConsoleMessage, Page, Response

from tests.conftest import AXE

STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
FOR_AXE = "standard => axe.run({runOnly: standard, resultTypes: ['violations']}).then(found => found.violations)"
COLOURS = 96
"""As many as a picture may have: enough for pages, and a quarter of the size."""

MENU_HANGS = """() => {
  const top = document.querySelector("header.top");
  return top !== null && [...top.querySelectorAll(".menu a")].some(
    link => link.getBoundingClientRect().bottom > top.getBoundingClientRect().bottom + 1);
}"""


class Walker:
    """One person with a window. Each page that is looked at is checked for accessibility and, with a folder, kept as a picture."""

    def __init__(self, browser: Browser, address: str, width: int = 1280, pictures: Path | None = None, scheme: Any = "light") -> None:
        context = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN", color_scheme=scheme)
        self.page: Page = context.new_page()
        self.address, self._pictures = address, pictures
        self.refused: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("response", self._see)
        self.page.on("pageerror", lambda fault: self.refused.append(str(fault)))

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type == "error" and not said.text.startswith("Failed to load resource"):
            self.refused.append(said.text)

    def _see(self, answer: Response) -> None:
        """A page may refuse; what it is made of may not."""
        if answer.status >= 400 and not answer.request.is_navigation_request():
            self.refused.append(f"{answer.status} {answer.url}")

    def go(self, path: str) -> None:
        answer = self.page.goto(self.address + path)
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"

    def type_where_the_caret_is(self, field: str, words: str) -> None:
        """Types once the page has put the caret into the field of this name, as somebody who looks at it would."""
        self.page.wait_for_function("name => document.activeElement?.name === name", arg=field)
        self.page.keyboard.type(words)

    def look(self, name: str) -> None:
        """Nothing wider than the window, nothing that axe finds; a picture where pictures are wanted."""
        if self._pictures:
            self.picture(self._pictures / f"{name}.png")
        assert self.find_faults() == [], name

    def picture(self, path: Path, whole: bool = True) -> None:
        """The page as a picture, or what of it the window shows."""
        self.keep(path, self.page.screenshot(full_page=whole))

    def keep(self, path: Path, picture: bytes) -> None:
        Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS).save(path, optimize=True)

    def settle(self) -> None:
        """Waits until the parts that a page asks for have arrived."""
        self.page.locator(".htmx-request").first.wait_for(state="detached")

    def find_faults(self, standard: Sequence[str] = STANDARD) -> list[str]:
        """What is wrong with the page: wider than the window, the menu over what is below it, what axe finds by these rules, what the
        browser refused so far.
        """
        self.page.wait_for_load_state()  # what was sent may have begun a page that has no content yet
        too_wide = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.read_text())
        found = self.page.evaluate(FOR_AXE, standard)
        faults = [f"{fault['id']}: {[node['html'] for node in fault['nodes']]}" for fault in found]
        refused, self.refused = self.refused, []
        hanging = ["the menu hangs over what is below the header"] if self.page.evaluate(MENU_HANGS) else []
        return [*([f"{too_wide} px wider than the window"] if too_wide > 0 else []), *hanging, *faults, *refused]

    def send(self) -> None:
        """Presses the button that the page is for."""
        self.page.get_by_role("main").locator("button.primary").click()

    def press(self, words: str) -> None:
        self.page.get_by_role("main").get_by_role("button", name=words, exact=True).click()

    def sign_in(self, login: str, password: str) -> None:
        self.go("/desk/sign-in")
        self.page.fill("[name=login]", login)
        self.page.fill("[name=password]", password)
        self.press("登录")

    def look_up(self, number: str, code: str) -> None:
        """Asks for a matter on the first page, by its number and query code."""
        self.go("/")
        finder = self.page.locator("form[action='/progress']")
        finder.locator("[name=number]").fill(number)
        finder.locator("[name=code]").fill(code)
        self.press("查看")

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
                form.locator(f"[name={name}][value='{value}']").check()
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
