"""The policy of a city: how long each clock runs, who is told, how often something may happen. Values, and how they are read."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, Self, get_args

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from services.tracking.model.calendar import Window, check_apart, read_window
from services.tracking.model.deadlines import Share
from shared.events import Budget, ComplaintType, DeadlineClock, Sensitivity, Urgency, Value
from shared.events.tracking import Ladder

Holder = Literal["centre", "liaison", "department"]

HOLDERS: Mapping[DeadlineClock, Holder] = {
    "dispatch": "centre",
    "ruling": "centre",
    "review": "centre",
    "callback": "centre",
    "accept": "liaison",
    "first_contact": "department",
    "reply": "department",
    "redo": "department",
    "supervision": "department",
}
"""Who has the case while a clock runs: the centre (no department yet, or not its turn), a liaison who has not accepted, the department."""

_LENGTH = re.compile(r"([1-9]\d{0,2}) (minute|hour|working hour|working day)s?")


def read_length(written: object) -> object:
    """A Budget from words such as '30 minutes' or '2 working days'. Raises ValueError for other text."""
    found = _LENGTH.fullmatch(written) if isinstance(written, str) else None
    if found is None:
        raise ValueError(f"{written!r} is not a length of time; write '30 minutes', '24 hours', '4 working hours' or '2 working days'")
    return {"amount": int(found[1]), "unit": found[2].replace(" ", "_") + "s"}


def spread(written: object) -> object:
    """One clock as a full table by urgency and complaint type, from one length for all, a length for each type, or the table itself."""
    by_urgency = written if isinstance(written, dict) and not written.keys() & _TYPES else dict.fromkeys(_URGENCIES, written)
    return {urgency: entry if isinstance(entry, dict) else dict.fromkeys(_TYPES, entry) for urgency, entry in by_urgency.items()}


_URGENCIES: tuple[str, ...] = get_args(Urgency)
_TYPES: tuple[str, ...] = get_args(ComplaintType)

Length = Annotated[Budget, BeforeValidator(read_length)]
CallTime = Annotated[Window, BeforeValidator(read_window)]
Count = Annotated[int, Field(gt=0, strict=True)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Setting(Value):
    """A part of a file that people edit: a key it does not know is refused, not passed over."""

    model_config = ConfigDict(extra="forbid")


class ByType(Setting):
    """A length for each complaint type."""

    enquiry: Length
    help: Length
    complaint: Length
    report: Length
    suggestion: Length
    praise: Length


class ByUrgency(Setting):
    """A length for each urgency and complaint type."""

    U1: ByType
    U2: ByType
    U3: ByType
    U4: ByType


Clock = Annotated[ByUrgency, BeforeValidator(spread)]


class Limits(Setting):
    """The limit of each clock."""

    dispatch: Clock
    accept: Clock
    first_contact: Clock
    reply: Clock
    ruling: Clock
    review: Clock
    callback: Clock
    redo: Clock
    supervision: Clock


class ReviewRule(Setting):
    """Which replies a reviewer reads before the complainant does; the others pass automatically."""

    urgencies: frozenset[Urgency]
    sensitivities: frozenset[Sensitivity]
    redone: Annotated[bool, Field(strict=True)]


class Rungs(Setting):
    """Who is told at each share of a limit."""

    at_50: Annotated[Ladder, Field(alias="50")]
    at_80: Annotated[Ladder, Field(alias="80")]
    at_100: Annotated[Ladder, Field(alias="100")]
    after: Ladder


class Ladders(Setting):
    """The rungs, by who has the case."""

    centre: Rungs
    liaison: Rungs
    department: Rungs


class CallbackTimes(Setting):
    """The times of day at which people are called, in order and apart; at other hours nobody is."""

    morning: CallTime
    noon: CallTime
    afternoon: CallTime
    evening: CallTime

    def each(self) -> tuple[tuple[str, Window], ...]:
        """Name and window of each, in order."""
        return ("morning", self.morning), ("noon", self.noon), ("afternoon", self.afternoon), ("evening", self.evening)

    @model_validator(mode="after")
    def _apart(self) -> Self:
        check_apart(tuple(window for _, window in self.each()))
        return self


class Policy(Setting):
    """One dated version of the city's rules; a deadline keeps the version it was made under.

    `return_window` is the time in which a department may hand a case back (`_complex`: a complex matter), `longest_pause` the cap of one
    pause, `longest_extension` that of one extension. `callback_after_link` is how long a link may lie unused before somebody calls.
    """

    version: Words
    in_force_from: date
    source: Words
    return_window: Length
    return_window_complex: Length
    max_hand_backs: Count
    longest_pause: Length
    max_extensions: Count
    longest_extension: Length
    max_pauses: Count
    callback_tries: Count
    callback_after_link: Length
    callback_times: CallbackTimes
    max_redos: Count
    archive_after_days: Count
    review: ReviewRule
    limits: Limits
    ladder: Ladders

    def budget(self, clock: DeadlineClock, urgency: Urgency, complaint_type: ComplaintType) -> Budget:
        """How long a clock runs for such a case."""
        by_urgency: ByUrgency = getattr(self.limits, clock)
        by_type: ByType = getattr(by_urgency, urgency)
        budget: Budget = getattr(by_type, complaint_type)
        return budget

    def rung(self, clock: DeadlineClock, share: Share) -> Ladder:
        """Who is told when this share of the clock's limit has passed."""
        rungs: Rungs = getattr(self.ladder, HOLDERS[clock])
        to: Ladder = getattr(rungs, "after" if share == "after" else f"at_{share}")
        return to

    def needs_review(self, urgency: Urgency, sensitivity: Sensitivity, redos: int) -> bool:
        """Whether a person reviews the reply; otherwise it passes automatically."""
        return urgency in self.review.urgencies or sensitivity in self.review.sensitivities or (redos > 0 and self.review.redone)

    def is_designation(self, turn_number: int) -> bool:
        """Whether this dispatch (counted from 1) cannot be handed back: it comes after the last hand-back that is allowed."""
        return turn_number > self.max_hand_backs
