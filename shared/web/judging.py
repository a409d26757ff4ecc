"""The machine's judgement as officers see it on any page: what it says, the words that made it, how sure it is."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from shared.events import ComplaintType, Evidence, Sensitivity, Urgency
from shared.events.routing import DepartmentProposed, SimilarCase
from shared.events.sentiment import ComplaintRead
from shared.roles import CENTRE_ROLES
from shared.web.identity import officer_of
from shared.web.speaking import Speaker

UPSET, CONTENT = -0.25, 0.25
"""Between these a mood is called even."""
SIGNALS = {"U1": "red", "U2": "amber"}

WHYS = frozenset(
    [
        "over",
        "negated",
        "asked",
        "supposed",
        "feared",
        "topic",
        "quoted",
        "past",
        "often",
        "risk",
        "figure",
        "thing",
        "suggested",
        "outweighed",
        "landmark",
        "unknown_place",
    ]
)
"""The codes of evidence that words.toml explains; a newer one stands as it is."""


@dataclass(frozen=True)
class Reason:
    """Some words of the text, what they did to the judgement, by which rule and why."""

    words: str
    effect: str
    rule: str
    why: str


@dataclass(frozen=True)
class Similar:
    """A closed case like this one: where it went, when it was closed, how like it is; `link` for whoever may open it."""

    number: str
    department: str
    category: str
    day: str
    percent: int
    link: str


@dataclass(frozen=True)
class Judgement:
    """As `macros/judgement.html` wants it. `second_reasons` are the runner-up's."""

    title: str
    value: str
    reasons: tuple[Reason, ...]
    kind: str = "plain"
    confidence: float | None = None
    runner_up: str | None = None
    version: str | None = None
    note: str = ""
    second_reasons: tuple[Reason, ...] = ()
    similar: tuple[Similar, ...] = ()


class Judged(Protocol):
    """Where a matter stands in the three judgements that people go by: a reading itself, or a case that somebody has put right."""

    @property
    def urgency(self) -> Urgency: ...

    @property
    def sensitivity(self) -> Sensitivity: ...

    @property
    def complaint_type(self) -> ComplaintType: ...


def read_judgements(speaker: Speaker, reading: ComplaintRead, judged: Judged, notes: Mapping[str, str]) -> list[Judgement]:
    """Urgency, sensitivity, type and mood, with the reading's reasons; `notes` are keys of words beside some of them."""
    mood = "upset" if reading.mood < UPSET else "content" if reading.mood > CONTENT else "even"
    values = {
        "urgency": f"desk.urgency.{judged.urgency}",
        "sensitivity": f"desk.sensitivity.{judged.sensitivity}",
        "type": f"desk.type.{judged.complaint_type}",
        "mood": f"desk.judged.{mood}",
    }
    return [
        Judgement(
            title=speaker.say(f"desk.judged.{about}"),
            value=speaker.say(value),
            reasons=reasons(speaker.say, [one for one in reading.evidence if one.about == about]),
            kind=SIGNALS.get(judged.urgency, "plain") if about == "urgency" else "plain",
            version=reading.engine if about == "mood" else reading.rules,
            note=speaker.say(notes[about]) if about in notes else "",
        )
        for about, value in values.items()
    ]


def proposed_judgement(speaker: Speaker, proposal: DepartmentProposed) -> Judgement:
    """The department that routing proposed and the runner-up, each with its reasons, the duty basis, and closed cases like it."""
    best, second = proposal.best, proposal.runner_up
    of_second = [one for one in proposal.evidence if second and one.value == second.department]
    return Judgement(
        title=speaker.say("desk.judged.department"),
        value=speaker.name(best.department) if best else speaker.say("desk.judged.none"),
        reasons=reasons(speaker.say, [one for one in proposal.evidence if one not in of_second]),
        kind="accent",
        confidence=best.confidence if best else None,
        runner_up=f"{speaker.name(second.department)} · {round(second.confidence * 100)} %" if second else None,
        version=proposal.catalogue,
        note=best.basis if best else "",
        second_reasons=reasons(speaker.say, of_second),
        similar=tuple(_similar(speaker, one) for one in proposal.similar),
    )


def _similar(speaker: Speaker, one: SimilarCase) -> Similar:
    officer = officer_of(speaker.request)
    opens = officer is not None and (officer.has(*CENTRE_ROLES) or officer.department == one.department)
    return Similar(
        number=one.case,
        department=speaker.name(one.department),
        category=speaker.name(one.category) if one.category else "",
        day=speaker.day(one.closed_at),
        percent=round(one.score * 100),
        link=f"/desk/cases/{one.case}" if opens else "",
    )


def reasons(words: Callable[[str], str], evidence: Iterable[Evidence]) -> tuple[Reason, ...]:
    """The evidence in words."""
    return tuple(Reason(one.words, one.effect, one.rule, words(f"desk.why.{one.why}") if one.why in WHYS else one.why) for one in evidence)
