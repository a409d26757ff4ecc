"""The standard questions of the hotline's agents: read from a file that people edit, and held to the city's categories."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from shared.places import Places
from shared.toml_file import FileFault, first_fault, read_toml

SAMPLE = Path(__file__).with_name("questions.toml")

Asked = Annotated[tuple[Annotated[str, Field(min_length=2, max_length=120)], ...], Field(min_length=3, max_length=6)]


class QuestionsFault(FileFault):
    """The questions cannot be used: what is wrong, with file and line."""


class Group(BaseModel):
    """What to ask about one category."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    category: str
    zh: Asked
    en: Asked

    @model_validator(mode="after")
    def _the_same_in_both(self) -> Self:
        if len(self.zh) != len(self.en):
            raise ValueError(f"{len(self.zh)} questions in zh and {len(self.en)} in en")
        return self

    def asked(self, language: str) -> tuple[str, ...]:
        """The questions in English for a language that begins with "en", else in Chinese."""
        return self.en if language.startswith("en") else self.zh


@dataclass(frozen=True)
class Questions:
    """All groups, in the order of the file."""

    groups: tuple[Group, ...]

    def about(self, category: str) -> Group | None:
        """The group of this category, or of the one above it; None when neither is asked about."""
        of = {group.category: group for group in self.groups}
        return of.get(category) or of.get(category.partition(".")[0])


def load_questions(places: Places, path: Path | None = None) -> Questions:
    """The questions of a file, by default those that ship. Raises QuestionsFault."""
    file = read_toml(path or SAMPLE, QuestionsFault)
    raw = file.data.get("questions")
    if set(file.data) != {"questions"} or not isinstance(raw, list) or not raw:
        raise QuestionsFault(file.name, 1, "this file has [[questions]] with category, zh and en, and nothing else")
    groups: list[Group] = []
    for number, entry in enumerate(raw):
        line = file.line(r"^\s*\[\[\s*questions\s*\]\]", number)
        try:
            group = Group.model_validate(entry)
        except ValidationError as fault:
            raise QuestionsFault(file.name, line, first_fault(fault)) from fault
        if group.category not in places.categories:
            raise QuestionsFault(file.name, line, f"there is no category {group.category!r} in places")
        if group.category in {known.category for known in groups}:
            raise QuestionsFault(file.name, line, f"category {group.category!r} stands twice")
        groups.append(group)
    return Questions(tuple(groups))
