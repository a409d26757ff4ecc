"""What a notice says: the facts of a matter in the city's templates, as much as its receiver may know and its channel carries."""

import json
from dataclasses import dataclass
from functools import partial

from services.intake.door import Door
from services.intake.links import rate_link
from services.intake.model.codes import group as group_code
from services.intake.model.codes import query_code
from services.intake.model.complaint import Complaint, HistoryLine
from services.intake.model.notice import DUTY_DESK, Notice
from services.intake.model.numbers import group
from services.intake.model.scrubbing import scrub
from services.intake.model.visibility import is_guarded
from services.intake.phrasebook import LIMITS, NO_RATE, UNLINKED, WHO_SIGNS, sms_length


@dataclass(frozen=True)
class Worded:
    """A notice in words. An SMS has no subject; the text of a webhook is JSON."""

    subject: str
    text: str


def word(door: Door, complaint: Complaint, notice: Notice) -> Worded:
    """The notice as it is to be sent. A sensitive or confidential matter gives no department, no reason and nobody's words away."""
    if notice.channel == "webhook":
        return Worded("", _report(complaint, notice))
    facts = _Facts(door, complaint, notice).all()
    say = partial(door.phrases.templates.say, notice.kind, notice.language)
    if notice.channel == "email":
        return Worded(say("subject", facts), say("mail", facts))
    signs = WHO_SIGNS[notice.language]
    if len(facts["who"]) > signs:
        facts["who"] = facts["who"][: signs - 1] + "…"
    texts = [say("sms", {**facts, **less}) for less in ({}, NO_RATE, UNLINKED)]  # an SMS is paid by parts
    return Worded("", next((text for text in texts if sms_length(text) <= LIMITS[notice.kind]), texts[-1]))


def _report(complaint: Complaint, notice: Notice) -> str:
    """For programs: codes and moments. The answer is in it only where its publication was agreed to."""
    guarded = is_guarded(complaint)
    facts = {
        "number": notice.number,
        "kind": notice.kind,
        "state": complaint.progress.state,
        "department": None if guarded else notice.department,
        "due_at": notice.due_at.isoformat(timespec="seconds") if notice.due_at else None,
        "at": notice.queued_at.isoformat(timespec="seconds"),
    }
    if notice.kind == "answered" and complaint.publish and not guarded:
        facts["answer"] = complaint.progress.reply
    return json.dumps(facts, ensure_ascii=False)


@dataclass(frozen=True)
class _Facts:
    """The placeholders of one notice; what does not apply, or must not be said, is empty."""

    door: Door
    complaint: Complaint
    notice: Notice

    def all(self) -> dict[str, str]:
        return {**self._common(), **self._theirs(), **(self._guarded() if is_guarded(self.complaint) else self._open())}

    def _common(self) -> dict[str, str]:
        """What may be said of every matter to everybody who is told."""
        notice, settings, promised = self.notice, self.door.world.settings, self.complaint.progress.promised_at
        return {
            "kind": notice.kind,
            "city": settings.city_en if notice.language == "en" else settings.city_zh,
            "hotline": settings.hotline,
            "number": group(notice.number),
            "desk_url": f"{settings.address}/desk/cases/{notice.number}" if notice.follower == DUTY_DESK else "",
            "due": self.door.phrases.moment(notice.due_at, notice.language),
            "promised": self.door.phrases.moment(promised, notice.language) if promised != notice.due_at else "",
        }

    def _theirs(self) -> dict[str, str]:
        """What the complainant alone is given: links, the query code, the question whether it was solved."""
        notice, door = self.notice, self.door
        if notice.follower:
            given = dict.fromkeys(("code", "progress_url", "rate_url", "rate_until", "answerable"), "")
            return {**given, "matter": self._say("notice.matter.followed")}
        link = rate_link(door, self.complaint) if notice.kind == "answered" else None
        return {
            "matter": self._say("notice.matter.own"),
            "code": group_code(query_code(door.code_key, notice.number)) if notice.kind == "receipt" else "",
            "progress_url": f"{door.world.settings.address}/progress",
            "rate_url": link.url if link else "",
            "rate_until": door.phrases.moment(link.until, notice.language) if link else "",
            "answerable": "yes" if notice.channel == "email" and door.world.outside.mailbox else "",
        }

    def _guarded(self) -> dict[str, str]:
        why = self.notice.why if self.notice.kind == "alarm" else ""  # that nobody took it gives nothing of the matter away
        why_words = self.door.phrases.why(self.notice.kind, why, self.notice.language)
        hidden = dict.fromkeys(("why", "reason", "words", "answer"), "")
        return {**hidden, "who": self._say("notice.some_department"), "why_words": why_words}

    def _open(self) -> dict[str, str]:
        notice, places = self.notice, self.door.world.places
        said = None if notice.follower else self._said()
        return {
            "who": places.name(notice.department, notice.language) if notice.department else self._say("notice.centre"),
            "why": notice.why,
            "why_words": self.door.phrases.why(notice.kind, notice.why, notice.language),
            "reason": self._say(f"citizen.declined.{said.why}") if said and said.key == "declined" else "",
            "words": said.words if said else "",
            "answer": self._answer() if notice.kind == "answered" else "",
        }

    def _said(self) -> HistoryLine | None:
        """What an officer wrote for the complainant about it: what is needed, or where else to go."""
        kind, why = self.notice.kind, self.notice.why
        key = "asked" if kind == "asked" else "declined" if (kind, why) == ("closed", "declined") else ""
        return next((line for line in reversed(self.complaint.progress.history) if line.key == key), None)

    def _answer(self) -> str:
        """Whole for the complainant; for who joined, what may be published of it."""
        reply = self.complaint.progress.reply
        if self.notice.follower is None:
            return reply
        return scrub(reply) if self.complaint.publish else ""

    def _say(self, key: str) -> str:
        return self.door.phrases.say(key, self.notice.language)
