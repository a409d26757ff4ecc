"""One web app for all services: their routes, the shared ones, the table of faults, the envelope around every request."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.routing import BaseRoute, Route
from starlette.types import Lifespan

from shared.places import Places
from shared.ports import Clock
from shared.runtime.keys import Keys
from shared.runtime.service import Service
from shared.runtime.settings import Settings
from shared.web import answers, health, language, pages
from shared.web.health import Ready
from shared.web.limits import Limits, read_proxies
from shared.web.middleware import Envelope
from shared.web.openapi import App
from shared.web.paths import PROGRAMS
from shared.web.static_files import PATH, static_files
from shared.web.words import read_words

PUBLIC = health.PUBLIC | language.PUBLIC | {("GET", "/openapi.json")}
"""The shared routes that need no sign-in, beside those that each service lists."""
NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "operation_spans": False, "auto_configure": False}
"""The framework's own would look at every request, and would export what people sent in when a form is refused. Ours stands in Envelope."""


def create_app(
    settings: Settings,
    keys: Keys,
    services: Sequence[Service],
    places: Places,
    clock: Clock,
    *,
    ready: Ready,
    lifespan: Lifespan[Any] | None = None,
) -> FastAPI:
    """The app. Raises ValueError when two routes claim one path, WordsFault or SettingsError for files and settings that cannot be used."""
    app = App(
        title="Huiying", version="1", docs_url=None, redoc_url=None, lifespan=lifespan, redirect_slashes=False, telemetry=NO_TELEMETRY
    )
    https = settings.mode == "production" or settings.address.startswith("https:")
    words = read_words([pages.HERE / "words.toml", *(service.words for service in services if service.words)])
    folders = {service.name: service.templates for service in services if service.templates}
    app.state.settings, app.state.keys, app.state.places, app.state.clock = settings, keys, places, clock
    app.state.pages = pages.Pages(settings, places, clock, words, folders)
    app.state.limits = Limits(off=settings.rate_limits == "off")
    app.state.proxies = read_proxies(settings)
    app.state.secure, app.state.ready, app.state.remarks = https, ready, dict[str, list[str]]()
    for service in services:
        _add_state(app, service)
    _add_routes(app, services)
    answers.install(app)
    app.add_middleware(Envelope, largest=settings.max_body_mb * 2**20, https=https, crashed=answers.crashed)
    return app


def _add_state(app: App, service: Service) -> None:
    for name, value in service.state.items():
        if hasattr(app.state, name):
            raise ValueError(f"{service.name}: app.state.{name} is taken")
        setattr(app.state, name, value)


def _add_routes(app: App, services: Sequence[Service]) -> None:
    """Puts the routes in one flat list, programs' routes first: each route before the right one costs every request a look."""
    routers = [router for service in services for router in service.routers]
    routes = [_flat(route) for router in (*routers, health.router, language.router) for route in router.routes]
    claims = Counter((method, route.path) for route in routes for method in route.methods or ())
    if doubled := [claim for claim, times in claims.items() if times > 1]:
        raise ValueError(f"claimed twice: {doubled}")
    app.router.routes[:0] = [route for route in routes if route.path.startswith(PROGRAMS)]
    app.router.routes.extend(route for route in routes if not route.path.startswith(PROGRAMS))
    app.mount(PATH, static_files())


def _flat(route: BaseRoute) -> Route:
    if not isinstance(route, Route):
        raise ValueError(f"{route} is not a plain route: list each router in the service, none inside another")
    return route
