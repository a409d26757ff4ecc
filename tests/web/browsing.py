"""What a browser does with our pages, for the tests."""

import re
from collections.abc import MutableMapping
from typing import Any

from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response

from shared.web.identity import COOKIE, Identity, sign_session
from tests.web.sample import KEYS, SetClock

Logged = list[MutableMapping[str, Any]]


def browser(app: FastAPI, address: str = "203.0.113.9") -> AsyncClient:
    return AsyncClient(transport=ASGITransport(app, client=(address, 50000)), base_url="http://testserver")


def proof_on(page: Response) -> str:
    """The hidden field of the page's first form."""
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page.text)
    assert found, page.text
    return found.group(1)


def signed_in(client: AsyncClient, officer: Identity, clock: SetClock, minutes: int = 60) -> None:
    client.cookies.set(COOKIE, sign_session(officer, KEYS, clock.now(), minutes))
