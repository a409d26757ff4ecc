"""What sentiment says happened: a text was read, and what it seems to say, each with the words that made it."""

from typing import Annotated, Literal

from pydantic import Field

from shared.events.base import ComplaintType, Event, Evidence, Sensitivity, Urgency, Value

LONGEST_DEMAND = 1_000
"""Characters of a demand at most; what goes on longer is cut."""

Emotion = Literal["anger", "fear", "despair", "thanks"]


class Demand(Value):
    """One thing that is asked for: its words, and where they stand in what was read (title, line break, text), `end` left out."""

    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]
    words: Annotated[str, Field(max_length=LONGEST_DEMAND)]


class ComplaintRead(Event):
    """A complaint was read, or what was added to it later (`of`). A proposal: tracking owns the judgement. `mood` −1 (upset) … 1 (content);
    `engine` names what judged the mood.

    `not_understood` says that the reading found nothing to hold on to (empty, symbols, a foreign script). `urgency_score` ranks every
    message, 0 … 1, in keeping with the level. `nuisance`: advertising, abuse or play without a matter. `demands` in the order of the text.
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
    urgency_score: Annotated[float, Field(ge=0, le=1)] = 0
    emotions: tuple[Emotion, ...] = ()
    nuisance: bool = False
    demands: Annotated[tuple[Demand, ...], Field(max_length=12)] = ()


SentimentEvent = ComplaintRead
