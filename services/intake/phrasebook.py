"""What notices are worded with: the templates, the words of codes, the way moments are written; tried out when the service starts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import TemplateError

from services.intake.model.complaint import Language
from services.intake.model.noticing import WHYS
from services.intake.notice_templates import FRAME, LANGUAGES, PARTS, NoticeTemplates, Part, read_templates
from shared.events.intake import NoticeKind
from shared.places import Places
from shared.runtime.settings import Settings
from shared.web.filters import Filters
from shared.web.words import Words, read_words

WORDS = Path(__file__).with_name("words")

ONE_PART, TWO_PARTS = 70, 134
"""Signs of an SMS in UCS-2 (3GPP TS 23.038): 70 alone, 67 in each of several, whose header takes the room of three."""
LIMITS: Mapping[NoticeKind, int] = {kind: ONE_PART if kind == "receipt" else TWO_PARTS for kind in WHYS}
"""How long an SMS of each kind may be."""
WHO_SIGNS: Mapping[Language, int] = {"zh-CN": 20, "en": 40}
"""The longest name of a department that an SMS has room for."""
NO_RATE: Mapping[str, str] = {"rate_url": "", "rate_until": ""}
UNLINKED: Mapping[str, str] = {**NO_RATE, "progress_url": "", "desk_url": ""}
"""The facts of an SMS that has to do without the longest link, or without any: number and code lead to the same."""

LATEST = datetime(2099, 12, 30, 15, 50, tzinfo=ZoneInfo("UTC"))
"""A moment that takes as many signs as any: of another year, with two digits in each place."""


@dataclass(frozen=True)
class Phrasebook:
    """`filters` write moments as the pages do."""

    templates: NoticeTemplates
    words: Words
    filters: Mapping[Language, Filters]

    def say(self, key: str, language: Language) -> str:
        return self.words.say(key, language)

    def moment(self, value: datetime | None, language: Language) -> str:
        """Day and time in the city's zone; nothing for none."""
        return self.filters[language].moment(value) if value else ""

    def why(self, kind: NoticeKind, why: str, language: Language) -> str:
        """The words of a notice's reason; of an end there is always something to say."""
        match kind:
            case "closed":
                return self.say(f"notice.closed.{why or 'over'}", language)
            case "overdue" if why:
                return self.say(f"notice.overdue.{why}", language)
            case "extended" if why:
                return self.say(f"citizen.extension.{why}", language)
            case "alarm" if why:
                return self.say(f"notice.alarm.{why}", language)
        return ""


def open_phrasebook(settings: Settings, places: Places, now: Callable[[], datetime], own: Path | None) -> Phrasebook:
    """The phrasebook with the city's `own` templates. Raises TemplateFault, with file and line, for what cannot be used."""
    words, zone = read_words([WORDS]), ZoneInfo(settings.timezone)
    filters = {language: Filters(language, words, places, zone, now) for language in LANGUAGES}
    book = Phrasebook(read_templates(own), words, filters)
    for kind, language in product(WHYS, LANGUAGES):
        _try_out(book, kind, language, settings)
    return book


def sms_length(text: str) -> int:
    """Signs as an SMS counts them: UTF-16 units, so that a rare character or a picture takes two."""
    return len(text.encode("utf-16-be")) // 2


def _try_out(book: Phrasebook, kind: NoticeKind, language: Language, settings: Settings) -> None:
    """Words every part, with facts as long as they become for each reason, and with none at all."""
    for why in WHYS[kind]:
        facts = longest_facts(book, kind, why, language, settings)
        for part in PARTS:
            _fill(book, kind, language, part, facts)
        length = sms_length(_fill(book, kind, language, "sms", {**facts, **UNLINKED}))
        if length > LIMITS[kind]:
            message = f"the SMS may be {LIMITS[kind]} signs long; with the longest facts, without links, it has {length}"
            raise book.templates.fault(kind, language, "sms", message)
    for part in PARTS:
        _fill(book, kind, language, part, dict.fromkeys(facts, ""))


def _fill(book: Phrasebook, kind: NoticeKind, language: Language, part: Part, facts: Mapping[str, str]) -> str:
    text = ""
    for name in (kind, FRAME):
        try:
            text = book.templates.render(name, language, part, {**facts, "text": text})
        except (TemplateError, TypeError, ValueError, ArithmeticError) as fault:
            raise book.templates.fault(name, language, part, f"{part} cannot be filled in: {fault}") from fault
    if part == "subject" and "\n" in text:
        raise book.templates.fault(kind, language, part, "a subject is one line")
    return text


def longest_facts(book: Phrasebook, kind: NoticeKind, why: str, language: Language, settings: Settings) -> dict[str, str]:
    """Facts for a trial: each as long as it may become, what people write being as short as it is needed here."""
    moment = book.moment(LATEST, language)
    return {
        "kind": kind, "why": why, "why_words": book.why(kind, why, language), "reason": "…", "words": "…", "answer": "…",
        "city": settings.city_en if language == "en" else settings.city_zh, "hotline": settings.hotline,
        "number": "271229-000000-0", "code": "XXXX-XXXX", "who": "某" * WHO_SIGNS[language],
        "matter": book.say("notice.matter.followed", language), "due": moment, "promised": moment,
        "progress_url": f"{settings.address}/progress", "rate_url": f"{settings.address}/rate/…", "rate_until": moment,
        "answerable": "yes", "desk_url": f"{settings.address}/desk/cases/2712290000000",
    }  # fmt: skip
