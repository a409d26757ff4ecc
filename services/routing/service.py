"""The front door of routing: builds the service."""

from functools import partial
from pathlib import Path

from services.routing.handlers import on_submitted
from services.routing.loading import load_knowledge
from services.routing.pages import router
from services.routing.settings import RoutingSettings
from shared.events.intake import ComplaintSubmitted, IntakeEvent
from shared.events.routing import DepartmentProposed
from shared.events.sentiment import ComplaintRead
from shared.events.tracking import TrackingEvent
from shared.runtime.service import Service, World

HERE = Path(__file__).parent

IGNORED = frozenset({*IntakeEvent.__args__, ComplaintRead, DepartmentProposed, *TrackingEvent.__args__} - {ComplaintSubmitted})


def build(world: World) -> Service:
    """Routing in this world. Raises CatalogueError, with file and line, when the catalogue cannot be used."""
    own = RoutingSettings.model_validate(world.own.model_dump())
    known = load_knowledge(world.places, own.catalogue, own.sure, world.settings.models)
    return Service(
        name="routing",
        handlers={ComplaintSubmitted: partial(on_submitted, known=known)},
        ignores=IGNORED,
        routers=(router,),
        templates=HERE / "templates",
        words=HERE / "words.toml",
        state={"routing": known},
    )
