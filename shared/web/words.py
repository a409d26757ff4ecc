"""The words people read: each key in Chinese and in English, from words.toml files, with {named} facts."""

import re
import string
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from shared.toml_file import FileFault, TomlFile, read_toml

COLUMNS = {"zh-CN": "zh", "en": "en"}
"""Languages and the name of each in words.toml."""


class WordsFault(FileFault):
    """A words.toml cannot be used; the message names file, line and key."""


@dataclass(frozen=True)
class Phrase:
    """One text in one language. `one` is said instead when the fact `count` is 1, for languages that count so."""

    other: str
    one: str

    @property
    def facts(self) -> frozenset[str]:
        """The names between braces."""
        return frozenset(name for _, name, _, _ in string.Formatter().parse(self.other) if name)

    def say(self, facts: Mapping[str, Any]) -> str:
        text = self.one if facts.get("count") == 1 else self.other
        if any(isinstance(fact, Markup) for fact in facts.values()):
            return Markup(text).format_map(facts)  # noqa: S704 - the text is ours; `format_map` escapes the facts that are not markup
        return text.format_map(facts)


class Words:
    """All phrases, by key such as 'refusal.reply.too_short' and by language."""

    def __init__(self, phrases: Mapping[str, Mapping[str, Phrase]]) -> None:
        self._phrases = phrases

    def __contains__(self, key: str) -> bool:
        return key in self._phrases

    def __iter__(self) -> Iterator[str]:
        return iter(self._phrases)

    def phrase(self, key: str, language: str) -> Phrase:
        """Raises LookupError when no words.toml has the key."""
        try:
            return self._phrases[key][language]
        except KeyError:
            raise LookupError(f"no words for {key} in {language}") from None

    def say(self, key: str, language: str, /, **facts: Any) -> str:
        """The text with its facts; markup when one of the facts is. Raises LookupError for an unknown key or a missing fact."""
        return self.phrase(key, language).say(facts)


def read_words(paths: Iterable[Path]) -> Words:
    """The phrases of all files, and of all .toml files of a folder.

    Raises WordsFault when a key stands twice, lacks a language or has other facts in one of them.
    """
    phrases: dict[str, dict[str, Phrase]] = {}
    for path in _files(paths):
        file = read_toml(path, WordsFault)
        for key, entry in _entries(file, file.data, ""):
            if key in phrases:
                raise _fault(file, key, "stands twice")
            phrases[key] = _phrases(file, key, entry)
    return Words(phrases)


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files themselves: a folder stands for all .toml files in it."""
    for path in paths:
        yield from sorted(path.glob("*.toml")) if path.is_dir() else (path,)


def _entries(file: TomlFile, table: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, value in table.items():
        key = f"{prefix}{name}"
        if not isinstance(value, dict):
            raise _fault(file, key, "must be { zh = …, en = … }")
        if "zh" in value or "en" in value:
            yield key, value
        else:
            yield from _entries(file, value, f"{key}.")


def _phrases(file: TomlFile, key: str, entry: Mapping[str, Any]) -> dict[str, Phrase]:
    if set(entry) != set(COLUMNS.values()):
        raise _fault(file, key, "needs zh and en and nothing else")
    phrases = {language: _phrase(file, key, entry[column]) for language, column in COLUMNS.items()}
    if len({phrase.facts for phrase in phrases.values()}) > 1:
        raise _fault(file, key, "has other facts in one language than in the other")
    return phrases


def _phrase(file: TomlFile, key: str, value: object) -> Phrase:
    match value:
        case str() if value:
            return Phrase(value, value)
        case {"one": str(one), "other": str(other), **rest} if not rest:
            return Phrase(other, one)
    raise _fault(file, key, "must be a text, or { one = …, other = … } where the fact 'count' decides")


def _fault(file: TomlFile, key: str, message: str) -> WordsFault:
    return WordsFault(file.name, file.line(rf"^\s*\[?{re.escape(key.rpartition('.')[2])}\b"), f"{key} {message}")
