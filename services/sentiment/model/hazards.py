"""What a text's hazard words amount to, once the words around them have been heard."""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import islice, takewhile
from operator import attrgetter
from typing import NamedTuple, get_args

from services.sentiment.model.compiled import Hazards, Rules
from services.sentiment.model.dates import is_past
from services.sentiment.model.quotes import holds_quotes, is_quoted
from services.sentiment.model.rules import Context, Hazard, Why
from shared.language.lexicon import DATE, Token

MOST = 40
"""Hazards weighed in one text; whoever needs more has said it already. Of 11,000 letters none had 35."""

NEAR = 60
"""How far from a hazard the word may stand that it asks for beside it."""

STILL_ON = ("没", "没有", "未", "不能", "没人")
"""Before words that something has ended, these say that it has not."""

CLAUSE_ENDS = frozenset(",;:。!?… \n")
SENTENCE_ENDS = frozenset("。!?\n")
SENTENCE_END = re.compile("[。!?\n]")
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
    present: set[str] = set().union(*[token.tags for token in tokens])
    takers, others = rules.takers.told_by(present), rules.others.told_by(present)
    if not takers and not others:
        return []
    standing = left_standing = _by_tag(tokens)
    hits = list(islice(_named(folded, tokens, standing, rules.takers, takers), MOST)) if takers else []
    left = tokens
    if hits:
        taken = {part for hit in hits for part in hit.parts}
        left = [token for token in tokens if token not in taken]
        left_standing = _by_tag(left)
    if others:
        hits += islice(_named(folded, left, left_standing, rules.others, others), MOST)
    hits = [hit for hit in hits if not hit.hazard.beside or _beside(hit, standing.get(hit.hazard.beside, ()))]
    if not hits:
        return []
    surroundings = Surroundings(folded, tokens, rules, today)
    return [hit._replace(why=surroundings.why(hit)) for hit in sorted(hits, key=lambda hit: (hit.start, hit.end))[:MOST]]


def _by_tag(tokens: Sequence[Token]) -> Mapping[str, Sequence[Token]]:
    """The words that each tag stands at, from left to right."""
    standing: defaultdict[str, list[Token]] = defaultdict(list)
    for token in tokens:
        for tag in token.tags:
            standing[tag].append(token)
    return standing


def _beside(hit: Hit, others: Sequence[Token]) -> bool:
    first = bisect_left(others, hit.start - NEAR, key=attrgetter("end"))
    near = takewhile(lambda other: other.start <= hit.end + NEAR, islice(others, first, None))
    return any(other not in hit.parts for other in near)


def _named(
    folded: str, tokens: Sequence[Token], standing: Mapping[str, Sequence[Token]], hazards: Hazards, telling: frozenset[str]
) -> Iterator[Hit]:
    """The hazards that the words with the tags `telling` name, alone or with another word."""
    pairs = {
        tag: [(hazard, standing[second], distance) for hazard, second, distance in hazards.pairs.get(tag, ()) if second in standing]
        for tag in telling
    }
    for token in tokens:
        if telling.isdisjoint(token.tags):
            continue
        for tag in token.tags:
            if hazard := hazards.direct.get(tag):
                yield Hit(hazard, (token,))
            for hazard, others, distance in pairs.get(tag, ()):
                if parts := _pair(folded, token, others, distance):
                    yield Hit(hazard, parts)


def _pair(folded: str, token: Token, others: Sequence[Token], distance: int) -> tuple[Token, Token] | None:
    """The token with the nearest of the others behind it, or else before it, within the distance and the same clause or sentence."""
    ends = CLAUSE_ENDS if distance <= CLOSE else SENTENCE_ENDS
    before, after = bisect_left(others, token), bisect_right(others, token)
    behind = [(token, other) for other in others[after : after + 1]]
    ahead = [(other, token) for other in others[max(before - 1, 0) : before]]
    for first, last in behind + ahead:
        if last.start - first.end <= distance and ends.isdisjoint(folded[first.end : last.start]):
            return first, last
    return None


class Surroundings:
    """The context words of one text, by place."""

    def __init__(self, folded: str, tokens: Sequence[Token], rules: Rules, today: date) -> None:
        self.folded, self.rules, self.today = folded, rules, today
        self.before = [token for token in tokens if not rules.heard_before.isdisjoint(token.tags)]
        self.after = [token for token in tokens if not rules.heard_after.isdisjoint(token.tags)]
        self.ends = [-1, *(end.start() for end in SENTENCE_END.finditer(folded)), len(folded)]
        self.quotes = holds_quotes(folded)

    def why(self, hit: Hit) -> Why | None:
        """The strongest thing that the words around make of a hazard."""
        found = {why for part in hit.parts for why in self._before(part.start, hit)} | set(self._after(hit))
        if self.folded[hit.start] in self.rules.touching:  # "没吃的没水喝" says twice that something is wanting
            found.discard("negated")
        if self.quotes and is_quoted(self.folded, hit.start, hit.end):
            found.add("quoted")
        found -= hit.hazard.despite
        return next((why for why in STRONGEST_FIRST if why in found), None)

    def _before(self, start: int, hit: Hit) -> Iterator[Why]:
        if start and self.folded[start - 1] in self.rules.touching:
            yield "negated"
        nearest = max(start - self.rules.furthest, self.ends[bisect_left(self.ends, start) - 1] + 1)
        between: set[str] = set()
        for number in range(bisect_left(self.before, (start,)) - 1, -1, -1):
            token = self.before[number]
            if token.end < nearest:
                return
            if token in hit.parts:
                continue
            yield from self._contexts(token, self.rules.before, (token.end, start), hit, between)
            between.update(self.rules.lifting.intersection(token.tags))

    def _after(self, hit: Hit) -> Iterator[Why]:
        end = hit.end
        furthest = min(end + self.rules.furthest, self.ends[bisect_left(self.ends, end)])
        between: set[str] = set()
        for number in range(bisect_left(self.after, (end,)), len(self.after)):
            token = self.after[number]
            if token.start > furthest:
                return
            yield from self._contexts(token, self.rules.after, (end, token.start), hit, between)
            between.update(self.rules.lifting.intersection(token.tags))

    def _contexts(self, token: Token, contexts: Mapping[str, Context], gap: tuple[int, int], hit: Hit, between: set[str]) -> Iterator[Why]:
        """What a token in the same sentence makes of a hazard across a gap in which words of the lists `between` stand."""
        start, end = gap
        for tag in token.tags:
            context = contexts.get(tag)
            if context is None or end - start > context.reach or not between.isdisjoint(context.unless):
                continue
            if context.only and hit.hazard.id not in context.only:
                continue
            if context.scope == "clause" and not CLAUSE_ENDS.isdisjoint(self.folded[start:end]):
                continue
            if context.why == "over" and self.folded.endswith(STILL_ON, 0, token.start):
                continue
            if tag != DATE or is_past(self.folded[token.start : token.end], self.today):
                yield context.why
