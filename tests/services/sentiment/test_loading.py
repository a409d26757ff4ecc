"""A reader that cannot be trusted is not built: every broken file is refused with its name, a line and what to do."""

import shutil
from pathlib import Path

import pytest

from services.sentiment.loading import KNOWLEDGE, ReadingFault, load_knowledge


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(KNOWLEDGE, tmp_path / "knowledge"))


def test_a_copy_of_what_ships_can_be_read(folder: Path) -> None:
    assert load_knowledge(folder=folder).rules.version == load_knowledge().rules.version


@pytest.mark.parametrize("name", [path.name for path in sorted(KNOWLEDGE.iterdir())])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ReadingFault, match=name):
        load_knowledge(folder=folder)


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("hazards.toml", 'urgency = "U1"', 'urgency = "U7"', r"hazards.toml:\d+: hazards\.0\.urgency"),
        ("hazards.toml", '["gas", "leak", 8]', '["gas", "leek", 8]', r"hazards.toml:\d+: gas-leak names the word list leek"),
        ("hazards.toml", 'id = "fire"', 'id = "violence"', r"hazards.toml:\d+: hazard violence is there twice"),
        ("hazards.toml", "[[hazards]]", "[[hazards", r"hazards.toml:\d+: not TOML"),
        ("contexts.toml", 'side = "before"', 'side = "above"', r"contexts.toml:\d+: contexts\.0\.side"),
        ("cues.toml", "weight = 2", "weight = 0", r"cues.toml:\d+: cues\.0\.weight"),
        ("words.toml", 'gas = "', 'gas = 3 # "', r"words.toml:\d+: lists\.gas"),
    ],
)
def test_a_fault_is_told_with_file_and_line(folder: Path, name: str, old: str, new: str, says: str) -> None:
    path = folder / name
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(ReadingFault, match=says):
        load_knowledge(folder=folder)
