"""The templates of notices: files that a city may replace, read and tried at start, so that a slip is told with file and line."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, Literal, get_args

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import ImmutableSandboxedEnvironment

from services.intake.model.complaint import Language
from shared.events.intake import NoticeKind
from shared.toml_file import FileFault, TomlFile, read_toml

HERE = Path(__file__).with_name("notices")
FRAME = "frame"
"""The file with what stands around the words of every kind; only it knows `text`."""

Part = Literal["subject", "mail", "sms"]
PARTS: tuple[Part, ...] = get_args(Part)
LANGUAGES: tuple[Language, ...] = get_args(Language)
FILES: tuple[str, ...] = (FRAME, *get_args(NoticeKind))
Place = tuple[str, Language, Part]

ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
"""Plain text, so nothing is escaped; and sandboxed, for a template may come from elsewhere."""

FACTS = frozenset({
    "kind", "why", "city", "hotline", "number", "matter", "who", "due", "promised", "why_words", "reason", "words", "answer",
    "progress_url", "rate_url", "rate_until", "answerable", "desk_url",
})  # fmt: skip
"""What a template may name; each is a text, empty where it does not apply. docs/running.md says what they are."""
OF_FILE: Mapping[str, frozenset[str]] = {"receipt": frozenset({"code"}), FRAME: frozenset({"text"})}
"""Placeholders that one file alone has, and has to use in its mail and its SMS: the query code stands nowhere but on the receipt."""


class TemplateFault(FileFault):
    """A template of notices cannot be used; the message names file and line."""


@dataclass(frozen=True)
class Written:
    """One part of a file in one language, with the place it stands at, for what has to be said about it."""

    template: Template
    file: str
    line: int


class NoticeTemplates:
    """All templates, by file, language and part."""

    def __init__(self, written: Mapping[Place, Written]) -> None:
        self._written = written

    def say(self, kind: NoticeKind, language: Language, part: Part, facts: Mapping[str, Any]) -> str:
        """The words with the frame around them. `facts` are all of FACTS, and `code` for a receipt."""
        text = self.render(kind, language, part, facts)
        return self.render(FRAME, language, part, {**facts, "text": text})

    def render(self, name: str, language: Language, part: Part, facts: Mapping[str, Any]) -> str:
        """What one file says."""
        return self._written[name, language, part].template.render(facts).strip()

    def fault(self, name: str, language: Language, part: Part, message: str) -> TemplateFault:
        """The fault of that part of a file, with its line."""
        written = self._written[name, language, part]
        return TemplateFault(written.file, written.line, message)


def read_templates(own: Path | None) -> NoticeTemplates:
    """The templates; files in the city's `own` folder take the place of ours, each as a whole.

    Raises TemplateFault for a file that is not one of ours by name, lacks a part, is no Jinja or names an unknown placeholder.
    """
    if own and not own.is_dir():
        raise TemplateFault(str(own), 1, "there is no such folder")
    written = dict(_ours())
    for path in sorted(own.glob("*.toml")) if own else ():
        if path.stem not in FILES:
            raise TemplateFault(str(path), 1, f"there is no such notice; the files are {', '.join(FILES)}")
        written.update(_read(path))
    return NoticeTemplates(written)


@cache
def _ours() -> Mapping[Place, Written]:
    """The templates that ship: the same for as long as the process runs."""
    return {place: written for name in FILES for place, written in _read(HERE / f"{name}.toml")}


def _read(path: Path) -> Iterator[tuple[Place, Written]]:
    file, name = read_toml(path, TemplateFault), path.stem
    if set(file.data) != set(LANGUAGES):
        raise TemplateFault(file.name, 1, f"needs the tables {' and '.join(LANGUAGES)} and no other")
    for language, part in product(LANGUAGES, PARTS):
        table = file.data[language]
        head = file.line(rf"^\s*\[\"?{language}\"?\]")
        if not isinstance(table, dict) or set(table) != set(PARTS) or not isinstance(table.get(part), str):
            raise TemplateFault(file.name, head, f"[{language}] needs the texts {', '.join(PARTS)} and nothing else")
        yield (name, language, part), _compile(file, name, part, table[part], file.line(rf"^\s*{part}\s*=", after=head))


def _compile(file: TomlFile, name: str, part: Part, text: str, line: int) -> Written:
    """`line` is where the part begins; a text in three quotes begins on the next one."""
    first = line + file.text.splitlines()[line - 1].rstrip().endswith('"""')
    try:
        parsed = ENVIRONMENT.parse(text)
        named = find_undeclared_variables(parsed)
    except TemplateSyntaxError as fault:
        raise TemplateFault(file.name, first + fault.lineno - 1, f"{part}: {fault.message}") from fault
    own = OF_FILE.get(name, frozenset())
    for unknown in sorted(named - FACTS - own):
        raise TemplateFault(file.name, file.line(rf"\b{re.escape(unknown)}\b", after=line), f"{part}: there is no placeholder {unknown}")
    if (part != "subject" or name == FRAME) and own - named:
        raise TemplateFault(file.name, line, f"{part}: {' and '.join(sorted(own))} must be in it")
    try:
        return Written(ENVIRONMENT.from_string(parsed), file.name, first)
    except TemplateError as fault:
        raise TemplateFault(file.name, first, f"{part}: {fault.message}") from fault
