"""Every page of the sample city, in both languages, on a desk, on a phone and in the dark: nothing that axe finds, nothing cut off."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser
from starlette.routing import Route

from demo.people import CENTRE, PASSWORD
from services.house import PLANS, settings_of
from shared.runtime.host import open_house
from tests.browser.conftest import PICTURES
from tests.browser.doings import AT_WORK, follow_as_citizen
from tests.browser.sample_city import SampleCity, sample_city
from tests.browser.tour import Tour

OF_EACH_STORY = 3
ROLES = [login for login in CENTRE if login != "agent2"]
"""One officer of each role of the centre."""
STATES = 6
"""Of a matter, each with a progress page of its own, that the play leaves at least."""
NOT_PAGES = {
    "/photos/{name}": "a picture", "/photos/{name}/small": "a picture", "/files/{name}": "a file",
    "/progress/photos/{name}": "a picture", "/progress/photos/{name}/small": "a picture", "/progress/files/{name}": "a file",
    "/import/{key}/refused": "a table", "/board/cases.csv": "a table",
}  # fmt: skip
"""Routes that give no page, beside those for programs."""
FOR_PROGRAMS = ("/api/", "/open311/")

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def routes(tmp_path_factory) -> list[Route]:
    """The routes of all services that are asked for by a link or an address."""
    house = open_house(*settings_of({"HUIYING_DATA": str(tmp_path_factory.mktemp("routes"))}), PLANS)
    asyncio.run(house.close())
    found: list[Any] = [route for service in house.services for router in service.routers for route in router.routes]
    return [route for route in found if "GET" in route.methods]


@pytest.fixture(scope="module")
def city(tmp_path_factory) -> Iterator[SampleCity]:
    with sample_city(tmp_path_factory.mktemp("city"), OF_EACH_STORY) as running:
        yield running


@pytest.fixture(scope="module")
def tour(city: SampleCity, routes: list[Route], browser: Browser) -> Tour:
    """The tour of everybody. The browser comes last: where it is open no other event loop can run."""
    tour = Tour(browser, city.system.address, routes, NOT_PAGES, PICTURES)
    follow_as_citizen(tour.window("citizen"), city)
    department = city.found.departments[0].replace("_", "-")
    for login in (*ROLES, department, f"{department}-head"):
        window = tour.window(login)
        window.walker.sign_in(login, PASSWORD)
        window.follow_links("/desk")
        if login in AT_WORK:
            AT_WORK[login](window)
    return tour


def test_every_page_was_seen_and_nothing_is_wrong_with_any(tour: Tour, routes: list[Route], city: SampleCity):
    """One test, so that one process goes on the tour."""
    pages = {route.path for route in routes if not route.path.startswith(FOR_PROGRAMS)}
    assert NOT_PAGES.keys() <= pages, "the list of what is no page names only what is there"
    assert len(city.found.codes) >= STATES
    assert (tour.faults, pages - tour.visited - NOT_PAGES.keys()) == ([], set()), "what is wrong, and what nobody saw"
