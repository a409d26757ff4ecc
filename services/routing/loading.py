"""Reads the dispatch catalogue and holds every rule to the city's places and to its own examples."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.routing.model.places_named import build_place_names
from services.routing.model.proposal import UNCLEAR, Knowledge, propose
from services.routing.model.rules import DISTRICT, Catalogue, Rule, build_catalogue
from services.routing.model.words import SHORTEST, fold
from shared.events.intake import Place
from shared.gazetteer import Gazetteer
from shared.language.engine import Engine
from shared.language.heads import Head
from shared.language.model_files import ModelFault, load_heads
from shared.places import Places
from shared.toml_file import FileFault, TomlFile, first_fault, read_toml

SURE = 0.92
"""The least confidence at which proposals of what ships were right often enough (docs/decisions/dispatch-catalogue.md)."""
MEASURED = "routing: sure"
"""The figure of a learned model that stands in for it: from there on 97 of 100 proposals for cases held back were right."""

SAMPLE_CATALOGUE = Path(__file__).with_name("catalogue")

Words = tuple[Annotated[str, Field(min_length=SHORTEST, max_length=30)], ...]
Examples = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=500)], ...], Field(min_length=1)]


class CatalogueError(FileFault):
    """The dispatch catalogue cannot be used: what is wrong, with file and line."""


class RuleEntry(BaseModel):
    """A `[[rule]]` as people write it. `must` are sentences that have to be proposed with this category, `must_not` with another."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.]*$", max_length=80)]
    category: str
    department: str
    otherwise: str | None = None
    basis: Annotated[str, Field(min_length=4, max_length=300)]
    strong: Annotated[Words, Field(min_length=1)]
    weak: Words = ()
    unless: Words = ()
    objects: Words = ()
    districts: tuple[str, ...] = ()
    shared: bool = False
    must: Examples
    must_not: Examples

    def rule(self) -> Rule:
        return Rule(**self.model_dump(exclude={"must", "must_not"}))


@dataclass(frozen=True)
class Written:
    """A rule with the place where it stands, for saying what is wrong with it."""

    file: TomlFile
    line: int
    entry: RuleEntry

    def fault(self, message: str, at: str = "") -> CatalogueError:
        """An error at the first line of this rule that holds the text `at`, else at its head."""
        line = self.file.line(re.escape(at), after=self.line) if at else self.line
        return CatalogueError(self.file.name, line, f"rule {self.entry.id!r}: {message}")


def load_knowledge(
    places: Places, path: Path | None, sure: float | None, learned: Path | None = None, gazetteer: Gazetteer = ()
) -> Knowledge:
    """The catalogue in a TOML file or a folder of them (by default the sample), checked, the names of the city's places, and the heads,
    those of the folder `learned` in place of those that ship. `sure` None means as measured. Raises CatalogueError, ModelFault.
    """
    names = build_place_names(places, gazetteer)
    heads = choose_heads(places, learned)[0]
    return Knowledge(places, names, load_catalogue(places, path), measured_sure(heads) if sure is None else sure, Engine(heads))


def choose_heads(places: Places, learned: Path | None) -> tuple[Mapping[str, Head], Sequence[ModelFault]]:
    """The heads, and the learned models that are not used: those that cannot be read, and those with classes that the city does not have.

    Raises ModelFault when what ships is broken, or the folder is not there.
    """
    shipped, (heads, unread) = load_heads(None)[0], load_heads(learned)
    chosen, refused = dict(heads), list(unread)
    for name, known in (("category", places.categories), ("department", places.departments)):
        foreign = set(heads[name].card.classes) - known.keys() if name in heads else set()
        if not foreign or (name in shipped and heads[name].model.card == shipped[name].model.card):
            continue
        refused.append(ModelFault(f"{heads[name].model.card.name}.json", 1, f"places know no {name} {min(foreign)!r}"))
        del chosen[name]
        if name in shipped:
            chosen[name] = shipped[name]
    return chosen, refused


def measured_sure(heads: Mapping[str, Head]) -> float:
    """The least confidence that dispatches alone: the most careful one that a learned model brings, else that of what ships."""
    figures = [heads[name].model.card.figures for name in ("category", "department") if name in heads]
    return max((own[MEASURED] for own in figures if MEASURED in own), default=SURE)


