"""The house as it is built, for the tests about the house."""

import asyncio
from collections.abc import Iterator

import pytest
from fastapi import FastAPI

from services.house import PLANS, settings_of
from shared.runtime.host import House, open_house, web


@pytest.fixture(scope="session")
def house(tmp_path_factory) -> Iterator[House]:
    shared, own = settings_of({"HUIYING_DATA": str(tmp_path_factory.mktemp("data"))})
    house = open_house(shared, own, PLANS)
    yield house
    asyncio.run(house.close())


@pytest.fixture(scope="session")
def application(house) -> FastAPI:
    return web(house)
