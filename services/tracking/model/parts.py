"""The parts of a case that have a life of their own: lines of its timeline, replies, ratings, calls, questions, extensions, notices."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from shared.events import Actor, Moment, Sensitivity, Urgency, Value
from shared.events.gate import ReplyGate
from shared.events.intake import NoticeChannel, NoticeKind, NoticeResult
from shared.events.tracking import CallbackResult, ExtensionReason, Outcome


class Entry(Value):
    """One line of the timeline: what happened, who did it, and the event's own facts (never its standing or deadlines)."""

    at: Moment
    by: Actor
    type: str
    facts: Mapping[str, Any] = Field(default_factory=dict)


class Judged(Value):
    """Urgency and sensitivity as a person put them right. `unread`: the complaint had not been read then; `heard` counts the readings of
    what had been added by then.
    """

    urgency: Urgency
    sensitivity: Sensitivity
    unread: bool
    heard: int


class Relation(Value):
    """Another case that may be the same matter, with the likeness that intake found (None where only an officer said so). `same` is what an
    officer said: None while it is only suspected; `by` and `at` who said it last, and when.
    """

    case: str
    score: float | None = None
    same_person: bool = False
    strong: bool = False
    same: bool | None = None
    by: Actor | None = None
    at: Moment


class Reply(Value):
    """`gate` is what the reply gate said, `overrule` why it was sent where that was to stop it."""

    public: str
    internal: str = ""
    outcome: Outcome
    gate: ReplyGate | None = None
    overrule: str = ""
    at: Moment
    by: Actor


class Rating(Value):
    solved: str
    satisfied: int
    process: int
    words: str = ""
    at: Moment
    by: Actor


class CallbackTry(Value):
    """A call that brought no verdict."""

    at: Moment
    result: CallbackResult


class Asked(Value):
    """What the complainant was asked for, and until when the department's clock stands still for it."""

    at: Moment
    words: str
    until: Moment


class ExtensionRequest(Value):
    """More time that the department has asked for and nobody has ruled on. `days` are working days."""

    reason: ExtensionReason
    days: int
    plan: str
    at: Moment
    by: Actor


class Notice(Value):
    """A message to the complainant as far as this service knows of it: never where it went nor what it said.

    `at` is when it went out, or for one that did not, when it came to stand as it does.
    """

    id: str
    kind: NoticeKind
    channel: NoticeChannel
    state: Literal["queued"] | NoticeResult = "queued"
    at: Moment
