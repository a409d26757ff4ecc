"""Every route is guarded or stands on the public list of its service; the list has nothing that is not there."""

import pytest
from fastapi.routing import APIRoute

PLATFORM = {("GET", "/livez"), ("GET", "/readyz"), ("GET", "/metrics"), ("GET", "/openapi.json"), ("POST", "/language")}


def _guarded(dependant) -> bool:
    return getattr(dependant.call, "guards", False) or any(_guarded(inner) for inner in dependant.dependencies)


def _routes(application):
    for route in application.routes:
        for method in sorted(getattr(route, "methods", None) or {"GET"}):
            if method != "HEAD":
                yield method, route


def test_every_route_is_guarded_or_public(application, house):
    public = {pair for service in house.services for pair in service.public}
    for method, route in _routes(application):
        guarded = isinstance(route, APIRoute) and _guarded(route.dependant)
        listed = (method, route.path) in public or (method, route.path) in PLATFORM or route.path.startswith("/static")
        assert guarded != listed, f"{method} {route.path} is {'both' if guarded else 'neither'} guarded and public"


def test_the_public_lists_name_only_routes_that_are_there(application, house):
    there = {(method, route.path) for method, route in _routes(application)}
    for service in house.services:
        assert set(service.public) <= there, f"{service.name} lists what is not there"


def test_a_path_belongs_to_one_service(house):
    owner: dict[tuple[str, str], str] = {}
    for service in house.services:
        for router in service.routers:
            for route in router.routes:
                for method in getattr(route, "methods", ()):
                    assert owner.setdefault((method, route.path), service.name) == service.name


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_nothing_calls_out_for_scripts(application, path):
    assert path not in {getattr(route, "path", "") for route in application.routes}
