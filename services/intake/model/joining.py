"""Joining: what somebody gives to be told of a public matter of others, and what that does to it."""

from typing import Any, Literal

from pydantic import EmailStr, field_validator

from services.intake.model.complaint import Complaint, Follower
from services.intake.model.submission import Contact, Given, Name, Remark
from shared.events.intake import ComplaintJoined
from shared.refusals import NotAllowed

MOST_FOLLOWERS = 200
"""So that no document grows without bound, and one piece of news stays a moment's work."""


class Joining(Given):
    """Phone or e-mail, the way to be told when there is a choice, and maybe words of one's own."""

    phone: Name = ""
    email: EmailStr | None = None
    notify: Literal["email", "sms"] | None = None
    words: Remark = ""

    @field_validator("email", "notify", mode="before")
    @classmethod
    def _empty_is_none(cls, given: Any) -> Any:
        return None if isinstance(given, str) and not given.strip() else given

    @property
    def contact(self) -> Contact:
        return Contact(phone=self.phone, email=self.email)


def join(complaint: Complaint, follower: Follower, words: str) -> tuple[Complaint, ComplaintJoined | None]:
    """The matter with its new follower, and the event; without one when it tells nothing new. Raises NotAllowed when there are too many:
    for everybody alike, or whoever joined with another's phone number would see by it whether they are in it already.

    The same person is one follower, told from now on as they said last. The complainant is told anyway and becomes none.
    """
    others = complaint.followers
    if len(others) >= MOST_FOLLOWERS:
        raise NotAllowed("join.full", most=MOST_FOLLOWERS)
    before = next((one for one in others if one.person == follower.person), None)
    known = before is not None or follower.person == complaint.person
    if before:
        told = follower.model_copy(update={"id": before.id})
        others = tuple(told if one is before else one for one in others)
    elif not known:
        others = (*others, follower)
    event = ComplaintJoined(person=follower.person, number=len(others), words=words)
    return complaint.model_copy(update={"followers": others}), event if words or not known else None
