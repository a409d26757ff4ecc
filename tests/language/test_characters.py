"""The table of characters is what its sources say."""

import numpy as np
import pytest

from shared.language.characters import CHANGED, TRADITIONAL
from shared.language.normalise import changed_characters
from tools.make_characters import collect


def test_the_traditional_characters_are_what_opencc_says() -> None:
    pytest.importorskip("opencc")
    lines = [line for line in TRADITIONAL.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert lines == [f"{old}{new}" for old, new in sorted(collect().items())]


def test_what_is_loaded_holds_every_traditional_character() -> None:
    """Unicode grows with each Python, so of the rest only what every version knows is compared."""
    lines = [line for line in TRADITIONAL.read_text("utf-8").splitlines() if not line.startswith("#")]
    made = dict(changed_characters({line[0]: line[1] for line in lines}).tolist())
    shipped = dict(np.load(CHANGED).tolist())
    assert {code: read for code, read in made.items() if code < 0xA000} == {code: read for code, read in shipped.items() if code < 0xA000}
