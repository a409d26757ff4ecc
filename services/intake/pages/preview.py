"""The preview of notices: each kind in both languages and all channels, as it would be sent, with how long it is."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request, Response

from services.intake.door import Door
from services.intake.model.complaint import Complaint, HistoryLine, Language, Progress
from services.intake.model.notice import DUTY_DESK, Notice
from services.intake.model.noticing import ALONE, WHYS
from services.intake.model.numbers import compose
from services.intake.notice_templates import LANGUAGES
from services.intake.pages.knocking import door_of
from services.intake.phrasebook import LIMITS, ONE_PART, sms_length
from services.intake.wording import Worded, word
from shared.events.intake import NoticeChannel, NoticeKind
from shared.web.identity import Identity, require
from shared.web.pages import render

router = APIRouter(include_in_schema=False)

Officer = Annotated[Identity, Depends(require("administrator", "supervisor", "clerk"))]
Ticked = Literal["", "yes"]

SAMPLE = compose(date(2000, 1, 3), 123)
"""A number from before there were any, so that the query code shown is nobody's."""


@dataclass(frozen=True)
class Shown:
    """One language of the preview; `signs` counts the SMS, `limit` is what it may have."""

    language: Language
    mail: Worded
    sms: str
    signs: int
    limit: int
    parts: int


@router.get("/notices/preview")
async def preview(
    request: Request, officer: Officer, kind: NoticeKind = "receipt", why: str = "", guarded: Ticked = "", follower: Ticked = ""
) -> Response:
    """A reason that the kind has not is passed over, as is somebody who joined where only the complainant is told."""
    door = door_of(request)
    sample = Sample(door, kind, why if why in WHYS[kind] else WHYS[kind][0], bool(guarded), bool(follower) and kind not in ALONE)
    return render(
        request, "intake/notice_preview.html", sample=sample, kinds=tuple(WHYS), whys=WHYS[kind], own=door.own.notices is not None,
        joined=kind not in ALONE, shown=[_shown(sample, language) for language in LANGUAGES],
        report=sample.worded("webhook", LANGUAGES[0]).text,
    )  # fmt: skip


def _shown(sample: "Sample", language: Language) -> Shown:
    sms = sample.worded("sms", language).text
    signs = sms_length(sms)
    return Shown(language, sample.worded("email", language), sms, signs, LIMITS[sample.kind], 1 if signs <= ONE_PART else 2)


@dataclass(frozen=True)
class Sample:
    """A made-up matter with the longest name of a department, and the notice of it that is looked at."""

    door: Door
    kind: NoticeKind
    why: str
    guarded: bool
    follower: bool

    def worded(self, channel: NoticeChannel, language: Language) -> Worded:
        places, now = self.door.world.places, self.door.clock.now()
        lead = max(places.departments, key=lambda code: len(places.name(code, language)))
        follower = DUTY_DESK if self.kind == "alarm" else "preview" if self.follower else None
        notice = Notice(
            id="preview", number=SAMPLE, kind=self.kind, channel=channel, follower=follower,
            language=language, department=None if self.why == "waiting_for_dispatch" else lead,
            due_at=now + timedelta(days=5), why=self.why, queued_at=now, next_at=None, ends_at=now,
        )  # fmt: skip
        return word(self.door, self._complaint(language), notice)

    def _complaint(self, language: Language) -> Complaint:
        now = self.door.clock.now()
        answer, asked, channel = (self.door.phrases.say(f"notice.sample.{name}", language) for name in ("answer", "asked", "channel"))
        history = (
            HistoryLine(at=now, key="asked", words=asked, due_at=now + timedelta(days=5)),
            HistoryLine(at=now, key="declined", why="other_powers", words=channel),
            HistoryLine(at=now, key="replied", words=answer),
        )
        progress = Progress(
            state="awaiting_callback", may=("rate",), reply=answer, history=history, promised_at=now + timedelta(days=3)
        )  # fmt: skip
        return Complaint(
            number=SAMPLE, channel="online", received_at=now, text="", request="", publish=True, confidential=self.guarded,
            progress=progress,
        )  # fmt: skip
