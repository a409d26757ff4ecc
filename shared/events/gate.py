"""What the reply gate (答复把关) found in a reply."""

from typing import Annotated, Literal

from pydantic import Field

from shared.events.base import Line, Value

FindingKind = Literal[
    "unanswered_demand", "template", "something_else", "promise", "no_next_step", "leak_phone", "leak_identity", "leak_address", "leak_name"
]  # fmt: skip
"""A demand with no word on it · formulae in place of an answer · another matter · beyond the department's power · nothing on how it goes
on · something of the complainant given away."""
Verdict = Literal["send", "look", "stop"]
Place = Annotated[int, Field(ge=0)]


class ReplyFinding(Value):
    """One finding with its words. `start` and `end` count characters of the reply; both 0 for what is missing from it."""

    kind: FindingKind
    words: Line = ""
    start: Place = 0
    end: Place = 0


class ReplyGate(Value):
    """What the gate said of a reply as it was sent, by the words of which version. `score`: 0 it answers … 1 it answers nothing.

    Findings in the reply are told by their places alone: its words stand in the reply.
    """

    verdict: Verdict
    score: Annotated[float, Field(ge=0, le=1)]
    findings: Annotated[tuple[ReplyFinding, ...], Field(max_length=100)] = ()
    rules: Annotated[str, Field(max_length=40)] = ""
