"""Weighs the words of a complaint for each rule of the catalogue."""

from dataclasses import dataclass, field
from typing import NamedTuple

from services.routing.model.rules import Catalogue, Rule
from services.routing.model.words import Found

STRONG, WEAK = 3.0, 1.0
"""A strong word names the matter by itself; a weak one speaks for it in company."""

IN_TITLE, IN_HEAD, IN_BODY = 3.0, 1.5, 1.0
HEAD = 80
"""Characters at the beginning of the text in which people mostly say what it is about."""

AGAIN, MENTIONS = 0.25, 4
"""Each further mention adds this share of the first, up to so many mentions."""


class Heard(NamedTuple):
    """A word of the catalogue with all its weight in this text, and the first place where it weighs most."""

    found: Found
    weight: float


@dataclass(slots=True)
class Score:
    """How much speaks for one rule and which words do, in the order of the text. `named`: a strong one is among them. `aside`: an `unless`
    word was heard.
    """

    rule: Rule
    points: float = 0.0
    words: list[Heard] = field(default_factory=list)
    named: bool = False
    object_named: bool = False
    aside: bool = False

    def loudest(self, most: int) -> list[Found]:
        """The words that weigh most, in the order of the text."""
        if len(self.words) <= most:
            return [one.found for one in self.words]
        loud = sorted(self.words, key=lambda one: (-one.weight, one.found.start))[:most]
        return sorted((one.found for one in loud), key=lambda found: found.start)

    def holds(self, district: str | None) -> bool:
        """Whether the rule's conditions are met in this district."""
        rule = self.rule
        return (
            bool(self.words)
            and not self.aside
            and (self.object_named or not rule.objects)
            and (not rule.districts or district in rule.districts)
        )


def hear(catalogue: Catalogue, folded: str, title: int) -> tuple[list[Heard], list[Found]]:
    """The words heard in a text whose first `title` characters are its title, and those set aside because they only say where.
    A word's first mention weighs most, for weights fall toward the end.
    """
    first: dict[str, Found] = {}
    mentions: dict[str, int] = {}
    aside: list[Found] = []
    for found in catalogue.vocabulary.find(folded):
        if folded.startswith(catalogue.landmarks, found.end):
            aside.append(found)
        else:
            first.setdefault(found.word, found)
            mentions[found.word] = mentions.get(found.word, 0) + 1
    return [Heard(one, _place_weight(one.start, title) * _again(mentions[word])) for word, one in first.items()], aside


def _place_weight(start: int, title: int) -> float:
    if start < title:
        return IN_TITLE
    return IN_HEAD if start - title < HEAD else IN_BODY


def _again(mentions: int) -> float:
    return 1 + AGAIN * (min(mentions, MENTIONS) - 1)


def score(catalogue: Catalogue, heard: list[Heard], district: str | None) -> list[Score]:
    """The rules that hold for these words in this district, unordered."""
    scores: dict[int, Score] = {}
    for one in heard:
        for number, part in catalogue.uses[one.found.word]:
            entry = scores.get(number)
            if entry is None:
                entry = scores[number] = Score(catalogue.rules[number])
            if part == "objects":
                entry.object_named = True
            elif part == "unless":
                entry.aside = True
            else:
                entry.words.append(one)
                entry.points += one.weight * (STRONG if part == "strong" else WEAK)
                entry.named = entry.named or part == "strong"
    return [entry for entry in scores.values() if entry.holds(district)]
