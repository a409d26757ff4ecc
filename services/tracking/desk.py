"""What the desk's pages work with: everything that people do here, in one place."""

from dataclasses import dataclass

from services.tracking.actions.accounts import Accounts
from services.tracking.actions.cases import Cases
from services.tracking.actions.figures import Figures
from services.tracking.actions.lists import Lists
from services.tracking.actions.parked import Parked
from services.tracking.settings import TrackingSettings


@dataclass(frozen=True)
class Desk:
    """On `app.state.tracking`."""

    cases: Cases
    lists: Lists
    figures: Figures
    accounts: Accounts
    parked: Parked
    own: TrackingSettings
