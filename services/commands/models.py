"""The folder of a city's own models: a new one takes the place of another, which is kept and can be put back."""

import shutil
from pathlib import Path

from shared.language.heads import Card, Model
from shared.language.model_files import GUIDE_FOLDER, ModelFault, read_model, write_model

ENDINGS = (GUIDE_FOLDER, ".weights", ".json")
"""The card comes last: what was cut short while files were moved is refused by name, and doing it again finishes it."""

BEFORE, UNDONE = "before", "undone"
"""Folders within it: the model that another has taken the place of, and the one that was taken back."""


def switch(folder: Path, model: Model) -> str:
    """Writes the model where judging reads it; one that was there is kept in BEFORE. Returns what was done, in a sentence."""
    name = model.card.name
    there = _move(folder, folder / BEFORE, name)
    if not there:
        _remove(folder / BEFORE, name)
    write_model(folder, model)
    kept = f"; what was there is in {folder / BEFORE}" if there else ""
    return f"{folder / name}.json and .weights are written{kept}. Running services take them at their next start; --undo takes them back"


def undo(folder: Path, name: str) -> str:
    """Moves the model of a head to UNDONE and puts back what was before it, if anything was. Raises ModelFault when none is there."""
    if not _move(folder, folder / UNDONE, name):
        raise ModelFault(f"{folder / name}.json", 1, "there is no learned model to take back")
    back = "the one before it is in its place" if _move(folder / BEFORE, folder, name) else "the one that ships is in use again"
    return f"the model was moved to {folder / UNDONE}; {back}, for running services from their next start"


def better_before(folder: Path, card: Card) -> bool:
    """Whether the model in place has the same classes and did better on what was held back from it."""
    now = folder / f"{card.name}.json"
    if not now.exists():
        return False
    before = read_model(now).card
    return [head.classes for head in before.heads] == [head.classes for head in card.heads] and _score(before) > _score(card)


def _score(card: Card) -> float:
    """The first figure of a card: macro-F1 of a choice, accuracy of a flag."""
    return next(iter(card.figures.values()), 0.0)


def _move(source: Path, target: Path, name: str) -> bool:
    """Moves the files of a model and its guide."""
    if not (source / f"{name}.json").exists():
        return False
    target.mkdir(parents=True, exist_ok=True)
    for ending in ENDINGS:
        if (there := source / f"{name}{ending}").exists():
            _clear(target / there.name)
            there.replace(target / there.name)
    return True


def _remove(folder: Path, name: str) -> None:
    """An older model that was already taken back must not come again."""
    for ending in ENDINGS:
        _clear(folder / f"{name}{ending}")


def _clear(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
