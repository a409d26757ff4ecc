"""What tracking says about how much a case weighs: raised, put right, the duty desk told, the same matter as another one."""

from typing import Annotated, Literal

from pydantic import Field

from shared.events.base import Line, Sensitivity, Urgency
from shared.events.standing import CaseEvent


class CaseRaised(CaseEvent):
    """What was added raised urgency or sensitivity, or (`repeated`) that the matter was brought again and again; both as they are from
    now on. Running limits may have become shorter.
    """

    type: Literal["case.raised"] = "case.raised"
    urgency: Urgency
    sensitivity: Sensitivity
    repeated: bool = False


class CaseRelated(CaseEvent):
    """An officer says that this case and the `other` are the same matter, or that they are not. `told`: it was said on the other one, and
    this one only keeps it.
    """

    type: Literal["case.related"] = "case.related"
    other: str
    same: bool
    words: Line = ""
    told: bool = False


class CaseJudged(CaseEvent):
    """A person put urgency and sensitivity right: both as they are from now on, as they stood before (`read_…`), and why."""

    type: Literal["case.judged"] = "case.judged"
    urgency: Urgency
    sensitivity: Sensitivity
    read_urgency: Urgency
    read_sensitivity: Sensitivity
    words: Line


class CaseAlarmed(CaseEvent):
    """The duty desk is told of a critical matter that nobody has taken: at once (`number` 0), then after 10, 20 and 30 minutes."""

    type: Literal["case.alarmed"] = "case.alarmed"
    number: Annotated[int, Field(ge=0, le=3)]
    minutes: int = 0
