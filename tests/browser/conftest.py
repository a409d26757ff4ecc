"""A real browser and the real system, and people who are hired with the command and sign in."""

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.walker import Walker
from tests.conftest import CHROMIUM
from tests.processes import System

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"]
PICTURES = Path(os.environ["PICTURES"]) if "PICTURES" in os.environ else None

Hire = Callable[..., Walker]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def system(tmp_path_factory) -> Iterator[System]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    running = System(tmp_path_factory.mktemp("system"), port)
    running.wait_ready()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def hire(system, browser) -> Hire:
    """Makes an account and opens a window in which it is signed in."""

    def hires(login: str, *roles: str, department: str = "") -> Walker:
        flags = [part for role in roles for part in ("--role", role)] + (["--department", department] if department else [])
        password = system.huiying("account", "add", login, "--name", f"{login} 员", *flags)
        walker = Walker(browser, system.address, pictures=PICTURES)
        walker.sign_in(login, password)
        return walker

    return hires
