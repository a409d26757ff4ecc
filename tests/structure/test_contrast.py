"""Contrast of the look, computed from tokens.css: WCAG 2.2 AA for words and for what must be seen, light and dark."""

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).parents[2] / "shared/web/static/tokens.css").read_text()
LIGHT_TEXT, DARK_TEXT = TOKENS.split("@media (prefers-color-scheme: dark)")
COLOUR = re.compile(r"--([a-z-]+):\s*#([0-9a-f]{6});")

WORDS = [
    *[(ink, ground) for ink in ("ink", "ink-soft", "accent", "accent-deep") for ground in ("ground", "surface", "sunken", "accent-soft")],
    *[(signal, ground) for signal in ("red", "amber", "green") for ground in ("ground", "surface", f"{signal}-soft")],
    *[("ink", f"{signal}-soft") for signal in ("red", "amber", "green")],
    ("on-accent", "accent"),
    ("on-accent", "accent-deep"),
]
"""What is written on what: 4.5 to 1."""
SIGNS = [(edge, ground) for edge in ("line-strong", "accent", "red") for ground in ("ground", "surface")]
"""Edges of fields, the focus ring, the mark of a fault: 3 to 1."""


def colours(text: str) -> dict[str, str]:
    return dict(COLOUR.findall(text))


LIGHT = colours(LIGHT_TEXT)
DARK = colours(DARK_TEXT)


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    red, green, blue = (channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_measure_is_right():
    assert contrast("000000", "ffffff") == pytest.approx(21)
    assert contrast("777777", "ffffff") == pytest.approx(4.48, abs=0.01)


def test_dark_has_every_colour_that_light_has():
    assert LIGHT.keys() == DARK.keys()
    assert len(LIGHT) > 15


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), WORDS)
def test_words_can_be_read(scheme, ink, ground):
    assert contrast(scheme[ink], scheme[ground]) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), SIGNS)
def test_edges_and_signs_can_be_seen(scheme, edge, ground):
    assert contrast(scheme[edge], scheme[ground]) >= 3


def test_colours_stand_in_the_tokens_and_nowhere_else():
    for sheet in (Path(__file__).parents[2] / "shared/web/static").glob("*.css"):
        if sheet.name != "tokens.css":
            text = re.sub(r"@media print \{.*\}", "", sheet.read_text(), flags=re.DOTALL)
            assert not re.findall(r"#[0-9a-fA-F]{3,8}\b(?![^{}]*\{)", text), sheet.name
