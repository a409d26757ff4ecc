"""The words that made a reading, as they were written and where."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from services.sentiment.model.levels import Judgement, Verdict
from services.sentiment.model.mood import Feeling
from services.sentiment.model.pulls import Places
from services.sentiment.model.types import TypeFound
from shared.events import Evidence, Urgency
from shared.language.normalise import Text

SHOWN = 40
SHOWN_PER_RULE = 3
"""Times that one rule is shown with the same effect; more would say nothing new."""
SHOWN_CUES = 3


class Raised(NamedTuple):
    """The level that the trained head raised a message to, and the folded places that made it do so."""

    urgency: Urgency
    places: Places


def collect(written: Text, judgement: Judgement, raised: Raised | None, kind: TypeFound, feeling: Feeling) -> tuple[Evidence, ...]:
    """What counted first, then what was heard and set aside, then type and mood; never more than SHOWN."""
    verdicts = list(_distinct(judgement)) if judgement.verdicts else []
    counted = [piece for verdict in verdicts for piece in _of_verdict(written, verdict, counts=True)]
    counted += _of_head(written, raised) if raised else ()
    counted.sort(key=lambda piece: (piece.about != "urgency", piece.value if piece.about == "urgency" else "", piece.start))
    aside = [piece for verdict in verdicts for piece in _of_verdict(written, verdict, counts=False)]
    rest = [*_of_type(written, kind), *_of_mood(written, feeling)]
    return (*counted, *aside)[: SHOWN - len(rest)] + tuple(rest)


def _distinct(judgement: Judgement) -> Iterator[Verdict]:
    shown: Counter[tuple[str, str | None]] = Counter()
    for verdict in judgement.verdicts:
        shown[verdict.hit.hazard.id, verdict.why] += 1
        if shown[verdict.hit.hazard.id, verdict.why] <= SHOWN_PER_RULE:
            yield verdict


def _of_verdict(written: Text, verdict: Verdict, *, counts: bool) -> Iterator[Evidence]:
    words, start, end = written.written(verdict.hit.start, verdict.hit.end)
    hazard, why = verdict.hit.hazard, verdict.why or ""
    if hazard.urgency and bool(verdict.urgency) == counts:
        yield Evidence(
            about="urgency", value=verdict.urgency or hazard.urgency, words=words, start=start, end=end, rule=hazard.id,
            effect="for" if counts else "set_aside", why=why,
        )  # fmt: skip
    if hazard.sensitivity and bool(verdict.sensitivity) == counts:
        yield Evidence(
            about="sensitivity", value=hazard.sensitivity, words=words, start=start, end=end, rule=hazard.id,
            effect="for" if counts else "set_aside", why=why,
        )  # fmt: skip


def _of_head(written: Text, raised: Raised) -> Iterator[Evidence]:
    for place in raised.places:
        words, start, end = written.written(*place)
        yield Evidence(about="urgency", value=raised.urgency, words=words, start=start, end=end, rule="head")


def _of_type(written: Text, kind: TypeFound) -> Iterator[Evidence]:
    for cue in kind.cues[:SHOWN_CUES]:
        words, start, end = written.written(cue.start, cue.end)
        yield Evidence(about="type", value=kind.type, words=words, start=start, end=end, rule=f"cue.{kind.type}")


def _of_mood(written: Text, feeling: Feeling) -> Iterator[Evidence]:
    value = "content" if feeling.value > 0 else "upset"
    for place in feeling.places:
        words, start, end = written.written(*place)
        yield Evidence(about="mood", value=value, words=words, start=start, end=end, rule="mood")
    for place in feeling.outweighed:
        words, start, end = written.written(*place)
        yield Evidence(
            about="mood", value="content", words=words, start=start, end=end, rule="mood", effect="set_aside", why="outweighed"
        )  # fmt: skip
