"""deploy/paths.toml: every route of every service leads to it and to no other, and what is for officers is named so."""

from tests.deploy.paths import Paths, fits, read_paths

PATHS = read_paths()


def guarded(dependant) -> bool:
    return getattr(dependant.call, "guards", False) or any(guarded(inner) for inner in dependant.dependencies)


def test_every_service_has_its_paths_and_no_other_is_named(alone):
    assert PATHS.services.keys() == alone.keys()


def test_each_route_leads_to_its_service(alone):
    for name, service in alone.items():
        assert service.routes
        for route in service.routes:
            assert PATHS.owner(route.path) == name, f"{route.path} belongs to {name}"


def test_each_prefix_has_a_route(alone):
    for name, prefixes in PATHS.services.items():
        for prefix in prefixes:
            assert [route for route in alone[name].routes if fits(route.path, prefix)], f"{prefix} leads nowhere in {name}"


def test_what_every_service_serves_is_served_by_the_citizens_door_or_closed(alone):
    for service in alone.values():
        assert service.shared == {"/openapi.json", "/language", "/static", *PATHS.closed}
    assert {PATHS.owner(path) for path in alone["intake"].shared} == {"intake"}


def test_what_needs_a_sign_in_is_inside_and_nothing_else_is(alone):
    doors = {"/desk/sign-in", "/desk/sign-out"}
    for service in alone.values():
        for route in service.routes:
            for_officers = guarded(route.dependant) or route.path in doors
            assert PATHS.is_inside(route.path) == for_officers, f"{route.path} of {service.name}"


def test_each_inside_prefix_has_a_route(alone):
    routes = [route.path for service in alone.values() for route in service.routes]
    assert not [prefix for prefix in PATHS.inside if not [path for path in routes if fits(path, prefix)]]


def test_the_longest_prefix_of_whole_parts_wins():
    paths = Paths({"a": ("/",), "b": ("/desk",), "c": ("/desk/board",)}, (), ())
    assert [paths.owner(path) for path in ("/", "/desktop", "/desk", "/desk/1", "/desk/board", "/desk/boards")] == list("aabbcb")
