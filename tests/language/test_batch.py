"""Many texts at once have the margins that each has alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from shared.language.batch import read_many
from shared.language.engine import Engine
from shared.language.features import features_of
from shared.language.heads import Model
from shared.language.model_files import load_heads
from shared.language.normalise import LIMIT

HEADS = ("category", "mood", "critical")
ENGINE = Engine(load_heads()[0])


def alone(text: str, name: str) -> list[float]:
    found: list[float] = ENGINE.read(features_of("", text)).own(name).tolist()
    return found


@given(some.lists(some.text(alphabet="停水三天了，。\n\u200b没有人管a", max_size=12) | some.text(max_size=30), max_size=8))
def test_each_text_has_the_margins_that_it_has_alone(texts: list[str]) -> None:
    found = read_many(texts, ENGINE, HEADS)
    for name in HEADS:
        assert found[name].shape == (len(texts), len(ENGINE.heads[name].card.classes))
        for number, text in enumerate(texts):
            assert np.allclose(found[name][number], alone(text, name), atol=1e-4)


@pytest.mark.parametrize("compiled", [True, False])
def test_an_empty_one_and_one_longer_than_is_read_among_others(monkeypatch: pytest.MonkeyPatch, compiled: bool) -> None:
    texts = ["停水三天了", "", "噪声扰民" * LIMIT, "谢谢", "路灯不亮"]
    expected = [alone(text, "category") for text in texts]
    if not compiled:
        monkeypatch.setattr(Model, "compiled", None)
    assert np.allclose(read_many(texts, ENGINE, ["category"])["category"], expected, atol=1e-4)
