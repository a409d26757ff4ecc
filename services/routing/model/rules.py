"""The dispatch catalogue as a value: which words, at which place, speak for which category and department."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from services.routing.model.words import Vocabulary, build_vocabulary, fold

DISTRICT = "{district}"
"""Stands for the office of the complaint's own district."""

Part = Literal["strong", "weak", "unless", "objects"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One duty. `unless` words set it aside; with `objects` at least one of them must be there; with `districts` it holds only in those.

    A department of DISTRICT is handled by the complaint's own district, and by `otherwise` while that is not known. With `shared` the law
    divides the duty among several, so that words alone never settle it.
    """

    id: str
    category: str
    department: str
    basis: str
    strong: tuple[str, ...]
    weak: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    otherwise: str | None = None
    shared: bool = False


class Use(NamedTuple):
    """What a word does in a rule, given by its place in the catalogue."""

    rule: int
    part: Part


@dataclass(frozen=True)
class Catalogue:
    """All rules, ready to be asked. `landmarks` are words that, right after another, make it only say where something is."""

    version: str
    rules: tuple[Rule, ...]
    landmarks: tuple[str, ...]
    vocabulary: Vocabulary
    uses: Mapping[str, tuple[Use, ...]]
    without_objects: Mapping[str, tuple[Rule, ...]]
    """By category the rules that need no object to be named."""


def build_catalogue(version: str, rules: Sequence[Rule], landmarks: Sequence[str] = ()) -> Catalogue:
    """The catalogue of some rules. Raises ValueError for a word too short to be found."""
    uses: defaultdict[str, list[Use]] = defaultdict(list)
    for number, rule in enumerate(rules):
        for part in ("strong", "weak", "unless", "objects"):
            for word in getattr(rule, part):
                uses[fold(word)].append(Use(number, part))
    frozen = {word: tuple(some) for word, some in uses.items()}
    free: defaultdict[str, list[Rule]] = defaultdict(list)
    for rule in rules:
        if not rule.objects:
            free[rule.category].append(rule)
    without_objects = {category: tuple(some) for category, some in free.items()}
    return Catalogue(version, tuple(rules), tuple(map(fold, landmarks)), build_vocabulary(frozen), frozen, without_objects)
