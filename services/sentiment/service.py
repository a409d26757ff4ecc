"""The front door of sentiment: builds the service."""

from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from services.sentiment.handlers import on_submitted, on_supplemented
from services.sentiment.loading import load_knowledge
from services.sentiment.pages import Reader, router
from services.sentiment.settings import SentimentSettings
from shared.events.intake import ComplaintSubmitted, ComplaintSupplemented, IntakeEvent
from shared.events.routing import DepartmentProposed
from shared.events.sentiment import ComplaintRead
from shared.events.tracking import TrackingEvent
from shared.runtime.service import Service, World

HERE = Path(__file__).parent

HEARD = frozenset({ComplaintSubmitted, ComplaintSupplemented})
IGNORED = frozenset({*IntakeEvent.__args__, ComplaintRead, DepartmentProposed, *TrackingEvent.__args__} - HEARD)


def build(world: World) -> Service:
    """Sentiment in this world. Raises ReadingFault, with file and line, when rules or models cannot be used."""
    own = SentimentSettings.model_validate(world.own.model_dump())
    known, zone = load_knowledge(own.engine, learned=world.settings.models), ZoneInfo(world.settings.timezone)
    return Service(
        name="sentiment",
        handlers={
            ComplaintSubmitted: partial(on_submitted, known=known, zone=zone),
            ComplaintSupplemented: partial(on_supplemented, known=known, zone=zone),
        },
        ignores=IGNORED,
        routers=(router,),
        templates=HERE / "templates",
        words=HERE / "words.toml",
        state={"sentiment": Reader(known, world.clock, zone)},
    )
