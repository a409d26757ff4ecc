"""What type of complaint a text is, by the cues in it."""

from collections.abc import Sequence
from typing import NamedTuple

from services.sentiment.model.compiled import Rules
from services.sentiment.model.rules import Cue
from shared.events import ComplaintType
from shared.language.engine import Heard
from shared.language.lexicon import Token

TITLE_COUNTS = 3.0
"""A cue in the title counts this many times: there people say what they have come for."""

HEAD, HEAD_COUNTS = "type", 3.0
"""What the trained head says weighs as much as a plain cue or two."""

CLOSEST_FIRST: tuple[ComplaintType, ...] = ("report", "complaint", "help", "enquiry", "suggestion", "praise")
"""Of types with equal cues the one that asks most of the office is taken."""

GRIEVANCES: tuple[ComplaintType, ...] = ("report", "complaint", "help")
PLAIN = 2.0
"""Cues of this weight make a grievance plain; a single weak one may stand in any text."""
QUESTIONS: tuple[ComplaintType, ...] = ("enquiry", "suggestion")


class TypeFound(NamedTuple):
    """The type and the cues that spoke for it."""

    type: ComplaintType
    cues: tuple[Token, ...] = ()
    grieved: bool = False
    """The words of somebody with a grievance prevail."""
    only_asks: bool = False
    """A question or an idea, with hardly a word of grievance: nothing is said to be wrong now."""


def find_type(folded: str, tokens: Sequence[Token], title_end: int, rules: Rules, heard: Heard) -> TypeFound:
    """The type with the weightiest cues, the trained head's word among them. Each cue word counts once, a denied one ("不是投诉") not at
    all.
    """
    shares = heard.shares(HEAD)
    scores: dict[ComplaintType, float] = {kind: HEAD_COUNTS * shares[kind] for kind in CLOSEST_FIRST}
    said: dict[str, tuple[Cue, Token]] = {}
    cues = rules.cues
    for token in tokens:
        for tag in token.tags:
            if tag not in cues or folded.endswith(rules.denials, 0, token.start):
                continue
            cue = cues[tag]
            if said.setdefault(folded[token.start : token.end], (cue, token))[1] is token:
                scores[cue.type] += cue.weight * (TITLE_COUNTS if token.start < title_end else 1.0)
    best = max(CLOSEST_FIRST, key=scores.__getitem__)
    grievance = sum([scores[kind] for kind in GRIEVANCES])
    plain = scores[best] - HEAD_COUNTS * shares[best] >= PLAIN
    own = tuple([token for cue, token in said.values() if cue.type == best])
    asks = best in QUESTIONS and bool(own) and grievance <= scores[best] / 2  # in so many words: the head's guess takes no hazard away
    return TypeFound(best, own, grieved=best in GRIEVANCES and plain, only_asks=asks)
