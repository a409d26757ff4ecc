"""A city's head reads on from what the shipped one says: the same from its file, with the model that ships or with its own copy."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.commands.learn import Labelled, Learned, learn
from shared.language import model_files
from shared.language.batch import read_many
from shared.language.engine import Engine
from shared.language.features import features_of
from shared.language.heads import Model, heads_of
from shared.language.model_files import SHIPPED, load_heads, read_model, write_model
from shared.language.shares import GUIDING, guiding
from shared.language.training import guided, rarity_of, trust_of, vectors_of
from tests.language.test_heads import CLASSES, LABELS, TEXTS
from tests.language.test_training import SIGNS

MANY = [f"{text}，{more}" for text in TEXTS for more in ("请处理", "已经反映多次")]


@pytest.fixture(scope="module")
def learned() -> Learned:
    labelled = Labelled([""] * len(MANY), MANY, [label for label in LABELS for _ in range(2)])
    return learn("category", labelled, "two sentences", date(2026, 1, 2))


@pytest.fixture(autouse=True)
def read_anew() -> Iterator[None]:
    yield
    load_heads.cache_clear()


@pytest.fixture
def folder(tmp_path: Path, learned: Learned) -> Path:
    write_model(tmp_path, learned.model)
    return tmp_path


def test_what_is_read_from_a_file_answers_as_what_was_learned(folder: Path, learned: Learned) -> None:
    shipped = read_model(SHIPPED / "shipped.json")
    with_shipped, with_copy = read_model(folder / "category.json", [shipped]), read_model(folder / "category.json")
    assert with_shipped.guide
    assert with_shipped.guide.head.model is shipped
    for text in ("停水了", "自来水发黄", "噪声", "", "别的什么"):
        features = features_of("", text)
        expected = learned.model.margins(features)
        assert np.array_equal(with_shipped.margins(features), expected)
        assert np.array_equal(with_copy.margins(features), expected)


def test_of_words_that_no_label_was_given_to_the_guide_knows_the_matter(folder: Path) -> None:
    engine = Engine(load_heads(folder)[0])
    known = engine.heads["category"].model.index
    for text, matter in (("管网爆裂抢修，自来厂", "water"), ("广场舞音响震耳", "noise")):
        features = features_of("", text)
        assert not known[features.whole.inputs].any()
        assert engine.read(features).choose("category").best == matter


def test_the_guide_is_read_once_for_all_heads(folder: Path) -> None:
    heads = load_heads(folder)[0]
    guide = heads["category"].model.guide
    assert guide
    assert guide.head.model is heads["urgency"].model
    heard = Engine(heads).read(features_of("", "停水了"))
    heard.own("urgency")
    with patch.object(Model, "margins", autospec=True, side_effect=Model.margins) as margins:
        heard.own("category")
        heard.own("type")
    assert [call.args[0] for call in margins.call_args_list] == [heads["category"].model]


@given(some.lists(some.text(alphabet="停水三天了，噪声扰民\n", max_size=12), max_size=6))
def test_many_texts_at_once_have_the_margins_that_each_has_alone(learned: Learned, texts: list[str]) -> None:
    engine = Engine({**load_heads()[0], **heads_of([learned.model])})
    found = read_many(texts, engine, ["category", "urgency"])
    for name, margins in found.items():
        assert margins.shape == (len(texts), len(engine.heads[name].card.classes))
        for text, own in zip(texts, margins, strict=True):
            assert np.allclose(own, engine.read(features_of("", text)).own(name), atol=1e-4)


def test_when_another_model_ships_the_copy_stands_in_and_without_it_the_head_is_refused(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    later, model = tmp_path_factory.mktemp("later"), read_model(SHIPPED / "shipped.json")
    write_model(later, replace(model, others=model.others // 2))
    monkeypatch.setattr(model_files, "SHIPPED", later)
    load_heads.cache_clear()
    heads, refused = load_heads(folder)
    assert (heads["category"].card.classes, refused) == (CLASSES, [])
    assert (guide := heads["category"].model.guide)
    assert guide.head.model is not heads["urgency"].model
    shutil.rmtree(folder / "category.guide")
    load_heads.cache_clear()
    heads, refused = load_heads(folder)
    assert [str(one) for one in refused] == [
        "category.json:1: reads on from a model that is not in category.guide; train the model again"
    ]
    assert heads["category"].card.classes != CLASSES


def test_a_guide_is_trusted_as_if_all_were_and_changes_no_other_trust() -> None:
    texts = [features_of("", text) for text in TEXTS]
    plain = vectors_of(texts, *rarity_of(texts))
    shares = np.eye(3)[np.arange(len(texts)) % 3] * GUIDING
    trust = trust_of(guided(plain, shares), SIGNS, np.arange(len(texts)))
    assert (trust[len(plain.rarity) :] == 1).all()
    assert np.array_equal(trust[: len(plain.rarity)], trust_of(plain, SIGNS, np.arange(len(texts))))


@given(some.lists(some.floats(-5, 5, width=32), min_size=1, max_size=9))
def test_shares_that_guide_have_one_length_whatever_the_margins(margins: list[float]) -> None:
    assert np.isclose(np.linalg.norm(guiding(np.array(margins))), GUIDING)
