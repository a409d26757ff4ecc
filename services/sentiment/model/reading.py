"""Reads one complaint: from title and text to everything that is proposed about it."""

from dataclasses import dataclass
from datetime import date
from typing import get_args

import numpy as np

from services.sentiment.model.compiled import Rules
from services.sentiment.model.critical import Weights, weigh_critical
from services.sentiment.model.demands import find_demands
from services.sentiment.model.evidence import Raised, collect
from services.sentiment.model.hazards import find_hazards
from services.sentiment.model.levels import Judgement, judge
from services.sentiment.model.mood import Feeling, MoodEngine
from services.sentiment.model.types import TypeFound, find_type
from services.sentiment.model.urgency import CRITICAL, HEAD, likely_critical, likely_urgent, raise_level, raising_places, urgency_score
from shared.events.sentiment import LONGEST_DEMAND, ComplaintRead, Demand, Emotion
from shared.language.engine import Engine, Heard
from shared.language.features import extract
from shared.language.normalise import Codes, Text, fold, join

HAN, HAN_COUNT = np.uint32(0x3400), np.uint32(0x9FFF - 0x3400)
"""Where Han characters stand; those beyond are too rare to be the only ones of a text."""
FOREIGN = 0.1
"""A text with a smaller share of Han characters among its letters is of another script."""

HOLDS = 2
"""So many known words are something to hold on to, whatever else a text is made of."""

IN_DESPAIR = -0.9
"""The mood is at most this when somebody speaks of ending a life."""

EMOTIONS: tuple[Emotion, ...] = get_args(Emotion)
FELT, NOTHING_MEANT = 0.5, 0.9
"""Probability from which an emotion is named, and a message is taken for nuisance."""


@dataclass(frozen=True, slots=True, eq=False)
class Knowledge:
    """What a reader knows: how characters are folded, the rules, the trained heads, and what judges the mood."""

    characters: Codes
    rules: Rules
    critical: Weights
    """How much each sign of a danger to life weighs."""
    engine: Engine
    mood: MoodEngine
    version: str
    """Of the models; it goes with every reading."""


def read(title: str, text: str, today: date, known: Knowledge) -> ComplaintRead:
    """What a complaint seems to say. `today` is the day it was received, in the city's time. Takes any strings whatever."""
    written = fold(join(title, text), known.characters)
    title_end = max(written.folded.find("\n"), 0) if title else 0
    heard = known.engine.read(extract(written, title_end))
    tokens = known.rules.lexicon.find(written.folded)
    hits = find_hazards(written.folded, tokens, known.rules, today)
    if len(tokens) < HOLDS and not hits and not _understood(written.codes):
        return ComplaintRead(
            mood=0, urgency="U4", sensitivity="S0", complaint_type="complaint", not_understood=True,
            rules=known.rules.version, engine=known.version,
        )  # fmt: skip
    kind = find_type(written.folded, tokens, title_end, known.rules, heard)
    judgement = judge(hits, kind)
    likely = likely_urgent(heard)
    critical = weigh_critical(judgement, likely_critical(heard), likely, len(written.codes), known.critical)
    urgency = raise_level(judgement, likely, critical)
    head = CRITICAL if urgency == "U1" else HEAD
    raised = Raised(urgency, raising_places(written, heard, head)) if urgency != judgement.urgency else None
    feeling = _hold(known.mood.judge(written, heard), kind, judgement)
    return ComplaintRead(
        mood=feeling.value, urgency=urgency, urgency_score=urgency_score(urgency, likely), sensitivity=judgement.sensitivity,
        complaint_type=kind.type, demands=tuple(_demand(written, *span) for span in find_demands(written, title_end)),
        evidence=collect(written, judgement, raised, kind, feeling), rules=known.rules.version, engine=known.version,
        emotions=_emotions(heard), nuisance=not judgement.verdicts and heard.flags("nuisance")["nuisance"] >= NOTHING_MEANT,
    )  # fmt: skip


def _demand(written: Text, start: int, end: int) -> Demand:
    words, start, end = written.written(start, end)
    return Demand(start=start, end=min(end, start + LONGEST_DEMAND), words=words[:LONGEST_DEMAND])


def _emotions(heard: Heard) -> tuple[Emotion, ...]:
    felt = heard.flags("emotions")
    return tuple([emotion for emotion in EMOTIONS if felt[emotion] >= FELT])


def _understood(codes: Codes) -> bool:
    """True when there are two different Han characters at least, and they are not lost among letters of another script."""
    han = codes[codes - HAN < HAN_COUNT]
    letters = int(np.count_nonzero(codes >= ord("a")))
    return len(han) > 1 and int(han.min()) != int(han.max()) and len(han) >= FOREIGN * letters


def _hold(feeling: Feeling, kind: TypeFound, judgement: Judgement) -> Feeling:
    """The mood, held down by what was said: nobody who asks for help or speaks of ending a life is called content.

    The head has learned from reviews; a formal letter about a grievance reads to it like a good book.
    """
    despair = [(verdict.hit.start, verdict.hit.end) for verdict in judgement.verdicts if verdict.sensitivity == "S1"]
    grief = [(verdict.hit.start, verdict.hit.end) for verdict in judgement.verdicts if verdict.urgency]
    plain = [(cue.start, cue.end) for cue in kind.cues if kind.grieved]
    most = IN_DESPAIR if despair else 0.0
    heaviest = (despair + grief + plain)[:1]
    if not heaviest or feeling.value <= most:
        return feeling
    return Feeling(most, tuple(heaviest), feeling.places if feeling.value > 0 else ())
