"""What intake says happened: the complainant's own words and wishes. Never a contact."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from shared.events.base import Channel, ComplaintType, Event, Line, Moment, Text, Value

EmergencyService = Literal["110", "119", "120", "122"]
"""Police, fire and rescue, ambulance, traffic police."""


class Place(Value):
    """Where the matter is, as far as it was said. `district` is a code of places.toml; lon and lat are WGS84 degrees."""

    district: str | None = None
    address: Annotated[str, Field(max_length=300)] = ""
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None


class Attachment(Value):
    """A file that intake keeps; served only by intake. `sha256` and `size` (bytes) are of what is kept, not of what was sent."""

    id: str
    sha256: str
    media_type: str
    size: int


class AnsweredByAgent(Value):
    """The agent knew the answer while the caller was on the line."""

    kind: Literal["answered"] = "answered"
    public: Text


class HandedOver(Value):
    """The agent handed the caller over to an emergency service: which one, who took it there, and when."""

    kind: Literal["handed_over"] = "handed_over"
    service: EmergencyService
    taken_by: Line
    handed_over_at: Moment


CallEnding = Annotated[AnsweredByAgent | HandedOver, Field(discriminator="kind")]


class ComplaintSubmitted(Event):
    """A complaint was taken in and its receipt may be given. `person` is a keyed hash of how to reach them, for 'the same person'.

    `photos` are pictures, `files` whatever else was attached; `category` is what an app let its user choose (a code of places.toml);
    `written_on` the date on a letter; `ending` how the call ended when its agent ended the matter at once.
    """

    type: Literal["complaint.submitted"] = "complaint.submitted"
    channel: Channel
    title: str = ""
    text: Text
    place: Place = Place()
    complaint_type: ComplaintType | None = None
    person: str | None = None
    anonymous: bool = False
    publish: bool = False
    confidential: bool = False
    photos: tuple[Attachment, ...] = ()
    files: tuple[Attachment, ...] = ()
    category: str | None = None
    written_on: date | None = None
    ending: CallEnding | None = None
    received_at: Moment


class ComplaintSupplemented(Event):
    """The complainant added to what was said."""

    type: Literal["complaint.supplemented"] = "complaint.supplemented"
    text: Text
    photos: tuple[Attachment, ...] = ()
    files: tuple[Attachment, ...] = ()


class ComplaintUrged(Event):
    """The complainant asked for it to go faster (催办)."""

    type: Literal["complaint.urged"] = "complaint.urged"
    words: str = ""


class ComplaintWithdrawn(Event):
    """The complainant takes the complaint back; tracking decides whether the case ends."""

    type: Literal["complaint.withdrawn"] = "complaint.withdrawn"
    reason: str = ""


Solved = Literal["yes", "partly", "no"]
Stars = Annotated[int, Field(ge=1, le=5)]


class ComplaintRated(Event):
    """The complainant's own verdict on an answer: solved? satisfied (5 very … 1 very dissatisfied)? with the process?"""

    type: Literal["complaint.rated"] = "complaint.rated"
    solved: Solved
    satisfied: Stars
    process: Stars
    words: str = ""


class ComplaintJoined(Event):
    """Somebody else has the same matter and is told of its progress. `person` as on complaint.submitted; `number` counts them.

    `words` is what they wish to add. Who joins again with more words is not counted again.
    """

    type: Literal["complaint.joined"] = "complaint.joined"
    person: str | None = None
    number: int
    words: Line = ""


class ComplaintMatch(Value):
    """An earlier complaint that may be the same matter. `score` is the likeness of the words, 0 to 1; `strong` where it is close to
    certain, else a person has to confirm it.
    """

    case: str
    score: Annotated[float, Field(ge=0, le=1)]
    same_person: bool = False
    strong: bool = False


class ComplaintMatched(Event):
    """It sounds like complaints of the last 90 days, the likest first. `repeats`: how often this person brought the matter within 30 days;
    `people`: how many people did within 24 hours; this complaint is counted in both.
    """

    type: Literal["complaint.matched"] = "complaint.matched"
    matches: Annotated[tuple[ComplaintMatch, ...], Field(max_length=5)]
    repeats: int = 1
    people: int = 1


NoticeKind = Literal["receipt", "dispatched", "asked", "extended", "answered", "overdue", "closed", "redo", "alarm"]
NoticeChannel = Literal["email", "sms", "webhook"]
NoticeResult = Literal["sent", "delivered", "bounced", "given_up", "unconfirmed"]


class NoticeQueued(Event):
    """The complainant (or, with `follower`, somebody who joined, or the duty desk) is to be told; this record's id is the
    notice's.

    Nothing of the text travels: `department`, `due_at` and `why` (a code of the words) are the facts as they were when it happened.
    """

    type: Literal["notice.queued"] = "notice.queued"
    kind: NoticeKind
    channel: NoticeChannel
    follower: str | None = None
    department: str | None = None
    due_at: Moment | None = None
    why: str = ""


class NoticeSettled(Event):
    """What became of a notice: sent and later perhaps delivered or bounced, given up after `attempts`, or unconfirmed: it went out, and
    whether it arrived is not known. `why` is a code of the words.
    """

    type: Literal["notice.settled"] = "notice.settled"
    notice: str
    kind: NoticeKind
    channel: NoticeChannel
    follower: str | None = None
    result: NoticeResult
    attempts: int = 1
    why: str = ""


IntakeEvent = (
    ComplaintSubmitted | ComplaintSupplemented | ComplaintUrged | ComplaintWithdrawn | ComplaintRated | ComplaintJoined
    | ComplaintMatched | NoticeQueued | NoticeSettled
)  # fmt: skip
