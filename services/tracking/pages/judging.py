"""The machine's judgement as officers see it: what it says, the words that made it, and those words marked in the text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.tracking.model.case import Case
from shared.events import Evidence
from shared.events.sentiment import ComplaintRead
from shared.web.judging import Judgement, proposed_judgement, read_judgements
from shared.web.speaking import Speaker


def judgements(speaker: Speaker, case: Case) -> list[Judgement]:
    """What was read and proposed, as far as it was."""
    found = read_judgements(speaker, _all_read(case.reading, case), case, _notes(case)) if case.reading else []
    if case.proposal is not None:
        found.append(proposed_judgement(speaker, case.proposal))
    return found


def _all_read(reading: ComplaintRead, case: Case) -> ComplaintRead:
    """The reading with the words of what was added later, where they raised the case."""
    return reading.model_copy(update={"evidence": tuple(one for each in (reading, *case.readings) for one in each.evidence)})


def _notes(case: Case) -> dict[str, str]:
    """What people have put right, and what was added later."""
    notes = {}
    if case.confidential:
        notes["sensitivity"] = "desk.judged.confidential"
    if case.stated_type:
        notes["type"] = "desk.judged.stated"
    if case.readings:
        notes["urgency"] = "desk.judged.added"
    if case.judged:
        notes |= dict.fromkeys(("urgency", "sensitivity"), "desk.judged.overruled")
    return notes


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
