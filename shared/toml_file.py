"""Reads TOML files that people edit, so that every fault can be told with file and line."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError


class FileFault(Exception):  # noqa: N818 - the house's word
    """A file that people edit cannot be used. The message begins with `file:line:` and says what to change."""

    def __init__(self, file: str, line: int, message: str) -> None:
        super().__init__(f"{file}:{line}: {message}")
        self.file, self.line = file, line


@dataclass(frozen=True)
class TomlFile:
    """A file's name, its text and what it says. tomllib keeps no positions: `line` finds them again in the text."""

    name: str
    text: str
    data: dict[str, Any]

    def line(self, pattern: str, nth: int = 0, after: int = 1) -> int:
        """The line number (from 1) of the nth match of a regular expression from line `after` on; `after` when there is none."""
        lines = self.text.splitlines()[after - 1 :]
        hits = [number for number, line in enumerate(lines, after) for _ in re.finditer(pattern, line)]
        return hits[nth] if nth < len(hits) else after


def read_toml(path: Path, fault: type[FileFault]) -> TomlFile:
    """A TOML file in UTF-8. Raises `fault` when it is missing, not readable or not TOML."""
    try:
        text = path.read_text(encoding="utf-8")
        return TomlFile(path.name, text, tomllib.loads(text))
    except (OSError, UnicodeDecodeError) as unreadable:
        raise fault(str(path), 1, f"cannot be read: {unreadable}") from unreadable
    except tomllib.TOMLDecodeError as broken:
        found = re.search(r"at line (\d+)", str(broken))
        line = int(found.group(1)) if found else text.count("\n") + 1
        raise fault(path.name, line, f"not TOML: {broken}") from broken


def first_fault(error: ValidationError) -> str:
    """The first thing pydantic found wrong, in a line without the value."""
    first = error.errors(include_input=False, include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}" if where else first["msg"]
