"""What sentiment says happened: a text was read, and what it seems to say, each with the words that made it."""

from typing import Annotated, Literal

from pydantic import Field

from shared.events.base import ComplaintType, Event, Evidence, Sensitivity, Urgency


class ComplaintRead(Event):
    """A complaint was read, or what was added to it later (`of`). A proposal: tracking owns the judgement. `mood` −1 (upset) … 1 (content);
    `engine` names what judged the mood.

    `not_understood` says that the reading found nothing to hold on to (empty, symbols, a foreign script).
    """

    type: Literal["complaint.read"] = "complaint.read"
    mood: Annotated[float, Field(ge=-1, le=1)]
    urgency: Urgency
    sensitivity: Sensitivity
    complaint_type: ComplaintType
    evidence: tuple[Evidence, ...] = ()
    not_understood: bool = False
    rules: str
    engine: str
    of: Literal["complaint", "supplement"] = "complaint"


SentimentEvent = ComplaintRead
