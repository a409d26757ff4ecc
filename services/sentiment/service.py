"""The front door of sentiment: builds the service."""

from functools import partial
from zoneinfo import ZoneInfo

from services.sentiment.handlers import on_submitted
from services.sentiment.loading import load_knowledge
from services.sentiment.settings import SentimentSettings
from shared.events.intake import ComplaintSubmitted, IntakeEvent
from shared.events.routing import DepartmentProposed
from shared.events.sentiment import ComplaintRead
from shared.events.tracking import TrackingEvent
from shared.runtime.service import Service, World

IGNORED = frozenset({*IntakeEvent.__args__, ComplaintRead, DepartmentProposed, *TrackingEvent.__args__} - {ComplaintSubmitted})


def build(world: World) -> Service:
    """Sentiment in this world. Raises ReadingFault, with file and line, when rules or models cannot be used."""
    own = SentimentSettings.model_validate(world.own.model_dump())
    handler = partial(on_submitted, known=load_knowledge(own.engine), zone=ZoneInfo(world.settings.timezone))
    return Service(name="sentiment", handlers={ComplaintSubmitted: handler}, ignores=IGNORED)
