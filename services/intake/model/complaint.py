"""The complaint as intake keeps it: what was said, by whom (sealed), and where it stands as the complainant may see it."""

from datetime import date
from typing import Literal

from shared.events import Channel, ComplaintType, DeadlineClock, Moment, Sensitivity, Value
from shared.events.intake import Attachment, CallEnding, Place
from shared.events.tracking import CitizenStep, State, Turn

NotifyBy = Literal["email", "sms", "webhook", "none"]
Language = Literal["zh-CN", "en"]


class HistoryLine(Value):
    """One thing that happened, for the complainant: `key` is a code of words.toml, the rest are the facts its words need.

    `why` is itself a code (an outcome, a reason, a clock, a step); `words` were written by a person and are shown as they are.
    """

    at: Moment
    key: str
    department: str | None = None
    why: str = ""
    words: str = ""


class Progress(Value):
    """Where it stands, from tracking's events. `draft` is an answer under review, which nobody outside sees."""

    state: State = "registered"
    turn: Turn = "centre"
    department: str | None = None
    clock: DeadlineClock | None = None
    promised_at: Moment | None = None
    due_at: Moment | None = None
    provisional: bool = False
    may: tuple[CitizenStep, ...] = ()
    sensitivity: Sensitivity = "S0"
    draft: str = ""
    reply: str = ""
    history: tuple[HistoryLine, ...] = ()
    urged_at: Moment | None = None


class Follower(Value):
    """Somebody who joined the matter and is told of its progress. `contact` is sealed text, `person` a keyed hash."""

    id: str
    person: str | None = None
    contact: str
    notify: NotifyBy
    language: Language = "zh-CN"
    joined_at: Moment


class Complaint(Value):
    """One complaint; `number` is also the case. `contact` is sealed text, `person` a keyed hash. `notify` is the way its complainant is
    told, in `language`; `app` the application it was filed through; `written_on` the date on a letter; `ending` how a call ended it.

    `idempotency` and `request` are hashes of the sender's key and of what was sent, to know the same submission again.
    """

    number: str
    channel: Channel
    received_at: Moment
    title: str = ""
    text: str
    place: Place = Place()
    complaint_type: ComplaintType | None = None
    contact: str | None = None
    person: str | None = None
    anonymous: bool = False
    publish: bool = False
    confidential: bool = False
    photos: tuple[Attachment, ...] = ()
    files: tuple[Attachment, ...] = ()
    category: str | None = None
    written_on: date | None = None
    ending: CallEnding | None = None
    notify: NotifyBy = "none"
    language: Language = "zh-CN"
    app: str | None = None
    followers: tuple[Follower, ...] = ()
    idempotency: str | None = None
    request: str
    progress: Progress = Progress()
