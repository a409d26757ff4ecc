"""How little a reply answers, from 0 to 1: a logistic of what it tells beside formulae, with the weights of the file."""

import math
import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from operator import add, or_

from services.tracking.model.reply_gate.clauses import Clause
from services.tracking.model.reply_gate.knowledge import Mark, ReplyKnowledge
from services.tracking.model.reply_gate.matching import content_of, pairs_of, speaks_elsewhere, told_by

FIGURES = re.compile(r"\d|(?<!近)[一二三四五六七八九十两百千万]+(?:年|个月|天|日|元|岁|小时|分钟|次|户|公里|米|点)")
COPIED = 0.25
"""What a character counts that only repeats the complaint."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a reply tells: `information` in characters beside empty words, the kinds of marks in it, whether it has figures."""

    information: float
    marks: frozenset[Mark]
    figures: bool
    reference: bool
    elsewhere: bool


def measure(clauses: Sequence[Clause], title: str, text: str, known: ReplyKnowledge) -> Told:
    """What these clauses tell somebody who wrote the complaint (folded; of a long text its beginning)."""
    rest = told_by(clauses)
    content = content_of(rest, known)
    named = content_of(title, known)
    said = pairs_of(named) | pairs_of(content_of(text, known))
    return Told(
        information=information(content, said),
        marks=frozenset(mark for mark, pattern in known.marks.items() if pattern.search(rest)),
        figures=FIGURES.search(rest) is not None,
        reference=any(clause.kind == "reference" for clause in clauses),
        elsewhere=speaks_elsewhere(content, named, said),
    )


def information(content: str, said: AbstractSet[str]) -> float:
    """The letters of a content; those in pairs that were said already count less."""
    repeated = list(map(said.__contains__, map(add, content, content[1:])))
    copied: int = sum(map(or_, [False, *repeated], [*repeated, False]))
    return len(content) - content.count("\n") - (1 - COPIED) * copied


def score(told: Told, known: ReplyKnowledge) -> float:
    """From 0 (answers) to 1 (answers nothing). What speaks of another matter is one to look at, however much it tells."""
    weights = known.weights
    total = weights.bias + weights.information * math.log1p(told.information)
    total += sum(getattr(weights, mark) for mark in told.marks)
    total += weights.figures * told.figures + weights.reference * told.reference
    return max(1 / (1 + math.exp(-total)), known.limits.look if told.elsewhere else 0.0)
