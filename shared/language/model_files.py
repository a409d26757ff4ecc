"""Models as files: NAME.json, the card, and NAME.weights, read by memory map; what is broken or of another time is refused by name."""

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from shared.language.features import FEATURES, INPUTS
from shared.language.heads import Card, Guide, Head, Model, heads_of
from shared.toml_file import FileFault, first_fault

SHIPPED = Path(__file__).with_name("models")
GUIDE, GUIDE_FOLDER = "category", ".guide"
"""The head that guides those of a city, and the ending of the folder beside a card in which a copy of its model is kept."""
Raw = NDArray[np.uint8]


class ModelFault(FileFault):
    """A model cannot be used: which file, and why."""


def read_model(card_file: Path, guides: Sequence[Model] = ()) -> Model:
    """The model of a card; its guide is one of `guides`, or the copy that was put beside it.

    Raises ModelFault when card and weights do not belong together, or are of a version that is not read here.
    """
    try:
        card = Card.model_validate_json(card_file.read_text("utf-8"))
        weights_file = card_file.with_suffix(".weights")
        raw: Raw = np.asarray(np.memmap(weights_file, np.uint8, "r"))
    except ValidationError as fault:
        raise ModelFault(card_file.name, 1, f"is not a card of this version ({first_fault(fault)}); train the model again") from fault
    except (OSError, ValueError) as fault:  # numpy maps no empty file
        raise ModelFault(card_file.name, 1, f"cannot be read: {fault}") from fault
    if card.features != FEATURES:
        raise ModelFault(card_file.name, 1, f"was trained on '{card.features}', read here is '{FEATURES}'; train the model again")
    guide = _guide(card_file, card.guide, guides) if card.guide else None
    if len(raw) != _size(card, guide) or hashlib.sha256(raw.data).hexdigest() != card.sha256:
        raise ModelFault(weights_file.name, 1, "is not what its card describes; put the right file there or train the model again")
    return _model(card, raw, guide)


def _guide(card_file: Path, sha256: str, guides: Sequence[Model]) -> Head:
    """The head that a model was trained with: it reads on from what this very head says, and from no later one."""
    copies = sorted(card_file.with_suffix(GUIDE_FOLDER).glob("*.json"))
    model = next((one for one in guides if one.card.sha256 == sha256), None) or next(map(read_model, copies), None)
    if model is None or model.card.sha256 != sha256 or GUIDE not in (heads := heads_of([model])):
        raise ModelFault(card_file.name, 1, f"reads on from a model that is not in {card_file.stem}{GUIDE_FOLDER}; train the model again")
    return heads[GUIDE]


def _size(card: Card, guide: Head | None) -> int:
    counted = 4 * INPUTS + 4 * card.rows + card.strong * card.chosen + card.rows * (card.columns - card.chosen)
    return counted + (4 * len(guide.card.classes) * card.columns if guide else 0)


def _model(card: Card, raw: Raw, guide: Head | None) -> Model:
    index, rest = raw[: 4 * INPUTS].view("<u4"), raw[4 * INPUTS :]
    rarity, rest = rest[: 4 * card.rows].view("<f4"), rest[4 * card.rows :]
    guiding = len(guide.card.classes) if guide else 0
    weights, steps = rest[: 4 * guiding * card.columns].view("<f4"), rest[4 * guiding * card.columns :].view(np.int8)
    choices_first = sorted(card.heads, key=lambda head: head.kind != "choice") == [*card.heads]
    if not (index.max() < card.rows and 0 < card.strong <= card.rows and len(card.scales) == card.columns and choices_first):
        raise ModelFault(f"{card.name}.weights", 1, "leads to weights that are not there; train the model again")
    choices, others = np.split(steps, [card.strong * card.chosen])
    return Model(
        card, index, rarity, choices.reshape(card.strong, card.chosen), others.reshape(card.rows, card.columns - card.chosen),
        Guide(guide, weights.reshape(guiding, card.columns)) if guide else None,
    )  # fmt: skip


def write_model(folder: Path, model: Model) -> Card:
    """Writes card and weights, and a copy of the guide, for a later version may ship another. Returns the card as it was written."""
    guiding = model.guide.weights.astype("<f4").tobytes() if model.guide else b""
    steps = model.choices.tobytes() + model.others.tobytes()
    raw = model.index.astype("<u4").tobytes() + model.rarity.astype("<f4").tobytes() + guiding + steps
    guide = write_model(folder / f"{model.card.name}{GUIDE_FOLDER}", model.guide.head.model).sha256 if model.guide else ""
    card = model.card.model_copy(update={"sha256": hashlib.sha256(raw).hexdigest(), "guide": guide})
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{card.name}.weights").write_bytes(raw)
    (folder / f"{card.name}.json").write_text(card.model_dump_json(indent=2) + "\n", "utf-8")
    return card


@cache
def load_heads(learned: Path | None = None) -> tuple[Mapping[str, Head], Sequence[ModelFault]]:
    """The heads that ship, and in their place those of a folder of learned models; beside them what of that folder was refused.
    Read once, however many services of a process ask.

    Raises ModelFault when what ships is broken, or the folder is not there.
    """
    shipped = [read_model(card) for card in _cards(SHIPPED)]
    models = [*shipped]
    refused: list[ModelFault] = []
    for card in _cards(learned) if learned else ():
        try:
            models.append(read_model(card, shipped))
        except ModelFault as fault:
            refused.append(fault)
    return heads_of(models), refused


def _cards(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise ModelFault(str(folder), 1, "there is no such folder of models")
    return sorted(folder.glob("*.json"))
