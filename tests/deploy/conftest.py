"""Each service alone, as a process of its own would build it."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from services.house import PLANS, settings_of
from shared.runtime.host import House, open_house, web


@dataclass(frozen=True)
class Alone:
    """One service in a house of its own: `routes` are its own ones, `shared` the paths that every service serves."""

    name: str
    app: FastAPI
    house: House

    @property
    def routes(self) -> list[APIRoute]:
        return [route for service in self.house.services for router in service.routers for route in router.routes]  # type: ignore[misc]

    @property
    def shared(self) -> set[str]:
        return {getattr(route, "path", "") for route in self.app.routes} - {route.path for route in self.routes}


@pytest.fixture(scope="session")
def alone(tmp_path_factory) -> Iterator[dict[str, Alone]]:
    """Every service by name, each opened without the others."""
    houses = {}
    for plan in PLANS:
        settings, own = settings_of({"HUIYING_DATA": str(tmp_path_factory.mktemp(plan.name))})
        houses[plan.name] = open_house(settings, own, [plan])
    yield {name: Alone(name, web(house), house) for name, house in houses.items()}
    for house in houses.values():
        asyncio.run(house.close())
