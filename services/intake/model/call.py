"""The call as intake keeps it: what the call centre said of it, what the agent wrote while listening, and how it ended."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Literal

from shared.events import Moment, Value
from shared.refusals import NotAllowed

CallState = Literal["ringing", "talking", "missed", "to_call_back", "ended"]
EndingKind = Literal["case", "answered", "handed_over", "addition", "urge", "nuisance", "silent", "not_reached"]
OPENS_CASE: frozenset[EndingKind] = frozenset({"case", "answered", "handed_over"})
"""Endings that open a case under a number of its own; an addition and an urge go to a case that is there."""
MOST_TRIES = 3
"""Tries to call somebody back, each in an hour of its own. Same number as for callbacks in domain.md (default)."""


class Utterance(Value):
    """What one side said without a break. `start` is in seconds from the answer, to the millisecond."""

    speaker: Literal["caller", "agent"]
    start: float
    text: str


class Recording(Value):
    """Where the call centre keeps the sound, and the SHA-256 of it. The sound itself never comes here."""

    reference: str
    sha256: str


class CallbackTry(Value):
    """The caller of a missed call was called back and not reached."""

    at: Moment
    by: str


class Ending(Value):
    """What became of the call. `number` is the case that it opened or went to; `reason` is the agent's, where one is needed."""

    kind: EndingKind
    by: str
    at: Moment
    number: str | None = None
    reason: str = ""


class Heard(Value):
    """What the call centre says of a call. `caller` is the sealed number, `person` the keyed hash of it, by which two numbers are compared;
    `login` and `extension` are the agent's with us and there.
    """

    caller: str | None = None
    person: str | None = None
    queue: str | None = None
    login: str | None = None
    extension: str | None = None
    rang_at: Moment | None = None
    answered_at: Moment | None = None
    hung_up_at: Moment | None = None
    recording: Recording | None = None
    transcript: tuple[Utterance, ...] = ()


class Call(Heard):
    """One call; `key` is its id at the call centre, or ours. `nameless` says that the caller wants neither number nor hash kept.

    `record` is what the agent typed while listening, as it was first saved; `summary` the edited text that went out.
    """

    key: str
    known_at: Moment
    nameless: bool = False
    record: str = ""
    recorded_by: str | None = None
    summary: str = ""
    tries: tuple[CallbackTry, ...] = ()
    ending: Ending | None = None

    @property
    def state(self) -> CallState:
        """Who hung up before an agent answered is called back, unless the number was withheld."""
        if self.ending:
            return "ended"
        if self.answered_at:
            return "talking"
        if self.hung_up_at:
            return "to_call_back" if self.caller else "missed"
        return "ringing"

    @property
    def began_at(self) -> datetime:
        """When it rang, or the first that is known of it."""
        return self.rang_at or self.answered_at or self.hung_up_at or self.known_at

    @property
    def number(self) -> str | None:
        """The case that it opened or went to."""
        return self.ending.number if self.ending else None

    @property
    def opened_case(self) -> bool:
        """Whether a case under a number of its own came of it."""
        return self.ending is not None and self.ending.kind in OPENS_CASE


def write_down(call: Call, record: str, by: str) -> Call:
    """The call with the agent's record; one that was saved before stays as it was. Raises NotAllowed when the call has ended."""
    _check_open(call)
    return call if call.record else call.model_copy(update={"record": record, "recorded_by": by})


def end(call: Call, ending: Ending, *, summary: str = "", nameless: bool = False) -> Call:
    """The call with its ending. Raises NotAllowed when it has one already."""
    _check_open(call)
    changes = {"caller": None, "person": None, "nameless": True} if nameless else {}
    return call.model_copy(update={"ending": ending, "summary": summary, **changes})


def not_reached(call: Call, by: str, now: datetime, zone: tzinfo) -> Call:
    """The call after one more try to call back; the last one ends it. Raises NotAllowed when nobody is to be called, or it was tried
    in this hour of the city's clock.
    """
    if call.state != "to_call_back":
        raise NotAllowed("call.not_to_call_back")
    if _hour(now, zone) in (_hour(tried.at, zone) for tried in call.tries):
        raise NotAllowed("call.tried_this_hour")
    tries = (*call.tries, CallbackTry(at=now, by=by))
    call = call.model_copy(update={"tries": tries})
    return end(call, Ending(kind="not_reached", by=by, at=now)) if len(tries) == MOST_TRIES else call


def spoken(transcript: Sequence[Utterance]) -> int:
    """How many characters were said."""
    return sum(len(one.text) for one in transcript)


def _check_open(call: Call) -> None:
    if call.ending:
        raise NotAllowed("call.ended")


def _hour(moment: datetime, zone: tzinfo) -> datetime:
    return moment.astimezone(zone).replace(minute=0, second=0, microsecond=0)
