"""What intake says happened: the complainant's own words and wishes. Never a contact."""

from typing import Annotated, Literal

from pydantic import Field

from shared.events.base import Channel, ComplaintType, Event, Moment, Text, Value


class Place(Value):
    """Where the matter is, as far as it was said. `district` is a code of places.toml; lon and lat are WGS84 degrees."""

    district: str | None = None
    address: Annotated[str, Field(max_length=300)] = ""
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None


class Photo(Value):
    """A photo that intake keeps; served only by intake."""

    id: str
    sha256: str
    media_type: str
    size: int


class ComplaintSubmitted(Event):
    """A complaint was taken in and its receipt may be given. `person` is a keyed hash of how to reach them, for 'the same person'."""

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
    photos: tuple[Photo, ...] = ()
    received_at: Moment


class ComplaintSupplemented(Event):
    """The complainant added to what was said."""

    type: Literal["complaint.supplemented"] = "complaint.supplemented"
    text: Text


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


IntakeEvent = ComplaintSubmitted | ComplaintSupplemented | ComplaintUrged | ComplaintWithdrawn | ComplaintRated
