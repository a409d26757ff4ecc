"""A closed case as routing keeps it, for cases like it that come later."""

from shared.events.base import Moment, Value
from shared.events.tracking import Precedent


class KeptPrecedent(Value):
    """`kept_at` is when routing wrote it down: what is new is found by it, for a case may close long before its event is read."""

    case: str
    told: Precedent
    closed_at: Moment
    kept_at: Moment
