"""The table by which characters are read, from the file that is shipped."""

from functools import cache
from pathlib import Path

import numpy as np

from shared.language.normalise import Codes, Text, character_table, fold

HERE = Path(__file__).parent
TRADITIONAL, CHANGED = HERE / "characters.txt", HERE / "characters.npy"
"""Traditional characters with their simplified forms, for people; every character that is not read as itself, ready to be loaded.
Both are made by tools/make_characters.py.
"""


@cache
def characters() -> Codes:
    """How each code point is read. Raises OSError where the file is missing."""
    return character_table(np.load(CHANGED))


def folded(text: str) -> Text:
    """A text as it is read."""
    return fold(text, characters())
