"""What a call centre says of a call, in parts and in any order, and how each part completes what is known. Nothing is ever taken back."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, StringConstraints, field_validator
from pydantic_core import PydanticCustomError

from services.intake.model.call import Call, Heard, Utterance, spoken
from services.intake.model.submission import Given, clean, clean_line
from shared.refusals import NotAllowed

OURS = "own-"
"""How the ids of calls begin that an agent writes down without a call centre's system."""
MOST_UTTERANCES = 2_000
LONGEST_TRANSCRIPT = 200_000
"""Characters of a whole transcript; an hour has some twenty thousand."""
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def _sensible(moment: datetime) -> datetime:
    if not EARLIEST <= moment < LATEST:
        raise PydanticCustomError("fault.moment_out_of_range", "a moment of a call lies in this century")
    return moment.astimezone(UTC)


CallId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:@~-]*$", max_length=100)]
CallMoment = Annotated[AwareDatetime, AfterValidator(_sensible)]
ShortLine = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=50), BeforeValidator(clean_line)]
Login = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9._-]{1,39}$")]
Milliseconds = Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False), AfterValidator(lambda seconds: round(seconds, 3))]


class GivenUtterance(Given):
    """What one side said without a break; `start` in seconds from the answer."""

    speaker: Literal["caller", "agent"]
    start: Milliseconds
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000), BeforeValidator(clean)]


class GivenRecording(Given):
    """A reference that the call centre's own system understands, and the SHA-256 of the sound in hexadecimal digits."""

    reference: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000), BeforeValidator(clean_line)]
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class GivenCall(Given):
    """A call as far as the call centre knows it: all of it at once or in parts, each part as often as it likes. What was said once
    stays; a field that says something else the second time is a contradiction. Hung up and never answered is a missed call.
    """

    call_id: CallId
    caller: ShortLine | None = None
    queue: ShortLine | None = None
    agent_login: Login | None = None
    agent_number: ShortLine | None = None
    rang_at: CallMoment | None = None
    answered_at: CallMoment | None = None
    hung_up_at: CallMoment | None = None
    recording: GivenRecording | None = None
    transcript: Annotated[tuple[GivenUtterance, ...], Field(max_length=MOST_UTTERANCES)] = ()

    @field_validator("call_id")
    @classmethod
    def _not_ours(cls, key: str) -> str:
        if key.startswith(OURS):
            raise PydanticCustomError("fault.call_id_ours", "ids that begin with own- are given by Huiying itself")
        return key

    @field_validator("caller", "queue", "agent_login", "agent_number", mode="before")
    @classmethod
    def _blank_is_unknown(cls, given: Any) -> Any:
        return None if isinstance(given, str) and not clean_line(given).strip() else given


SAID_ONCE = ("queue", "login", "extension", "rang_at", "answered_at", "hung_up_at", "recording")


def take_in(call: Call, heard: Heard) -> Call:
    """The call with what is new in `heard`. Raises NotAllowed for what contradicts it, or would make it too long."""
    changes: dict[str, Any] = {name: _same(name, getattr(call, name), getattr(heard, name)) for name in SAID_ONCE}
    if heard.person and not call.nameless:
        _same("caller", call.person, heard.person)
        changes |= {"caller": call.caller or heard.caller, "person": heard.person}
    changes["transcript"] = _joined(call.transcript, heard.transcript)
    call = call.model_copy(update=changes)
    moments = [moment for moment in (call.rang_at, call.answered_at, call.hung_up_at) if moment]
    if moments != sorted(moments):
        raise NotAllowed("call.times_out_of_order")
    return call


def _same(name: str, known: Any, said: Any) -> Any:
    if known is not None and said is not None and known != said:
        raise NotAllowed("call.contradicts", field=name)
    return said if known is None else known


def _joined(known: tuple[Utterance, ...], said: Iterable[Utterance]) -> tuple[Utterance, ...]:
    """Both by time. One side says one thing at a time: the same start with other words is a contradiction."""
    by_start = {(one.start, one.speaker): one for one in known}
    for one in said:
        _same("transcript", by_start.get((one.start, one.speaker)), one)
        by_start[one.start, one.speaker] = one
    if len(by_start) == len(known):
        return known
    joined = tuple(by_start[place] for place in sorted(by_start))
    if len(joined) > MOST_UTTERANCES or spoken(joined) > LONGEST_TRANSCRIPT:
        raise NotAllowed("call.transcript_too_long", utterances=MOST_UTTERANCES, characters=LONGEST_TRANSCRIPT)
    return joined
