"""What routing says happened: a department was proposed, with reasons and an honest confidence."""

from typing import Annotated, Literal

from pydantic import Field

from shared.events.base import Event, Evidence, Moment, Value

Confidence = Annotated[float, Field(ge=0, le=1)]


class Proposal(Value):
    """A department with the category that led to it (codes of places.toml) and the duty basis to show."""

    department: str
    category: str
    confidence: Confidence
    basis: str = ""


class SimilarCase(Value):
    """A closed case that is like this one (`score` 0 to 1), and where it went. Never one whose words are restricted."""

    case: str
    department: str
    category: str | None = None
    score: Confidence
    closed_at: Moment


PlaceKind = Literal[
    "district", "street", "estate", "road", "metro", "enterprise", "utility", "school", "hospital", "park", "market", "station", "river"
]
PlaceRole = Literal["matter", "way", "caller", "compared"]


class PlaceNamed(Value):
    """A place that the text names, as it is written there, without house or room. `role`: where the matter is, on the way, where the
    caller lives or works, or only held up as an example. `district` and `street` (its office) are codes of places.toml; None where the
    name does not tell.
    """

    words: Annotated[str, Field(max_length=80)]
    kind: PlaceKind
    role: PlaceRole
    district: str | None = None
    street: str | None = None
    start: int
    end: int


class DepartmentProposed(Event):
    """The dispatch catalogue was asked. `best` is None when nothing fits; `sure` when it is confident enough to dispatch alone. `similar`
    are closed cases like it, the likest first. `street` is the office of the street where the matter is, which gets a copy.
    """

    type: Literal["department.proposed"] = "department.proposed"
    best: Proposal | None = None
    runner_up: Proposal | None = None
    sure: bool = False
    district: str | None = None
    evidence: tuple[Evidence, ...] = ()
    catalogue: str
    similar: Annotated[tuple[SimilarCase, ...], Field(max_length=3)] = ()
    street: str | None = None
    places: Annotated[tuple[PlaceNamed, ...], Field(max_length=8)] = ()


RoutingEvent = DepartmentProposed
