"""A linear head over hashed n-grams: small whole-number weights and the card that says where they come from."""

from dataclasses import dataclass
from datetime import date
from math import sqrt, tanh

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from shared.language.ngrams import Slots


class Card(BaseModel):
    """What a head is, on what it was trained and how well it does; kept beside its weights."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    version: str
    task: str
    trained_on: str
    made: date
    licence: str
    texts: int
    held_out_texts: int
    held_out_accuracy: float
    scale: float
    """One step of a weight, in margins."""
    slope: float
    """Steepness of the curve from margin to value."""
    sha256: str
    """Of the weights file."""


@dataclass(frozen=True, eq=False)
class Head:
    """`weights` has one number for each slot of the n-grams."""

    weights: NDArray[np.int8]
    card: Card

    def margin(self, features: Slots) -> float:
        """Signed distance from the border; the sum is of whole numbers, so it is the same on every machine."""
        if not len(features):
            return 0.0
        return int(self.weights[features].sum(dtype=np.int64)) * self.card.scale / sqrt(len(features))

    def value(self, features: Slots) -> float:
        """The margin as a value from −1 to 1."""
        return tanh(self.margin(features) * self.card.slope)
