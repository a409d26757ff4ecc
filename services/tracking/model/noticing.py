"""What a case keeps of the messages to its complainant: which went out, which did not, and which carries the link for a verdict."""

from datetime import datetime

from services.tracking.model.case import Case
from services.tracking.model.parts import Notice
from shared.events.intake import NoticeQueued, NoticeSettled

MOST = 50
"""Notices kept on a case: the newest."""


def queued(case: Case, notice: str, event: NoticeQueued, at: datetime) -> Case:
    """A message is to go out; `notice` is its id. What asks for a verdict on the present answer carries the link."""
    kept = (*case.notices, Notice(id=notice, kind=event.kind, channel=event.channel, at=at))[-MOST:]
    link = notice if event.kind == "answered" and case.state == "awaiting_callback" else case.link
    return case.model_copy(update={"notices": kept, "link": link})


def settled(case: Case, event: NoticeSettled, at: datetime) -> Case:
    """What became of a message. That it was delivered does not change when it went out."""
    return case.model_copy(update={"notices": tuple(_settled(one, event, at) if one.id == event.notice else one for one in case.notices)})


def _settled(notice: Notice, event: NoticeSettled, at: datetime) -> Notice:
    since = notice.at if notice.state == "sent" and event.result == "delivered" else at
    return notice.model_copy(update={"state": event.result, "at": since})
