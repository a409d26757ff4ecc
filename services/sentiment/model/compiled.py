"""The rule book made ready: one lexicon of all its words, and what each word's tag leads to."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass

from services.sentiment.model.rules import Context, Cue, Hazard, RuleBook
from shared.language.lexicon import DATE, Lexicon, compile_lexicon
from shared.language.normalise import LIMIT, Codes, fold

Pair = tuple[Hazard, str, int]

AT_ONCE = 200
"""Words folded at once; together they are shorter than a text may be."""
SHOWN = 40
"""Characters shown of a word that is at fault."""


class RuleError(ValueError):
    """The rule book contradicts itself. `rule` is the id or the word list at fault."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Hazards:
    """Hazards by the tag of a word that is enough, and by the tag of a pair's first word."""

    direct: Mapping[str, Hazard]
    pairs: Mapping[str, tuple[Pair, ...]]
    seconds: Mapping[str, frozenset[str]]
    """The tags of the second words, by that of the first."""

    tags: frozenset[str]
    """Those of single words and of first words."""

    def told_by(self, present: Set[str]) -> frozenset[str]:
        """Those of the tags in a text that may name a hazard there."""
        if self.tags.isdisjoint(present):
            return frozenset()
        return frozenset([tag for tag in self.tags & present if tag in self.direct or not self.seconds[tag].isdisjoint(present)])


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules ready to be asked. `takers` are looked for first and use their words up."""

    version: str
    lexicon: Lexicon
    takers: Hazards
    others: Hazards
    before: Mapping[str, Context]
    after: Mapping[str, Context]
    """What matters on either side of a hazard, by tag."""
    lifting: frozenset[str]
    """Tags of the words that lift a context."""
    heard_before: frozenset[str]
    heard_after: frozenset[str]
    """All tags that matter on that side."""
    furthest: int
    """The longest reach of a context."""
    touching: frozenset[str]
    """Characters that deny what follows them at once."""
    cues: Mapping[str, Cue]
    denials: tuple[str, ...]
    """Words that deny a cue right behind them."""


def compile_rules(book: RuleBook, characters: Codes) -> Rules:
    """The rules of a book, its words folded as texts are. Raises RuleError for an unknown word list or an id used twice."""
    _check(book)

    def plain(words: str) -> str:
        return fold(words, characters).folded

    hazards = {f"hazard {hazard.id}": hazard for hazard in book.hazards}
    contexts = {f"context {number}": context for number, context in enumerate(book.contexts)}
    cues = {f"cue {number}": cue for number, cue in enumerate(book.cues)}
    words = list(_words(book, hazards, contexts, cues))
    read_as = _fold_all((word for word, _ in words), characters)
    lexicon = compile_lexicon((read_as[word], tag) for word, tag in words)
    lifting = frozenset(name for context in book.contexts for name in context.unless)
    past = next((context for context in book.contexts if context.why == "past" and context.side == "before"), None)
    before = {tag: context for tag, context in contexts.items() if context.side == "before"} | ({DATE: past} if past else {})
    after = {tag: context for tag, context in contexts.items() if context.side == "after"}
    return Rules(
        version=book.version,
        lexicon=lexicon,
        takers=_index(hazards, takes=True),
        others=_index(hazards, takes=False),
        before=before,
        after=after,
        lifting=lifting,
        heard_before=lifting.union(before),
        heard_after=lifting.union(after),
        furthest=max((context.reach for context in book.contexts), default=0),
        touching=frozenset(plain(book.touching)),
        cues=cues,
        denials=tuple(map(plain, book.denials)),
    )


def _fold_all(words: Iterable[str], characters: Codes) -> Mapping[str, str]:
    """Each word as it is folded; some hundred at once, for that takes hardly longer than one."""
    different = list(dict.fromkeys(words))
    read_as: dict[str, str] = {}
    for first in range(0, len(different), AT_ONCE):
        some = different[first : first + AT_ONCE]
        written = "\n".join(some)
        folded = fold(written, characters).folded.split("\n")
        if len(written) > LIMIT or len(folded) != len(some):
            longest = max(some, key=lambda word: ("\n" in word, len(word)))
            raise RuleError(longest, f"the word {longest[:SHOWN]} is too long or holds a line break")
        read_as |= zip(some, folded, strict=True)
    return read_as


def _words(book: RuleBook, *tagged: Mapping[str, Hazard | Context | Cue]) -> Iterator[tuple[str, str | None]]:
    """Every word with its tags. A word of a list or a hazard also stands in the lists of the words that it begins or ends with: those
    are not found inside it. Those of contexts do not: "没有人" is nobody.
    """
    listed: defaultdict[str, list[str]] = defaultdict(list)
    for name, words in book.lists.items():
        for word in words:
            listed[word].append(name)
    known = {word for hazard in book.hazards for word in hazard.words}.union(listed)
    known -= {word for context in book.contexts for word in context.words}
    yield from ((word, None) for word in book.lookalikes)
    ends = ((word, part) for word in known for cut in range(1, len(word)) for part in (word[:cut], word[cut:]))
    yield from ((word, name) for word, names in listed.items() for name in names)
    yield from ((word, name) for word, part in ends for name in listed.get(part, ()))
    yield from ((word, tag) for rules in tagged for tag, rule in rules.items() for word in rule.words)


def _index(hazards: Mapping[str, Hazard], *, takes: bool) -> Hazards:
    chosen = {tag: hazard for tag, hazard in hazards.items() if hazard.takes == takes}
    pairs: defaultdict[str, list[Pair]] = defaultdict(list)
    for hazard in chosen.values():
        for first, second, distance in hazard.pairs:
            pairs[first].append((hazard, second, distance))
    seconds = {tag: frozenset(second for _, second, _ in some) for tag, some in pairs.items()}
    return Hazards(chosen, {tag: tuple(some) for tag, some in pairs.items()}, seconds, frozenset((*chosen, *pairs)))


def _check(book: RuleBook) -> None:
    ids = [hazard.id for hazard in book.hazards]
    if twice := {name for name in ids if ids.count(name) > 1}:
        raise RuleError(min(twice), f"hazard {min(twice)} is there twice")
    named = [(hazard.id, name) for hazard in book.hazards for pair in hazard.pairs for name in pair[:2]]
    named += [(context.why, name) for context in book.contexts for name in context.unless]
    named += [(hazard.id, hazard.beside) for hazard in book.hazards if hazard.beside]
    for rule, name in named:
        if name not in book.lists:
            raise RuleError(name, f"{rule} names the word list {name}, which is not there")
    for context in book.contexts:
        if unknown := context.only.difference(ids):
            raise RuleError(min(unknown), f"{context.why} names the hazard {min(unknown)}, which is not there")
