"""What a complaint may look like when it comes in, through whichever door: bounded, trimmed, without unseen characters."""

import re
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    EmailStr,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from shared.events.base import ComplaintType
from shared.events.intake import Solved, Stars

MOST_PHOTOS = 6

_LINE_ENDS = re.compile("\r\n?|\u2028|\u2029")
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]")
"""Control characters but newline and tab, and marks that turn the reading direction and so hide what is written."""
_BREAKS = re.compile(r"[\n\t]+")


def clean(text: Any) -> Any:
    """The text with plain line ends and without unseen characters; what is no text is left for the type to refuse."""
    return _UNSEEN.sub("", _LINE_ENDS.sub("\n", text)) if isinstance(text, str) else text


def clean_line(text: Any) -> Any:
    """The same on one line."""
    return _BREAKS.sub(" ", clean(text)) if isinstance(text, str) else text


Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000), BeforeValidator(clean)]
Remark = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500), BeforeValidator(clean)]
LongRemark = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000), BeforeValidator(clean)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), BeforeValidator(clean_line)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=50), BeforeValidator(clean_line)]
Address = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300), BeforeValidator(clean_line)]
UploadId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
Uploads = Annotated[tuple[UploadId, ...], Field(max_length=MOST_PHOTOS), AfterValidator(lambda ids: tuple(dict.fromkeys(ids)))]
"""Attachments that were sent ahead, each once."""


class Given(BaseModel):
    """Base of what people send. A field that is not known is refused: dropped in silence it would be lost. What was sent stands in no
    fault's message, for faults are logged.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class GivenPlace(Given):
    """Where it is, as far as it is said; lon and lat are WGS84 degrees and come together."""

    district: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)] | None = None
    address: Address = ""
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if (self.lon is None) != (self.lat is None):
            raise PydanticCustomError("fault.place_needs_both", "lon and lat come together")
        return self


class Contact(Given):
    """How to reach the complainant. The phone is read by the contact book, which knows numbering plans; `postal_address` is where a
    letter of ours would go.
    """

    name: Name = ""
    phone: Annotated[Name, Field(examples=["13800138000"])] = ""
    email: EmailStr | None = None
    postal_address: Address = ""

    @field_validator("email", mode="before")
    @classmethod
    def _empty_is_none(cls, given: Any) -> Any:
        return None if isinstance(given, str) and not given.strip() else given

    @property
    def empty(self) -> bool:
        return not (self.name or self.phone or self.email or self.postal_address)


class Submission(Given):
    """A complaint as it is said. Who says it anonymously gives no contact. `category` is a code of the city's; without `notify`
    the complainant is told by the way that the contact allows.
    """

    text: Said
    title: Title = ""
    place: GivenPlace = GivenPlace()
    type: ComplaintType | None = None
    category: Annotated[str, StringConstraints(strip_whitespace=True, max_length=80)] | None = None
    contact: Contact | None = None
    anonymous: bool = False
    publish: bool = False
    confidential: bool = False
    notify: Literal["email", "sms", "none"] | None = None
    photos: Uploads = ()

    @model_validator(mode="after")
    def _anonymous_means_no_contact(self) -> Self:
        if self.anonymous and self.contact and not self.contact.empty:
            raise PydanticCustomError("fault.anonymous_with_contact", "an anonymous complaint carries no contact")
        return self


class Rating(Given):
    """The complainant's verdict: solved? satisfied (5 very … 1 very dissatisfied)? with the process?"""

    solved: Solved
    satisfied: Stars
    process: Stars
    words: LongRemark = ""


class Urge(Given):
    words: Remark = ""


class Withdrawal(Given):
    reason: Remark = ""


class Supplement(Given):
    text: Said


def headline(title: str, text: str) -> str:
    """What a complaint is called in lists: its title, else the beginning of its text."""
    first = text.split("\n", 1)[0]
    return title or (first if len(first) <= 40 else first[:39] + "…")
