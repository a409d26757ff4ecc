"""Mail as it is kept, and what becomes of each: a complaint, a part of one, put aside, or something for the mailbox clerk."""

from dataclasses import dataclass
from typing import Literal

from services.intake.model.complaint import Language
from shared.events import Moment, Value
from shared.refusals import NotAllowed

MailState = Literal["kept", "opened", "added", "aside", "waiting"]
"""Kept, but not looked at yet; made a complaint; added to one; nothing to do; for a person to decide."""

Correspondent = Literal["complainant", "follower", "stranger"]
"""Who answers one of our notices, by the address that the answer comes from."""

PUT_ASIDE_BY_CLERK = ("advertising", "no_matter", "elsewhere", "other")
"""Reasons for which a clerk may put a mail aside."""
MOST_TRIES = 3
"""Times that a mail is looked at before a person has to."""

_NO_TEXT: dict[Language, str] = {"zh-CN": "（正文为空，内容见附件。）", "en": "(No text; see the attachments.)"}


class Envelope(Value):
    """Who wrote, and about what; sealed wherever it is kept."""

    name: str = ""
    address: str = ""
    subject: str = ""


class Refusal(Value):
    """An attachment that was not taken: its place in the mail, from 0, and a code of the words that says why."""

    part: int
    why: str


class MailRecord(Value):
    """One mail. `id` is the hash of its bytes, `fingerprint` the same for every delivery of one message; `size` in bytes, as it arrived.

    `whole` is False when it was too large and only its head is kept. `sender` is a keyed hash of the address, `envelope` a sealed
    Envelope. `number` is the complaint that it became or was added to, `about` the one that it answers.
    `left_out` are codes of what the reading left out; `refused` attachments that were not taken. `decided_by` is a clerk's login.
    """

    id: str
    arrived_at: Moment
    size: int
    whole: bool = True
    state: MailState = "kept"
    reason: str = ""
    tries: int = 0
    fingerprint: str | None = None
    sender: str | None = None
    envelope: str | None = None
    number: str | None = None
    about: str | None = None
    left_out: tuple[str, ...] = ()
    refused: tuple[Refusal, ...] = ()
    decided_by: str | None = None
    decided_at: Moment | None = None


@dataclass(frozen=True)
class Sight:
    """What counts about a mail that was read: who speaks (person, auto_reply, list, bounce, own), whether it has a usable address and
    says anything, who it is in the matter it answers (None when it answers none), and how many came from its address within the hour.
    """

    speaker: str
    reachable: bool
    says: bool
    answers: Correspondent | None
    recent: int


def fate(sight: Sight, most: int) -> tuple[MailState, str]:
    """The state that the mail goes to, with its reason. At most `most` mails of one address are opened within an hour."""
    if sight.speaker != "person":
        return "aside", sight.speaker
    if sight.recent >= most:
        return "waiting", "flood"
    if not sight.says:
        return "waiting", "empty"
    if sight.answers == "complainant":
        return "added", ""
    if sight.answers is not None:
        return "waiting", "follower" if sight.answers == "follower" else "other_sender"
    return ("opened", "") if sight.reachable else ("waiting", "no_sender")


@dataclass(frozen=True)
class Decision:
    """What a clerk wants of a mail: the state it goes to, with what belongs to it. To 'kept': that it is looked at again."""

    state: MailState
    reason: str = ""
    number: str | None = None
    refused: tuple[Refusal, ...] = ()


def decide(record: MailRecord, decision: Decision) -> MailRecord:
    """The mail after the clerk's decision. Raises NotAllowed when it has its place already, or there is no more of it than its head."""
    if record.state not in ("waiting", "aside"):
        raise NotAllowed("mail.decided")
    if decision.state == "kept" and not record.whole:
        raise NotAllowed("mail.only_head")
    changes = {"state": decision.state, "reason": decision.reason, "number": decision.number, "refused": decision.refused, "tries": 0}
    return record.model_copy(update=changes)


def text_of(subject: str, text: str, language: Language) -> str:
    """What the sender says: the text, else the subject, else that there are only attachments."""
    return text.strip() or subject.strip() or _NO_TEXT[language]


def language_of(*texts: str) -> Language:
    """zh-CN as soon as there is one Chinese character, else English."""
    return "zh-CN" if any("\u3400" <= sign <= "\u9fff" for text in texts for sign in text) else "en"
