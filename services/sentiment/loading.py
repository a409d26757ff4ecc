"""Reads what a reader needs from the files in `knowledge`: characters, rules, the mood head with its card."""

import hashlib
import re
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import ValidationError

from services.sentiment.model.compiled import RuleError, Rules, compile_rules
from services.sentiment.model.heads import Card, Head
from services.sentiment.model.mood import HashedMood, MoodEngine
from services.sentiment.model.reading import Knowledge
from services.sentiment.model.rules import RuleBook
from shared.language.characters import characters
from shared.language.ngrams import SLOTS
from shared.language.normalise import Codes
from shared.toml_file import FileFault, TomlFile, first_fault, read_toml

KNOWLEDGE = Path(__file__).parent / "knowledge"
RULE_FILES = ("words.toml", "hazards.toml", "dangers.toml", "contexts.toml", "cues.toml")
"""A list or a table that several of them hold is read as one."""


class ReadingFault(FileFault):
    """The rules or models of reading cannot be used: what is wrong, with file and line."""


def load_knowledge(engine: Literal["hashed", "snownlp"] = "hashed", folder: Path = KNOWLEDGE) -> Knowledge:
    """Everything a reader knows. Raises ReadingFault."""
    table = characters()
    return Knowledge(table, load_rules(table, folder), _mood(engine, folder))


def _mood(engine: Literal["hashed", "snownlp"], folder: Path) -> MoodEngine:
    if engine == "hashed":
        return HashedMood(load_head(folder))
    from services.sentiment.snownlp_engine import SnownlpMood  # it takes seconds and 400 MB

    return SnownlpMood()


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


def load_head(folder: Path = KNOWLEDGE, name: str = "mood") -> Head:
    """A head with its card; refused when the two do not belong together."""
    try:
        card = Card.model_validate_json(_text(folder / f"{name}.json"))
        raw = (folder / f"{name}.weights").read_bytes()
    except ValidationError as fault:
        raise ReadingFault(f"{name}.json", 1, first_fault(fault)) from fault
    except OSError as fault:
        raise ReadingFault(f"{name}.weights", 1, f"cannot be read: {fault.strerror}") from fault
    if len(raw) != SLOTS or hashlib.sha256(raw).hexdigest() != card.sha256:
        raise ReadingFault(f"{name}.weights", 1, "is not what its card describes; make both again: python -m services.sentiment.train")
    return Head(np.frombuffer(raw, dtype=np.int8), card)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise ReadingFault(path.name, 1, f"cannot be read: {fault}") from fault
