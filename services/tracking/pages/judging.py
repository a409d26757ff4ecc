"""The machine's judgement as officers see it: what it says, the words that made it, and those words marked in the text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.tracking.model.case import Case
from services.tracking.pages.asking import Speaker
from shared.events import Evidence

UPSET, CONTENT = -0.25, 0.25
"""Between these a mood is called even."""
SIGNALS = {"U1": "red", "U2": "amber"}


WHYS = frozenset(
    {"over", "negated", "asked", "supposed", "feared", "topic", "quoted", "past", "often", "risk", "suggested", "outweighed", "landmark"}
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
class Judgement:
    """As `macros/judgement.html` wants it."""

    title: str
    value: str
    reasons: tuple[Reason, ...]
    kind: str = "plain"
    confidence: float | None = None
    runner_up: str | None = None
    version: str | None = None
    note: str = ""


def judgements(speaker: Speaker, case: Case) -> list[Judgement]:
    """What was read and proposed, as far as it was."""
    found = _readings(speaker, case)
    if case.proposal is not None:
        found.append(proposed(speaker, case))
    return found


def proposed(speaker: Speaker, case: Case) -> Judgement:
    """The department that routing proposed, for a case that has a proposal."""
    if case.proposal is None:
        raise ValueError(f"case {case.number} has no proposal")
    best, second = case.proposal.best, case.proposal.runner_up
    return Judgement(
        title=speaker.say("desk.judged.department"),
        value=speaker.name(best.department) if best else speaker.say("desk.judged.none"),
        reasons=_reasons(speaker, case.proposal.evidence),
        kind="accent",
        confidence=best.confidence if best else None,
        runner_up=f"{speaker.name(second.department)} · {round(second.confidence * 100)} %" if second else None,
        version=case.proposal.catalogue,
        note=best.basis if best else "",
    )


def _readings(speaker: Speaker, case: Case) -> list[Judgement]:
    reading = case.reading
    if reading is None:
        return []
    values = {
        "urgency": f"desk.urgency.{case.urgency}",
        "sensitivity": f"desk.sensitivity.{case.sensitivity}",
        "type": f"desk.type.{case.complaint_type}",
        "mood": f"desk.judged.{'upset' if reading.mood < UPSET else 'content' if reading.mood > CONTENT else 'even'}",
    }
    notes = {"sensitivity": case.confidential and "desk.judged.confidential", "type": case.stated_type and "desk.judged.stated"}
    return [
        Judgement(
            title=speaker.say(f"desk.judged.{about}"),
            value=speaker.say(value),
            reasons=_reasons(speaker, [one for one in reading.evidence if one.about == about]),
            kind=SIGNALS.get(case.urgency, "plain") if about == "urgency" else "plain",
            version=reading.engine if about == "mood" else reading.rules,
            note=speaker.say(key) if (key := notes.get(about)) else "",
        )
        for about, value in values.items()
    ]


def _reasons(speaker: Speaker, evidence: Iterable[Evidence]) -> tuple[Reason, ...]:
    return tuple(
        Reason(one.words, one.effect, one.rule, speaker.say(f"desk.why.{one.why}") if one.why in WHYS else one.why) for one in evidence
    )


@dataclass(frozen=True)
class Piece:
    """A stretch of the text; `marked` when a judgement rests on it."""

    text: str
    marked: bool


def pieces(case: Case) -> list[Piece]:
    """The text as written, with the words that raised urgency or sensitivity marked."""
    read = case.reading.evidence if case.reading else ()
    evidence = [one for one in read if one.about in ("urgency", "sensitivity") and one.effect == "for"]
    found: list[Piece] = []
    at = 0
    for start, end in _spans(case.text, evidence):
        if start > at:
            found.append(Piece(case.text[at:start], False))
        if end > max(start, at):
            found.append(Piece(case.text[max(start, at) : end], True))
        at = max(at, end)
    return [*found, Piece(case.text[at:], False)]


def _spans(text: str, evidence: Iterable[Evidence]) -> Sequence[tuple[int, int]]:
    """Where the words stand; the reading counts in what it read, which may begin with the title, so each place is checked."""
    spans = []
    for one in evidence:
        start = one.start if one.words and text[one.start : one.end] == one.words else text.find(one.words) if one.words else -1
        if start >= 0:
            spans.append((start, start + len(one.words)))
    return sorted(set(spans))
