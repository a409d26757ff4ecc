"""The templates of notices: files that a city may replace, read and tried at start, so that a slip is told with file and line."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
KINDS: tuple[NoticeKind, ...] = get_args(NoticeKind)

FACTS = frozenset({
    "kind", "why", "city", "hotline", "number", "matter", "who", "due", "promised", "why_words", "reason", "words", "answer",
    "progress_url", "rate_url", "rate_until", "answerable",
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

    def __init__(self, written: Mapping[tuple[str, Language, Part], Written]) -> None:
        self._written = written

    def say(self, kind: NoticeKind, language: Language, part: Part, facts: Mapping[str, Any]) -> str:
        """The words with the frame around them. `facts` are all of FACTS, and `code` for a receipt."""
        text = self._written[kind, language, part].template.render(facts).strip()
        return self._written[FRAME, language, part].template.render(facts, text=text).strip()

    def fault(self, kind: NoticeKind, language: Language, part: Part, message: str) -> TemplateFault:
        """The fault of that part, with file and line."""
        written = self._written[kind, language, part]
        return TemplateFault(written.file, written.line, message)


def read_templates(own: Path | None) -> NoticeTemplates:
    """The templates; files in the city's `own` folder take the place of ours, each as a whole.

    Raises TemplateFault for a file that is not one of ours by name, lacks a part, is no Jinja or names an unknown placeholder.
    """
    if own and not own.is_dir():
        raise TemplateFault(str(own), 1, "there is no such folder")
    files = {name: HERE / f"{name}.toml" for name in (FRAME, *KINDS)}
    for path in sorted(own.glob("*.toml")) if own else ():
        if path.stem not in files:
            raise TemplateFault(str(path), 1, f"there is no such notice; the files are {', '.join(sorted(files))}")
        files[path.stem] = path
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return NoticeTemplates({place: written for name, path in files.items() for place, written in _read(environment, name, path)})


def _read(environment: ImmutableSandboxedEnvironment, name: str, path: Path) -> Iterator[tuple[tuple[str, Language, Part], Written]]:
    file = read_toml(path, TemplateFault)
    if set(file.data) != set(LANGUAGES):
        raise TemplateFault(file.name, 1, f"needs the tables {' and '.join(LANGUAGES)} and no other")
    for language, part in product(LANGUAGES, PARTS):
        table = file.data[language]
        head = file.line(rf"^\s*\[\"?{language}\"?\]")
        if not isinstance(table, dict) or set(table) != set(PARTS) or not isinstance(table.get(part), str):
            raise TemplateFault(file.name, head, f"[{language}] needs the texts {', '.join(PARTS)} and nothing else")
        yield (name, language, part), _compile(environment, file, name, part, table[part], file.line(rf"^\s*{part}\s*=", after=head))


def _compile(environment: ImmutableSandboxedEnvironment, file: TomlFile, name: str, part: Part, text: str, line: int) -> Written:
    """`line` is where the part begins; a text in three quotes begins on the next one."""
    first = line + file.text.splitlines()[line - 1].rstrip().endswith('"""')
    try:
        named = find_undeclared_variables(environment.parse(text))
    except TemplateSyntaxError as fault:
        raise TemplateFault(file.name, first + fault.lineno - 1, f"{part}: {fault.message}") from fault
    own = OF_FILE.get(name, frozenset())
    for unknown in sorted(named - FACTS - own):
        raise TemplateFault(file.name, file.line(rf"\b{re.escape(unknown)}\b", after=line), f"{part}: there is no placeholder {unknown}")
    if (part != "subject" or name == FRAME) and own - named:
        raise TemplateFault(file.name, line, f"{part}: {' and '.join(sorted(own))} must be in it")
    try:
        return Written(environment.from_string(text), file.name, first)
    except TemplateError as fault:
        raise TemplateFault(file.name, first, f"{part}: {fault.message}") from fault
