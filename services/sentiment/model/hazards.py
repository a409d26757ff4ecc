"""What a text's hazard words amount to, once the words around them have been heard."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple, get_args

from services.sentiment.model.compiled import Hazards, Rules
from services.sentiment.model.dates import is_past
from services.sentiment.model.quotes import is_quoted
from services.sentiment.model.rules import Context, Hazard, Why
from shared.language.lexicon import DATE, Token

MOST = 200
"""Hazards weighed in one text; whoever needs more has said it already."""

CLAUSE_ENDS = frozenset(",;:。!?… \n")
SENTENCE_ENDS = frozenset("。!?\n")
CLOSE = 6
"""Words that belong together within so few characters stand in one clause; those further apart in one sentence."""
STRONGEST_FIRST: tuple[Why, ...] = get_args(Why)


class Hit(NamedTuple):
    """A hazard, the one or two words that name it, and what the words around make of it; None: it is meant."""

    hazard: Hazard
    parts: tuple[Token, ...]
    why: Why | None = None

    @property
    def start(self) -> int:
        return self.parts[0].start

    @property
    def end(self) -> int:
        return self.parts[-1].end


def find_hazards(folded: str, tokens: Sequence[Token], rules: Rules, today: date) -> list[Hit]:
    """The hazards named in a text, from left to right, each weighed in its context."""
    taken: set[Token] = set()
    hits = list(_named(folded, tokens, rules.takers))
    for hit in hits:
        taken.update(hit.parts)
    hits += _named(folded, [token for token in tokens if token not in taken] if taken else tokens, rules.others)
    if not hits:
        return []
    surroundings = Surroundings(folded, tokens, rules, today)
    return [hit._replace(why=surroundings.why(hit)) for hit in sorted(hits, key=lambda hit: (hit.start, hit.end))[:MOST]]


def _named(folded: str, tokens: Sequence[Token], hazards: Hazards) -> Iterator[Hit]:
    for number, token in enumerate(tokens):
        if hazards.tags.isdisjoint(token.tags):
            continue
        for tag in token.tags:
            if hazard := hazards.direct.get(tag):
                yield Hit(hazard, (token,))
            for hazard, second, distance in hazards.pairs.get(tag, ()):
                if parts := _pair(folded, tokens, number, second, distance):
                    yield Hit(hazard, parts)


def _pair(folded: str, tokens: Sequence[Token], number: int, tag: str, distance: int) -> tuple[Token, Token] | None:
    """The token with the nearest one that has `tag`, behind it or else before it, within the distance and the same clause or sentence."""
    ends = CLAUSE_ENDS if distance <= CLOSE else SENTENCE_ENDS
    for step in (1, -1):
        other = number + step
        while 0 <= other < len(tokens):
            first, last = (tokens[number], tokens[other]) if step > 0 else (tokens[other], tokens[number])
            if last.start - first.end > distance:
                break
            if tag in tokens[other].tags and ends.isdisjoint(folded[first.end : last.start]):
                return first, last
            other += step
    return None


class Surroundings:
    """The context words of one text, by place."""

    def __init__(self, folded: str, tokens: Sequence[Token], rules: Rules, today: date) -> None:
        self.folded, self.rules, self.today = folded, rules, today
        self.tokens = [token for token in tokens if not rules.heard.isdisjoint(token.tags)]
        self.starts = [token.start for token in self.tokens]

    def why(self, hit: Hit) -> Why | None:
        """The strongest thing that the words around make of a hazard."""
        found = {why for part in hit.parts for why in self._before(part.start, hit)} | set(self._after(hit.end))
        if is_quoted(self.folded, hit.start, hit.end):
            found.add("quoted")
        found -= hit.hazard.despite
        return next((why for why in STRONGEST_FIRST if why in found), None)

    def _before(self, start: int, hit: Hit) -> Iterator[Why]:
        if start and self.folded[start - 1] in self.rules.touching:
            yield "negated"
        between: set[str] = set()
        for number in range(bisect_left(self.starts, start) - 1, -1, -1):
            token = self.tokens[number]
            if start - token.end > self.rules.furthest:
                return
            if token in hit.parts:
                continue
            yield from (context.why for context in self._contexts(token, "before", token.end, start) if between.isdisjoint(context.unless))
            between.update(token.tags)

    def _after(self, end: int) -> Iterator[Why]:
        between: set[str] = set()
        for number in range(bisect_left(self.starts, end), len(self.tokens)):
            token = self.tokens[number]
            if token.start - end > self.rules.furthest:
                return
            yield from (context.why for context in self._contexts(token, "after", end, token.start) if between.isdisjoint(context.unless))
            between.update(token.tags)

    def _contexts(self, token: Token, side: str, start: int, end: int) -> Iterator[Context]:
        """The contexts that a token opens across the gap from `start` to `end`."""
        for tag in token.tags:
            context = self.rules.contexts.get(tag)
            if context is None or context.side != side or not 0 <= end - start <= context.reach:
                continue
            ends = CLAUSE_ENDS if context.scope == "clause" else SENTENCE_ENDS
            if ends.isdisjoint(self.folded[start:end]) and (tag != DATE or is_past(self.folded[token.start : token.end], self.today)):
                yield context
