"""Whether a reply speaks of what was asked: by the pairs of characters that both have, empty words left out."""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from operator import add

from services.tracking.model.reply_gate.clauses import Clause
from services.tracking.model.reply_gate.knowledge import ReplyKnowledge

COMPLAINT_READ = 2_000
"""Characters of a complaint that its reply is compared with."""
DEMAND_READ, MOST_DEMANDS = 200, 12
NOT_LETTERS = re.compile(r"\W+")

LONG_ENOUGH = 30
"""Pairs of a reply from which it can be said that it speaks of something else."""
SHARED, SHARED_SHARE = 2, 0.03
"""Unrelated replies share fewer pairs with a message than one of these two in most cases, replies to it in one of two hundred."""
DEMAND_PAIRS = 8
"""A demand with fewer pairs says too little to be missed."""
DEMAND_LETTERS = 0.25
"""Of a demand's letters a reply may have this share by chance."""
FEW = 4
"""More demands than these are a story, in which each question is not one to be ticked off."""


def content_of(text: str, known: ReplyKnowledge) -> str:
    """A folded text without empty words and marks; a line break stands where something was left out."""
    return NOT_LETTERS.sub("\n", known.empty.sub("\n", text))


def pairs_of(content: str) -> set[str]:
    """Every two neighbouring letters."""
    return {pair for pair in set(map(add, content, content[1:])) if "\n" not in pair}


def told_by(clauses: Sequence[Clause]) -> str:
    """What the clauses tell, one to a line."""
    return "\n".join(clause.rest for clause in clauses if clause.rest)


def speaks_elsewhere(told: AbstractSet[str], named: AbstractSet[str], said: AbstractSet[str]) -> bool:
    """Whether a reply with the pairs `told` has none of the title's and next to none of the complaint's (`said`)."""
    return len(told) >= LONG_ENOUGH and not told & named and len(told & said) <= max(SHARED, SHARED_SHARE * len(told))


def unanswered(demands: Sequence[str], folded: str, clauses: Sequence[Clause], known: ReplyKnowledge) -> list[int]:
    """Which of some demands (folded, FEW at most) the reply says nothing on. One alone is judged by the score."""
    if not 2 <= len(demands) <= FEW:
        return []
    spoken = (folded[clause.start : clause.end] for clause in clauses if clause.kind not in ("courtesy", "receipt"))
    told = content_of("\n".join(spoken), known)
    return [number for number, demand in enumerate(demands) if _missed(content_of(demand, known), told)]


def _missed(asked: str, told: str) -> bool:
    pairs, letters = pairs_of(asked), set(asked) - {"\n"}
    return len(pairs) >= DEMAND_PAIRS and not pairs & pairs_of(told) and len(letters & set(told)) <= DEMAND_LETTERS * len(letters)
