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


class DepartmentProposed(Event):
    """The dispatch catalogue was asked. `best` is None when nothing fits; `sure` when it is confident enough to dispatch alone. `similar`
    are closed cases like it, the likest first.
    """

    type: Literal["department.proposed"] = "department.proposed"
    best: Proposal | None = None
    runner_up: Proposal | None = None
    sure: bool = False
    district: str | None = None
    evidence: tuple[Evidence, ...] = ()
    catalogue: str
    similar: Annotated[tuple[SimilarCase, ...], Field(max_length=3)] = ()


RoutingEvent = DepartmentProposed
