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

LONG_ENOUGH, SAID_ENOUGH = 30, 20
"""Pairs of a reply, and of a complaint, from which it can be said that the one speaks of something else than the other."""
SHARED, SHARED_SHARE = 2, 0.03
"""Unrelated replies share fewer pairs with a message than one of these two in most cases, replies to it in one of two hundred."""
DEMAND_PAIRS = 8
"""A demand with fewer pairs says too little to be missed."""
LETTERS = 0.25
"""Of the letters of a title or a demand a reply may have this share by chance."""
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


def speaks_elsewhere(told: str, title: str, said: AbstractSet[str]) -> bool:
    """Whether a reply that tells `told` (content) has nothing of the title (content) and next to none of the pairs that were said."""
    pairs = pairs_of(told)
    if len(pairs) < LONG_ENOUGH or len(said) < SAID_ENOUGH or not foreign(title, told):
        return False
    return len(pairs & said) <= max(SHARED, SHARED_SHARE * len(pairs))


def foreign(asked: str, told: str) -> bool:
    """Whether nothing of what was asked is told but for letters that any text may have (both contents)."""
    letters = set(asked) - {"\n"}
    return not pairs_of(asked) & pairs_of(told) and len(letters & set(told)) <= LETTERS * len(letters)


def unanswered(demands: Sequence[str], folded: str, clauses: Sequence[Clause], known: ReplyKnowledge) -> list[int]:
    """Which of some demands (folded, FEW at most) the reply says nothing on. One alone is judged by the score."""
    if not 2 <= len(demands) <= FEW:
        return []
    spoken = (folded[clause.start : clause.end] for clause in clauses if clause.kind not in ("courtesy", "receipt"))
    told = content_of("\n".join(spoken), known)
    asked = [content_of(demand, known) for demand in demands]
    return [number for number, one in enumerate(asked) if len(pairs_of(one)) >= DEMAND_PAIRS and foreign(one, told)]
