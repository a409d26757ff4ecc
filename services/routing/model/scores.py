"""Weighs the words of a complaint for each rule of the catalogue."""

from collections import defaultdict
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
    """How much speaks for one rule and which words do. `named`: a strong one is among them. `aside`: an `unless` word was heard."""

    rule: Rule
    points: float = 0.0
    words: list[Heard] = field(default_factory=list)
    named: bool = False
    object_named: bool = False
    aside: bool = False

    def loudest(self, most: int) -> list[Found]:
        """The words that weigh most, in the order of the text."""
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
    """The words heard in a text whose first `title` characters are its title, and those set aside because they only say where."""
    mentions: defaultdict[str, list[Heard]] = defaultdict(list)
    aside: list[Found] = []
    for found in catalogue.vocabulary.find(folded):
        if folded.startswith(catalogue.landmarks, found.end):
            aside.append(found)
        else:
            mentions[found.word].append(Heard(found, _place_weight(found.start, title)))
    return [_together(some) for some in mentions.values()], aside


def _place_weight(start: int, title: int) -> float:
    if start < title:
        return IN_TITLE
    return IN_HEAD if start - title < HEAD else IN_BODY


def _together(mentions: list[Heard]) -> Heard:
    first = max(mentions, key=lambda one: one.weight)
    return Heard(first.found, first.weight * (1 + AGAIN * (min(len(mentions), MENTIONS) - 1)))


def score(catalogue: Catalogue, heard: list[Heard], district: str | None) -> list[Score]:
    """The rules that hold for these words in this district, unordered."""
    scores: dict[int, Score] = {}
    for one in heard:
        for use in catalogue.uses[one.found.word]:
            entry = scores.get(use.rule)
            if entry is None:
                entry = scores[use.rule] = Score(catalogue.rules[use.rule])
            if use.part == "objects":
                entry.object_named = True
            elif use.part == "unless":
                entry.aside = True
            else:
                entry.words.append(one)
                entry.points += one.weight * (STRONG if use.part == "strong" else WEAK)
                entry.named = entry.named or use.part == "strong"
    return [entry for entry in scores.values() if entry.holds(district)]
