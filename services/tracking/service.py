"""The front door of tracking: builds the service."""

from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from services.tracking import rules
from services.tracking.actions.accounts import accounts_of
from services.tracking.actions.cases import Cases
from services.tracking.actions.figures import Figures
from services.tracking.actions.lists import Lists
from services.tracking.actions.parked import Parked
from services.tracking.desk import Desk
from services.tracking.documents import CASE, KINDS
from services.tracking.handlers import on_joined, on_matched, on_notice, on_proposal, on_reading, on_related, on_submitted, on_wish
from services.tracking.model.clocks import Rules
from services.tracking.pages import PUBLIC, ROUTERS
from services.tracking.settings import TrackingSettings
from services.tracking.sweep import sweep_jobs
from shared.events.intake import (
    ComplaintJoined,
    ComplaintMatched,
    ComplaintRated,
    ComplaintSubmitted,
    ComplaintSupplemented,
    ComplaintUrged,
    ComplaintWithdrawn,
    NoticeQueued,
    NoticeSettled,
)
from shared.events.routing import DepartmentProposed
from shared.events.sentiment import ComplaintRead
from shared.events.tracking import CaseRelated, TrackingEvent
from shared.runtime.parked import PARKED
from shared.runtime.service import Service, World

HERE = Path(__file__).parent


def open_desk(world: World, own: TrackingSettings, in_force: Rules) -> Desk:
    """The desk over this world's store."""
    return Desk(
        cases=Cases(world.store, world.clock, in_force),
        lists=Lists(world.store),
        figures=Figures(world.store, world.clock, ZoneInfo(world.settings.timezone), own.board_days, own.board_seconds),
        accounts=accounts_of(world),
        parked=Parked(world.log, world.clock),
        own=own,
    )


def build(world: World) -> Service:
    """Tracking in this world. Raises RulesFault, with file and line, when the clock rules cannot be used."""
    own = TrackingSettings.model_validate(world.own.model_dump())
    in_force = rules.load(own.rules or rules.HERE, world.settings.timezone)
    wish = partial(on_wish, rules=in_force)
    return Service(
        name="tracking",
        kinds=(*KINDS, PARKED),
        subject=CASE,
        handlers={
            ComplaintSubmitted: partial(on_submitted, rules=in_force),
            ComplaintRead: partial(on_reading, rules=in_force),
            DepartmentProposed: partial(on_proposal, rules=in_force),
            **dict.fromkeys((ComplaintRated, ComplaintUrged, ComplaintSupplemented, ComplaintWithdrawn), wish),
            ComplaintJoined: partial(on_joined, rules=in_force),
            ComplaintMatched: partial(on_matched, rules=in_force),
            CaseRelated: partial(on_related, rules=in_force),
            **dict.fromkeys((NoticeQueued, NoticeSettled), partial(on_notice, rules=in_force)),
        },
        ignores=frozenset(TrackingEvent.__args__) - {CaseRelated},
        jobs=sweep_jobs(world.store, world.clock, in_force, own.sweep_seconds),
        routers=ROUTERS,
        public=PUBLIC,
        templates=HERE / "templates",
        words=HERE / "words.toml",
        state={"tracking": open_desk(world, own, in_force)},
    )
