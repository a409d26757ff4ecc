"""A tour of the running system: follows the links that pages offer, one page of each kind, and writes down what is wrong with each."""

import re
from collections import deque
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import Browser, Request, Response
from starlette.routing import Route

from tests.browser.walker import STANDARD, Walker

LARGEST_PAGE = 60_000
"""Bytes on the wire with all that a page needs at the first visit, without photos."""
PHONE, DESK = 390, 1280
MOST_PAGES = 60
"""Of one person; more would mean that pages of one kind are taken for many."""
TELLING = ("step", "pile", "tab")
"""Parameters whose value makes another page of it; of others it is enough that they are there."""
FROM_WHERE = "queue"
"""The parameter that tells only where somebody came from."""
CONTROLS = "nav a, button:not([lang]), label, legend, dt"
IN_CHINESE = "found => found.map(one => one.textContent.trim()).filter(text => /[\\u4e00-\\u9fff]/.test(text))"
EXAMPLES = "/desk/components"
"""What stands on its controls are examples."""
OF_EACH = "/desk/cases/{number}"
"""What stands on it depends on who looks."""


class Tour:
    """What was seen so far, by whom, and what was wrong with it."""

    def __init__(
        self, browser: Browser, address: str, routes: Iterable[Route], no_pages: Collection[str], pictures: Path | None = None
    ) -> None:
        self.address, self.no_pages, self.faults = address, no_pages, list[str]()
        self.visited: set[str] = set()
        self._browser, self._routes, self._pictures = browser, list(routes), pictures
        self._looked_at: set[tuple[str, ...]] = set()

    def window(self, who: str) -> "Window":
        return Window(self, who, Walker(self._browser, self.address, DESK))

    def template(self, path: str) -> str:
        """The route of a path, "" when there is none."""
        return next((route.path for route in self._routes if route.path_regex.match(path)), "")

    def is_new(self, kind: tuple[str, ...]) -> bool:
        new = kind not in self._looked_at
        self._looked_at.add(kind)
        return new

    def picture(self, name: str) -> Path | None:
        return self._pictures / f"{name}.png" if self._pictures else None


class Window:
    """One person's window on the tour."""

    def __init__(self, tour: Tour, who: str, walker: Walker) -> None:
        self.tour, self.who, self.walker, self.page = tour, who, walker, walker.page
        self._requests: list[Request] = []
        self.page.emulate_media(reduced_motion="reduce")
        self._network = self.page.context.new_cdp_session(self.page)
        self.page.on("requestfinished", lambda request: self._requests.append(request))
        self.page.on("response", self._note)

    def follow_links(self, *starts: str) -> None:
        """Goes from page to page until nothing new is offered."""
        waiting, known = deque(starts), {self._kind(path) for path in starts}
        pages = 0
        while waiting:
            self.visit(waiting.popleft())
            pages += 1
            for path in self._links():
                kind = self._kind(path)
                if kind not in known and kind[0] not in self.tour.no_pages:
                    known.add(kind)
                    waiting.append(path)
        if pages > MOST_PAGES:
            self.tour.faults.append(f"{self.who} was offered {pages} pages")

    def visit(self, path: str, name: str = "", status: int = 200) -> None:
        """Opens a page and looks at it, closely when nobody has seen one of its kind; a `name` makes a kind of its own."""
        self.page.wait_for_load_state()
        self._requests.clear()
        self._network.send("Network.clearBrowserCache")
        answer = self.page.goto(self.tour.address + path)
        self.walker.settle()
        got = answer.status if answer else 0
        if got != status:
            self._fault(path, f"status {got}")
        elif answer and "text/html" in answer.headers["content-type"]:
            self._weigh(path)
            if self.tour.is_new((*self._kind(path), name)):
                self.look(name or self._name(path))
                self._look_in_english(path, name or self._name(path))

    def look(self, name: str) -> None:
        """The page that is open: at the desk's width, on a phone, and on a phone in the dark."""
        self._look(f"{name}-{DESK}")
        self.page.set_viewport_size({"width": PHONE, "height": 900})
        self._look(f"{name}-{PHONE}")
        self.page.emulate_media(color_scheme="dark")
        self._look(f"{name}-dark", ["color-contrast"])
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size({"width": DESK, "height": 900})

    def _look_in_english(self, path: str, name: str) -> None:
        """At the desk's width; what stands on controls is in English then."""
        self.page.context.add_cookies([{"name": "lang", "value": "en", "url": self.tour.address}])
        self.page.goto(self.tour.address + path)
        self.walker.settle()
        self.page.context.clear_cookies(name="lang")
        self._look(f"{name}-en")
        untranslated = self.page.eval_on_selector_all(CONTROLS, IN_CHINESE)
        if untranslated and path != EXAMPLES:
            self._fault(path, f"not in English: {untranslated}")

    def _look(self, name: str, standard: Sequence[str] = STANDARD) -> None:
        if picture := self.tour.picture(name):
            self.walker.picture(picture)
        for fault in self.walker.find_faults(standard):
            self._fault(self.path(), f"{name}: {fault}")

    def path(self) -> str:
        """Where the window is."""
        return self.page.url.removeprefix(self.tour.address)

    def _links(self) -> list[str]:
        links: list[str] = self.page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
        return [link.removeprefix(self.tour.address).split("#")[0] for link in links if link.startswith(self.tour.address + "/")]

    def _kind(self, path: str) -> tuple[str, ...]:
        parts = urlsplit(path)
        template, query = self.tour.template(parts.path), dict(parse_qsl(parts.query))
        told = [f"{name}={query[name]}" if name in TELLING else name for name in sorted(query) if name != FROM_WHERE]
        return (template or path, *told, self.who if template == OF_EACH and not told else "")

    def _name(self, path: str) -> str:
        return re.sub(r"\W+", "-", " ".join([self.who, *filter(None, self._kind(path))])).strip("-")

    def _note(self, response: Response) -> None:
        if response.status == 200 and "text/html" in response.headers.get("content-type", ""):
            self.tour.visited.add(self.tour.template(urlsplit(response.url).path))

    def _weigh(self, path: str) -> None:
        weight = sum(one.sizes()["responseBodySize"] for one in self._requests if one.resource_type != "image")
        if weight > LARGEST_PAGE:
            self._fault(path, f"{weight} bytes")

    def _fault(self, path: str, what: str) -> None:
        self.tour.faults.append(f"{self.who} {path}: {what}")
