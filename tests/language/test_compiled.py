"""Compiled code and numpy make the same margins of any text, and where one is not there the other answers."""

import os
from ctypes import PyDLL
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from shared.language import heads, known_words
from shared.language.compiled import LIBRARY, CompiledMargins, CompiledWords, load_library
from shared.language.features import Features, features_of
from shared.language.heads import Model
from shared.language.known_words import Automaton, KnownWords
from shared.language.model_files import SHIPPED, read_model
from shared.language.normalise import LIMIT
from tools import environment

MODEL = read_model(SHIPPED / "shipped.json")
CLOSE = 2e-5

written = some.text(alphabet="停水三天了，。\n\u200b没有人管着火 a１", max_size=60) | some.text(max_size=40)


@pytest.fixture(scope="module")
def functions() -> PyDLL:
    functions = load_library()
    if functions is None and not os.environ.get("CI"):
        pytest.skip("the set-up found no C compiler")
    assert functions, "the set-up makes the library, and this machine loads it"
    return functions


@pytest.fixture(scope="module")
def compiled(functions: PyDLL) -> CompiledMargins:
    return CompiledMargins(MODEL, functions)


@given(title=written, text=written)
def test_any_text_has_the_same_margins(compiled: CompiledMargins, title: str, text: str) -> None:
    features = features_of(title, text)
    assert np.allclose(compiled.one(features.codes, features.title_end), MODEL.sums(features), atol=CLOSE)


@given(codes=some.lists(some.integers(0, 2**32 - 1), max_size=30), title=some.integers(0, 40))
def test_no_character_is_too_strange_and_no_title_too_long(compiled: CompiledMargins, codes: list[int], title: int) -> None:
    features = Features(np.array(codes, np.uint32), title)
    assert np.allclose(compiled.one(features.codes, title), MODEL.sums(features), atol=CLOSE)


@pytest.mark.parametrize("text", ["水" * LIMIT, "停水了" * LIMIT, "".join(map(chr, range(0x4E00, 0x4E00 + LIMIT)))])
def test_the_longest_texts_have_the_same_margins(compiled: CompiledMargins, text: str) -> None:
    features = features_of(text[:40], text)
    assert np.allclose(compiled.one(features.codes, features.title_end), MODEL.sums(features), atol=CLOSE)


def test_a_model_without_choices_and_one_without_others_are_read(compiled: CompiledMargins) -> None:
    text, width = features_of("停水", "三天没水了"), MODEL.choices.shape[1]
    whole = MODEL.sums(text)
    for columns, choices, others in (
        (slice(width), MODEL.choices, MODEL.others[:, :0]),
        (slice(width, None), MODEL.choices[:, :0], MODEL.others),
    ):
        part = replace(MODEL, card=MODEL.card.model_copy(update={"scales": MODEL.card.scales[columns]}), choices=choices, others=others)
        assert part.compiled
        assert np.allclose(part.compiled.one(text.codes, text.title_end), whole[columns], atol=CLOSE)


@given(words=some.sets(some.text(alphabet="停水气火𠀀", min_size=1, max_size=4)), text=some.text(alphabet="停水气火𠀀，", max_size=30))
def test_the_longest_words_are_found_with_compiled_code_and_without(functions: PyDLL, words: set[str], text: str) -> None:
    ordered = sorted(words)
    expected = []
    for start in range(len(text)):
        ends = [(start + len(word), number) for number, word in enumerate(ordered) if text.startswith(word, start)]
        expected += [(start, *max(ends))] if ends else []
    assert [tuple(one) for one in CompiledWords(ordered, functions).longest(text)] == expected
    assert list(Automaton(ordered).longest(text)) == expected


def test_a_lone_surrogate_is_no_word_and_an_empty_word_is_refused(functions: PyDLL) -> None:
    assert CompiledWords(["水"], functions).longest("\ud800水") == [[1, 2, 0]]
    for kind in (Automaton, lambda words: CompiledWords(words, functions)):
        with pytest.raises(ValueError, match=r"empty"):
            kind(["水", ""])


@pytest.mark.parametrize("content", [None, b"", b"not a library"])
def test_without_a_library_that_can_be_loaded_the_others_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    library = tmp_path / "compiled.so"
    if content is not None:
        library.write_bytes(content)
    for module in (heads, known_words):
        monkeypatch.setattr(module, "load_library", lambda: load_library(library))
    text, model = features_of("停水", "三天没水了"), replace(MODEL)
    assert model.compiled is None
    assert np.array_equal(model.margins(text), Model.sums(MODEL, text))
    assert list(KnownWords(("停水", "水")).longest("又停水了")) == [(1, 3, 0), (2, 3, 1)]


@pytest.mark.parametrize(("compilers", "source"), [((), "int margins_of(void) { return 1; }"), (environment.COMPILERS, "this is no C")])
def test_a_set_up_without_a_compiler_that_works_says_so_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], compilers: tuple[str, ...], source: str
) -> None:
    monkeypatch.setattr(environment, "VENV", tmp_path)
    monkeypatch.setattr(environment, "COMPILERS", compilers)
    monkeypatch.setattr(environment, "COMPILED_FROM", (tmp_path / "some.c",))
    monkeypatch.setattr(environment, "LIBRARY", tmp_path / "some.so")
    (tmp_path / "some.c").write_text(source)
    (tmp_path / "some.so").write_bytes(b"of an older source")
    environment.set_up_compiled_code()
    assert "without compiled code" in capsys.readouterr().out
    assert not (tmp_path / "some.so").exists()


def test_the_library_is_the_one_that_the_set_up_makes(compiled: CompiledMargins) -> None:
    assert environment.LIBRARY == LIBRARY
    assert environment.Stamp(environment.VENV / "compiled", *environment.COMPILED_FROM).holds(), "make setup compiles it anew"
