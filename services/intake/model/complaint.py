"""The complaint as intake keeps it: what was said, by whom (sealed), and where it stands as the complainant may see it."""

from datetime import date
from typing import Literal

from shared.events import Channel, ComplaintType, DeadlineClock, Moment, Sensitivity, Value
from shared.events.intake import Attachment, CallEnding, Place
from shared.events.tracking import CitizenStep, State, Turn

LetterKind = Literal["letter", "suggestion_box"]
NotifyBy = Literal["email", "sms", "webhook", "none"]
Language = Literal["zh-CN", "en"]
Shelf = Literal["open", "joinable", "published"]
"""Where a complaint lies for those who look for others: open and for officers alone, open and public, over and public."""

OVER: frozenset[State] = frozenset({"closed", "archived", "answered", "declined", "withdrawn", "transferred"})


class HistoryLine(Value):
    """One thing that happened, for the complainant: `key` is a code of words.toml, the rest are the facts its words need.

    `why` is itself a code (an outcome, a reason, a clock, a step); `words` were written by a person and are shown as they are;
    `due_at` is the date that the line speaks of.
    """

    at: Moment
    key: str
    department: str | None = None
    why: str = ""
    words: str = ""
    due_at: Moment | None = None


class Progress(Value):
    """Where it stands, from tracking's events. `draft` is an answer under review, which nobody outside sees; `category` what it was
    dispatched as.
    """

    state: State = "registered"
    turn: Turn = "centre"
    department: str | None = None
    category: str | None = None
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
    """Somebody who joined the matter and is told of its progress. `contact` is sealed text, `person` a keyed hash; `joined_at` when they
    gave their contact last.
    """

    id: str
    person: str | None = None
    contact: str
    notify: NotifyBy
    language: Language = "zh-CN"
    joined_at: Moment


class Complaint(Value):
    """One complaint; `number` is also the case. `contact` is sealed text, `person` a keyed hash. `notify` is the way its complainant is
    told, in `language`; `app` the application it was filed through; `letter` what a clerk typed it from, `written_on` the date on
    it; `ending` how a call ended it.

    `idempotency` and `request` are hashes of the sender's key and of what was sent, to know the same submission again; `added` the keys
    of messages that were added later; `matched`: it was held against the earlier ones.
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
    letter: LetterKind | None = None
    written_on: date | None = None
    ending: CallEnding | None = None
    notify: NotifyBy = "none"
    language: Language = "zh-CN"
    app: str | None = None
    followers: tuple[Follower, ...] = ()
    added: tuple[str, ...] = ()
    matched: bool = False
    idempotency: str | None = None
    request: str
    progress: Progress = Progress()

    @property
    def open(self) -> bool:
        """Whether somebody still works on it, or waits for what its complainant says of the answer."""
        return self.progress.state not in OVER

    @property
    def public(self) -> bool:
        """Whether everybody may see it, scrubbed: by the complainant's consent, and once a dispatch has said that it is not sensitive."""
        judged = self.progress.department is not None and self.progress.sensitivity == "S0"
        return self.publish and not self.confidential and judged

    @property
    def unmatched(self) -> bool:
        """Whether it is still to be held against the earlier ones."""
        return not self.matched

    @property
    def shelf(self) -> Shelf | None:
        if self.public:
            return "joinable" if self.open else "published"
        return "open" if self.open else None

    @property
    def district(self) -> str | None:
        return self.place.district

    @property
    def topic(self) -> str | None:
        """The category that an app's user chose, else the one it was dispatched as."""
        return self.category or self.progress.category
