"""Compiled code and numpy make the same margins of any text, and where one is not there the other answers."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from shared.language import heads
from shared.language.compiled import LIBRARY, Compiled, load_function
from shared.language.features import Features, features_of
from shared.language.heads import Model
from shared.language.model_files import SHIPPED, read_model
from shared.language.normalise import LIMIT
from tools import environment

MODEL = read_model(SHIPPED / "shipped.json")
CLOSE = 2e-5

written = some.text(alphabet="停水三天了，。\n\u200b没有人管着火 a１", max_size=60) | some.text(max_size=40)


@pytest.fixture(scope="module")
def compiled() -> Compiled:
    function = load_function()
    if function is None and not os.environ.get("CI"):
        pytest.skip("the set-up found no C compiler")
    assert function, "the set-up makes the library, and this machine loads it"
    return Compiled(MODEL, function)


@given(title=written, text=written)
def test_any_text_has_the_same_margins(compiled: Compiled, title: str, text: str) -> None:
    features = features_of(title, text)
    assert np.allclose(compiled.one(features.codes, features.title_end), MODEL.sums(features), atol=CLOSE)


@given(codes=some.lists(some.integers(0, 2**32 - 1), max_size=30), title=some.integers(0, 40))
def test_no_character_is_too_strange_and_no_title_too_long(compiled: Compiled, codes: list[int], title: int) -> None:
    features = Features(np.array(codes, np.uint32), title)
    assert np.allclose(compiled.one(features.codes, title), MODEL.sums(features), atol=CLOSE)


@pytest.mark.parametrize("text", ["水" * LIMIT, "停水了" * LIMIT, "".join(map(chr, range(0x4E00, 0x4E00 + LIMIT)))])
def test_the_longest_texts_have_the_same_margins(compiled: Compiled, text: str) -> None:
    features = features_of(text[:40], text)
    assert np.allclose(compiled.one(features.codes, features.title_end), MODEL.sums(features), atol=CLOSE)


def test_a_model_without_choices_and_one_without_others_are_read(compiled: Compiled) -> None:
    text, width = features_of("停水", "三天没水了"), MODEL.choices.shape[1]
    whole = MODEL.sums(text)
    for columns, choices, others in (
        (slice(width), MODEL.choices, MODEL.others[:, :0]),
        (slice(width, None), MODEL.choices[:, :0], MODEL.others),
    ):
        part = replace(MODEL, card=MODEL.card.model_copy(update={"scales": MODEL.card.scales[columns]}), choices=choices, others=others)
        assert part.compiled
        assert np.allclose(part.compiled.one(text.codes, text.title_end), whole[columns], atol=CLOSE)


@pytest.mark.parametrize("content", [None, b"", b"not a library"])
def test_without_a_library_that_can_be_loaded_numpy_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None) -> None:
    library = tmp_path / "margins.so"
    if content is not None:
        library.write_bytes(content)
    monkeypatch.setattr(heads, "load_function", lambda: load_function(library))
    text, model = features_of("停水", "三天没水了"), replace(MODEL)
    assert model.compiled is None
    assert np.array_equal(model.margins(text), Model.sums(MODEL, text))


@pytest.mark.parametrize(("compilers", "source"), [((), "int margins_of(void) { return 1; }"), (environment.COMPILERS, "this is no C")])
def test_a_set_up_without_a_compiler_that_works_says_so_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], compilers: tuple[str, ...], source: str
) -> None:
    monkeypatch.setattr(environment, "VENV", tmp_path)
    monkeypatch.setattr(environment, "COMPILERS", compilers)
    monkeypatch.setattr(environment, "COMPILED_FROM", tmp_path / "some.c")
    monkeypatch.setattr(environment, "LIBRARY", tmp_path / "some.so")
    (tmp_path / "some.c").write_text(source)
    (tmp_path / "some.so").write_bytes(b"of an older source")
    environment.set_up_compiled_code()
    assert "numpy alone" in capsys.readouterr().out
    assert not (tmp_path / "some.so").exists()


def test_the_library_is_the_one_that_the_set_up_makes(compiled: Compiled) -> None:
    assert environment.LIBRARY == LIBRARY
    assert environment.Stamp(environment.VENV / "compiled", environment.COMPILED_FROM).holds(), "make setup compiles it anew"
