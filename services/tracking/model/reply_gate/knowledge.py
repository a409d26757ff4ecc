"""What the gate knows of replies: words by what they mean, and the weights and limits of its score."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from services.tracking.model.policy import Setting

ClauseKind = Literal["courtesy", "receipt", "passing_on", "pending", "contact", "reference"]
"""Why a clause tells nothing: thanks; that it has come in; that others have it; that somebody looks; whom to ask; an answer elsewhere."""
Mark = Literal["found", "done", "must", "why", "when", "law"]
"""What makes an answer: findings, deeds, what may or must be, reasons, times, rules that apply."""

WITHIN = "[^，。；：！？,;:!?\n]{0,12}?"
"""What "…" in a word of the file stands for."""

NAME_ENDS = r"(?=$|[\s,，。;；:：、()（）])"
"""A name is taken for one only where the word ends behind it."""

Word = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[^\s…]+(…[^\s…]+)?$")]
Words = Annotated[tuple[Word, ...], Field(min_length=1)]
Weight = Annotated[float, Field(ge=-20, le=20)]
Less = Annotated[float, Field(ge=-20, lt=0)]
Share = Annotated[float, Field(gt=0, lt=1)]


class Listed(Setting):
    words: Words


class Leaks(Setting):
    surnames: Annotated[str, StringConstraints(pattern=r"^[\u4e00-\u9fff]+$")]
    before_name: Words
    own_name: Words
    office_phone: Words
    home: Words
    not_names: Annotated[str, StringConstraints(pattern=r"^[\u4e00-\u9fff]+$")]


class Weights(Setting):
    """Of the score's logistic. Whatever speaks for an answer weighs less than nothing, so that more of it never makes a reply worse."""

    bias: Weight
    information: Less
    found: Less
    done: Less
    must: Less
    why: Less
    when: Less
    law: Less
    figures: Less
    reference: Annotated[float, Field(ge=0, le=20)]


class Limits(Setting):
    """Scores from which a reply is looked at, and stopped."""

    look: Share
    stop: Share

    @model_validator(mode="after")
    def check_order(self) -> Self:
        if self.look > self.stop:
            raise ValueError("look is higher than stop; a reply that is stopped is one to look at")
        return self


class ReplyBook(Setting):
    """replies.toml as written."""

    version: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    clauses: Mapping[ClauseKind, Words]
    keeps: Listed
    empty: Listed
    marks: Mapping[Mark, Words]
    promises: Listed
    next: Listed
    leaks: Leaks
    weights: Weights
    limits: Limits

    @model_validator(mode="after")
    def check_complete(self) -> Self:
        for name, given, known in (("clauses", self.clauses, ClauseKind), ("marks", self.marks, Mark)):
            missing = sorted(set(known.__args__) - set(given))  # type: ignore[attr-defined]
            if missing:
                raise ValueError(f"{name} has no {missing[0]}; add it")
        return self


@dataclass(frozen=True, eq=False)
class ReplyKnowledge:
    """The file, ready to be looked with. Every pattern is a choice of words: a look takes time linear in the text."""

    version: str
    clauses: Mapping[ClauseKind, re.Pattern[str]]
    keeps: re.Pattern[str]
    empty: re.Pattern[str]
    marks: Mapping[Mark, re.Pattern[str]]
    promises: re.Pattern[str]
    next: re.Pattern[str]
    names: re.Pattern[str]
    own_names: re.Pattern[str]
    office_phone: re.Pattern[str]
    home: re.Pattern[str]
    weights: Weights
    limits: Limits


def compile_replies(book: ReplyBook) -> ReplyKnowledge:
    """The patterns of a file's words."""
    leaks = book.leaks
    name = f"([{leaks.surnames}][\u4e00-\u9fff]{{1,2}})(?<![{leaks.not_names}])"
    return ReplyKnowledge(
        version=book.version,
        clauses={kind: any_of(words) for kind, words in book.clauses.items()},
        keeps=any_of(book.keeps.words),
        empty=any_of(book.empty.words),
        marks={mark: any_of(words) for mark, words in book.marks.items()},
        promises=any_of(book.promises.words),
        next=any_of(book.next.words),
        names=re.compile(f"(?:{any_of(leaks.before_name).pattern})[:：]?{name}{NAME_ENDS}"),
        own_names=re.compile(f"(?:{any_of(leaks.own_name).pattern})[:：]?{name}{NAME_ENDS}"),
        office_phone=any_of(leaks.office_phone),
        home=any_of(leaks.home),
        weights=book.weights,
        limits=book.limits,
    )


def any_of(words: Iterable[str]) -> re.Pattern[str]:
    """A pattern for any of these words, the longest first; those with the same first character are one branch, so that a look is quick."""
    branches: defaultdict[str, list[str]] = defaultdict(list)
    for word in sorted(set(words), key=lambda word: (-len(word), word)):
        branches[word[0]].append(WITHIN.join(map(re.escape, word[1:].split("…"))))
    return re.compile("|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in branches.items()))
