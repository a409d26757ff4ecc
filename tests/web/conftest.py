"""The sample service as an app, and a browser-like client of it."""

from collections.abc import AsyncIterator, Iterator

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from tests.web.browsing import Logged
from tests.web.sample import SetClock, make_app


@pytest.fixture(autouse=True)
def logged() -> Iterator[Logged]:
    """What was logged, with what is bound to the request."""
    with capture_logs(processors=[merge_contextvars]) as entries:
        yield entries


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def app(clock: SetClock) -> FastAPI:
    return make_app(clock)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(transport=ASGITransport(app), base_url="http://testserver") as client:
        yield client
