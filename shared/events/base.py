"""The shape of every event: past tense, immutable, a type and a version."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class Value(BaseModel):
    """An immutable value inside an event or a document. Unknown optional fields of newer writers are passed over. What cannot be read
    stands in no fault's message, for faults are logged.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Event(Value):
    """Something that happened. Subclasses narrow `type` to one literal; a changed meaning raises `v`."""

    type: str
    v: Literal[1] = 1


Moment = AwareDatetime
Text = Annotated[str, Field(max_length=20_000)]
Line = Annotated[str, Field(max_length=500)]

Urgency = Literal["U1", "U2", "U3", "U4"]
Sensitivity = Literal["S0", "S1", "S2", "S3"]
ComplaintType = Literal["enquiry", "help", "complaint", "report", "suggestion", "praise"]
Channel = Literal["online", "hotline", "mailbox", "letter", "import"]


class Actor(Value):
    """Who did it: a machine's part, an officer by account, or the complainant. Never a personal name."""

    kind: Literal["machine", "officer", "complainant"]
    id: str = ""
    department: str | None = None


class Evidence(Value):
    """The words that made a judgement. `start` and `end` count characters in the text that was read: the title, one line break and the
    text, or the text alone when there is no title; both 0 when not tied to a place.

    `effect` says what they did: raised it, lowered it, or were heard and set aside (negated, quoted, asked, past), with `why`.
    """

    about: Literal["urgency", "sensitivity", "mood", "type", "category", "department"]
    value: str
    words: str
    start: int = 0
    end: int = 0
    rule: str = ""
    effect: Literal["for", "against", "set_aside"] = "for"
    why: str = ""
