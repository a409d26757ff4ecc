"""Takes the pictures of the main pages anew, on a whole day of the sample city: `make pictures`."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from demo.people import PASSWORD
from tests.browser.conftest import ARGUMENTS
from tests.browser.doings import choose_table, write_down
from tests.browser.sample_city import SampleCity, sample_city
from tests.browser.walker import Walker
from tests.conftest import CHROMIUM

PHONE, DESK = 390, 1280
IN_HAND, ANSWERED, CLOSED = "in_hand", "awaiting_callback", "closed"


class Photographer:
    """Goes where people are, and keeps what their window shows."""

    def __init__(self, browser: Browser, city: SampleCity, folder: Path) -> None:
        self._browser, self.city, self._folder = browser, city, folder

    @contextmanager
    def person(self, login: str = "", width: int = DESK) -> Iterator[Walker]:
        """Somebody's window, signed in when they have a login."""
        walker = Walker(self._browser, self.city.system.address, width)
        if login:
            walker.sign_in(login, PASSWORD)
        yield walker
        walker.page.context.close()

    def take(self, walker: Walker, name: str, path: str = "") -> None:
        if path:
            walker.go(path)
        walker.settle()
        walker.picture(self._folder / f"{name}.png", whole=False)

    def citizen(self) -> None:
        found = self.city.found
        with self.person(width=PHONE) as walker:
            self.take(walker, "citizen-home", "/")
            walker.page.fill("[name=text]", found.joinable.text)
            walker.page.locator("#alike a").first.scroll_into_view_if_needed()
            self.take(walker, "citizen-alike")
            walker.press("提交")
            self.take(walker, "citizen-said", "/said")
            for name, state in {"citizen-progress": IN_HAND, "citizen-answered": ANSWERED, "citizen-closed": CLOSED}.items():
                walker.look_up(*found.codes[state])
                self.take(walker, name)
            self.take(walker, "citizen-rate", found.rate)

    def ways_in(self) -> None:
        with self.person("agent") as agent:
            self.take(agent, "hotline", "/hotline")
            write_down(agent)
            agent.page.evaluate("scrollTo(0, 0)")
            self.take(agent, "hotline-call")
        with self.person("clerk") as clerk:
            self.take(clerk, "mailbox", "/mailbox?tab=opened")
            self.take(clerk, "notices", "/notices")
            choose_table(clerk)
            self.take(clerk, "import-preview")

    def desks(self) -> None:
        department = self.city.found.departments[0].replace("_", "-")
        with self.person(department) as handler:
            self.take(handler, "desk-queue", "/desk?pile=reply")
            handler.page.locator("[data-row] a").first.click()
            self.take(handler, "desk-case")
        for login, name, path in (
            ("dispatcher", "desk-dispatch", "/desk/dispatch"),
            ("reviewer", "desk-reviews", "/desk/reviews"),
            ("callback", "desk-callbacks", "/desk/callbacks"),
            ("supervisor", "board", "/board"),
        ):  # fmt: skip
            with self.person(login) as officer:
                self.take(officer, name, path)

    def mail(self) -> None:
        """The newest answer, as it came to the complainant."""
        with self.person() as reader:
            reader.page.goto(self.city.outside)
            article = reader.page.locator("article").filter(has=reader.page.get_by_text("mail ·")).filter(has_text="说没有解决").first
            reader.keep(self._folder / "notice-mail.png", article.screenshot())


def main() -> None:
    folder = Path(sys.argv[1])
    with TemporaryDirectory() as place, sample_city(Path(place) / "city") as city, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        photographer = Photographer(browser, city, folder)
        photographer.citizen()
        photographer.ways_in()
        photographer.desks()
        photographer.mail()
        browser.close()


if __name__ == "__main__":
    main()