def load_catalogue(places: Places, path: Path | None = None) -> Catalogue:
    """The catalogue, held to the city's places and to its own examples: what it promises holds whatever was learned.

    Raises CatalogueError with file and line.
    """
    files = _files(path or SAMPLE_CATALOGUE)
    written = [one for file in files for one in _rules(file)]
    if UNCLEAR not in places.categories:
        raise CatalogueError(files[0].name, 1, f"places know no category {UNCLEAR!r}, which a complaint without any of these words gets")
    _check_ids(written)
    for one in written:
        _check_places(one, places)
        _check_words(one)
    landmarks = [word for file in files for word in _landmarks(file)]
    version = hashlib.sha256("\n".join(file.text for file in files).encode()).hexdigest()[:12]
    catalogue = build_catalogue(version, [one.entry.rule() for one in written], landmarks)
    words_alone = Knowledge(places, build_place_names(places), catalogue, 1.0)
    for one in written:
        _check_examples(one, words_alone)
    return catalogue


def _files(path: Path) -> list[TomlFile]:
    paths = sorted(path.glob("*.toml")) if path.is_dir() else [path]
    if not paths:
        raise CatalogueError(str(path), 1, "there is no .toml file in this folder")
    return [read_toml(one, CatalogueError) for one in paths]


def _rules(file: TomlFile) -> list[Written]:
    for unknown in file.data.keys() - {"rule", "landmarks"}:
        raise CatalogueError(file.name, file.line(rf"^\s*\[*\s*{re.escape(unknown)}\b"), f"unknown entry {unknown!r}")
    raw = file.data.get("rule", [])
    if not isinstance(raw, list):
        raise CatalogueError(file.name, file.line(r"^\s*\[?\s*rule\b"), "rules are written as [[rule]]")
    return [_rule(file, number, one) for number, one in enumerate(raw)]


def _rule(file: TomlFile, number: int, raw: object) -> Written:
    line = file.line(r"^\s*\[\[\s*rule\s*\]\]", number)
    try:
        return Written(file, line, RuleEntry.model_validate(raw))
    except ValidationError as fault:
        where = fault.errors()[0]["loc"]
        at = file.line(rf"^\s*{re.escape(str(where[0]))}\s*=", after=line) if where else line
        raise CatalogueError(file.name, at, first_fault(fault)) from fault


def _landmarks(file: TomlFile) -> Sequence[str]:
    words = file.data.get("landmarks", [])
    if not isinstance(words, list) or not all(isinstance(word, str) and word for word in words):
        raise CatalogueError(file.name, file.line(r"^\s*landmarks\b"), "landmarks are a list of words")
    return words


def _check_ids(written: Sequence[Written]) -> None:
    seen: dict[str, Written] = {}
    for one in written:
        first = seen.setdefault(one.entry.id, one)
        if first is not one:
            raise one.fault(f"this id is taken by {first.file.name}:{first.line}", "id")


def _check_places(one: Written, places: Places) -> None:
    entry = one.entry
    if entry.category not in places.categories:
        raise one.fault(f"places know no category {entry.category!r}", "category")
    if (entry.department == DISTRICT) != (entry.otherwise is not None):
        raise one.fault(f"`otherwise` goes with the department {DISTRICT!r}, and only with it", "department")
    for code in (entry.otherwise or entry.department,):
        department = places.departments.get(code)
        if department is None:
            raise one.fault(f"places know no department {code!r}", f'"{code}"')
        if department.kind == "street":
            raise one.fault(f"{code!r} is a street office; matters of departments are not pushed down to it", f'"{code}"')
    for district in entry.districts:
        if district not in places.districts:
            raise one.fault(f"places know no district {district!r}", f'"{district}"')


def _check_words(one: Written) -> None:
    entry = one.entry
    for part in (entry.strong + entry.weak + entry.unless, entry.objects):
        seen: set[str] = set()
        for word in map(fold, part):
            if word in seen:
                raise one.fault(f"the word {word!r} stands here twice", f'"{word}"')
            seen.add(word)


def _check_examples(one: Written, known: Knowledge) -> None:
    entry = one.entry
    place = Place(district=entry.districts[0] if entry.districts else None)
    for text, wanted in [(text, True) for text in entry.must] + [(text, False) for text in entry.must_not]:
        best = propose(known, "", text, place).best
        category = best.category if best else None
        if (category == entry.category) != wanted:
            should = "must" if wanted else "must not"
            raise one.fault(f"the example {text!r} {should} be {entry.category!r} and is proposed as {category!r}", text)
