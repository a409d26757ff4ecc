"""The front door of routing: builds the service."""

from functools import partial
from pathlib import Path

from services.routing.documents import KINDS
from services.routing.handlers import on_closed, on_submitted
from services.routing.loading import load_knowledge
from services.routing.pages import router
from services.routing.settings import RoutingSettings
from services.routing.similar import SimilarCases
from shared.events.intake import ComplaintSubmitted, IntakeEvent
from shared.events.routing import DepartmentProposed
from shared.events.sentiment import ComplaintRead
from shared.events.tracking import CaseClosed, TrackingEvent
from shared.gazetteer import choose_gazetteer
from shared.runtime.service import Job, Service, World

HERE = Path(__file__).parent

IGNORED = frozenset({*IntakeEvent.__args__, ComplaintRead, DepartmentProposed, *TrackingEvent.__args__}) - {
    ComplaintSubmitted,
    CaseClosed,
}

REFRESH_SECONDS = 30.0


def build(world: World) -> Service:
    """Routing in this world. Raises CatalogueError or GazetteerError, with file and line, when one cannot be used."""
    own = RoutingSettings.model_validate(world.own.model_dump())
    gazetteer = choose_gazetteer(world.settings.gazetteer, world.settings.places, world.places)
    known = load_knowledge(world.places, own.catalogue, own.sure, world.settings.models, gazetteer)
    closed = SimilarCases(world.store, world.clock)
    return Service(
        name="routing",
        kinds=KINDS,
        handlers={ComplaintSubmitted: partial(on_submitted, known=known, find_similar=closed.find), CaseClosed: on_closed},
        ignores=IGNORED,
        jobs=(Job("similar_cases", REFRESH_SECONDS, closed.refresh),),
        routers=(router,),
        templates=HERE / "templates",
        words=HERE / "words.toml",
        state={"routing": known, "closed_cases": closed},
    )
