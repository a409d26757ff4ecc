"""Reads what a reader needs: the table of characters, the rules in `knowledge`, the trained heads."""

import re
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from services.sentiment.model.compiled import RuleError, Rules, compile_rules
from services.sentiment.model.critical import Weights, signs_of
from services.sentiment.model.levels import Judgement
from services.sentiment.model.mood import HashedMood, MoodEngine
from services.sentiment.model.reading import Knowledge
from services.sentiment.model.rules import RuleBook
from shared.language.characters import characters
from shared.language.engine import Engine
from shared.language.model_files import load_heads
from shared.language.normalise import Codes
from shared.toml_file import FileFault, TomlFile, first_fault, read_toml

WEIGHTS = "critical.toml"
KNOWLEDGE = Path(__file__).parent / "knowledge"
RULE_FILES = ("words.toml", "hazards.toml", "dangers.toml", "contexts.toml", "cues.toml")
"""A list or a table that several of them hold is read as one."""


class ReadingFault(FileFault):
    """The rules or models of reading cannot be used: what is wrong, with file and line."""


def load_knowledge(engine: Literal["hashed", "snownlp"] = "hashed", folder: Path = KNOWLEDGE, learned: Path | None = None) -> Knowledge:
    """Everything a reader knows; heads of the folder `learned` stand in for those that ship. Raises ReadingFault, ModelFault."""
    table, (heads, _) = characters(), load_heads(learned)
    spoken = Engine(heads)
    version = spoken.versions("type", "mood")
    mood: MoodEngine = HashedMood(version)
    if engine == "snownlp":
        from services.sentiment.snownlp_engine import SnownlpMood  # it takes seconds and 400 MB

        mood = SnownlpMood()
    return Knowledge(table, load_rules(table, folder), load_weights(folder), spoken, mood, mood.name)


def load_weights(folder: Path = KNOWLEDGE) -> Weights:
    """How much each sign of a danger to life weighs. Raises ReadingFault where one is missing, unknown or no number."""
    file = read_toml(folder / WEIGHTS, ReadingFault)
    signs = signs_of(Judgement("U4", "S0", ()), 0.5, 0.5, 0)
    found = file.data.get("weights", {})
    for name in signs.keys() ^ found.keys():
        raise ReadingFault(file.name, 1, f"the weights must be those of {', '.join(signs)}; {name} is missing or unknown: make models")
    for name, weight in found.items():
        if not isinstance(weight, int | float):
            raise ReadingFault(file.name, file.line(rf'"?{re.escape(name)}"? ='), f"the weight of {name} is no number")
    return {name: float(weight) for name, weight in found.items()}


def load_rules(table: Codes, folder: Path = KNOWLEDGE) -> Rules:
    """The reading rules, every reference among them checked."""
    files = [read_toml(folder / name, ReadingFault) for name in RULE_FILES]
    try:
        return compile_rules(RuleBook.model_validate(_merged(files)), table)
    except ValidationError as fault:
        raise _located(files, str(fault.errors()[0]["loc"][0]), first_fault(fault)) from fault
    except RuleError as fault:
        raise _located(files, fault.rule, str(fault)) from fault


def _merged(files: list[TomlFile]) -> dict[str, object]:
    """The files as one book. Raises RuleError for a word list that two of them name."""
    lists: dict[str, object] = {}
    book: dict[str, object] = {}
    hazards: list[object] = []
    for file in files:
        for name, words in file.data.get("lists", {}).items():
            if name in lists:
                raise RuleError(name, f"the word list {name} is there twice")
            lists[name] = words
        hazards += file.data.get("hazards", [])
        book |= file.data
    return book | {"lists": lists, "hazards": hazards}


def _located(files: list[TomlFile], near: str, message: str) -> ReadingFault:
    """The fault at the first line that names the rule."""
    for file in files:
        if re.search(rf"\b{re.escape(near)}\b", file.text):
            return ReadingFault(file.name, file.line(rf"\b{re.escape(near)}\b"), message)
    return ReadingFault(files[0].name, 1, message)
