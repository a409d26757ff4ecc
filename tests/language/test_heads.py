"""Heads learn what they are shown, come back from their files as they were, and are refused when the files are not theirs."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from shared.language.characters import folded
from shared.language.confidence import coverage, fit_choice, outcome_of, sure_from
from shared.language.engine import Engine
from shared.language.features import INPUTS, Features, count, extract
from shared.language.heads import Card, HeadCard, heads_of
from shared.language.learning import folds_of, signs_of
from shared.language.model_files import SHIPPED, ModelFault, load_heads, read_model, write_model
from shared.language.near_duplicates import group_alike
from shared.language.training import assemble, margins_of, rarity_of, strong_rows, train, vectors_of
from tools.corpora import read_corpora

WATER = [f"家里停水{day}天了，水龙头没有水" for day in "一二三四五六七八"]
NOISE = [f"楼下工地半夜施工，噪声太大，吵了{day}晚" for day in "一二三四五六七八"]
TEXTS, LABELS = WATER + NOISE, ["water"] * 8 + ["noise"] * 8
CLASSES = ("noise", "water")


def features(text: str, title: str = "") -> Features:
    return extract(folded(title + text), len(title))


def teach(folder: Path, texts: Sequence[str] = TEXTS) -> Card:
    vectors = vectors_of([features(text) for text in texts], *rarity_of([features(text) for text in texts]))
    weights = train(vectors, signs_of(LABELS, CLASSES), np.array([1.0, 1.0]))
    card = Card(
        name="matter", version="1", trained_on="two sentences", made=date(2026, 1, 2), licence="MIT", texts=len(texts), figures={},
        features="", rows=0, strong=0, title_weight=0, scales=(), sha256="",
        heads=(HeadCard(name="matter", kind="choice", classes=CLASSES, slope=3),),
    )  # fmt: skip
    return write_model(folder, assemble(card, vectors, weights))


@pytest.mark.parametrize(("text", "label"), [("水龙头没有水", "water"), ("施工噪声", "noise"), ("三楼也停水", "water")])
def test_a_head_answers_what_it_was_taught(tmp_path: Path, text: str, label: str) -> None:
    teach(tmp_path)
    choice = Engine(heads_of([read_model(tmp_path / "matter.json")])).read(features(text)).choose("matter")
    assert choice.best == label
    assert 0.5 < choice.confidence < 1


def test_weak_rows_do_not_weigh_in_choices_and_others_read_them(tmp_path: Path) -> None:
    texts = [features(text) for text in TEXTS]
    vectors = vectors_of(texts, *rarity_of(texts))
    signs = signs_of(LABELS, CLASSES)
    weights = np.concatenate([train(vectors, signs, np.array([1.0, 1.0])), train(vectors, signs[:, :1], np.array([1.0]))], axis=1)
    strong = strong_rows(vectors, weights[:, :2], np.arange(len(texts)), 0.6)
    heads = (HeadCard(name="matter", kind="choice", classes=CLASSES), HeadCard(name="loud", kind="flags", classes=("loud",)))
    card = Card(
        name="both", version="1", trained_on="two sentences", made=date(2026, 1, 2), licence="MIT", texts=len(texts), figures={},
        features="", rows=0, strong=0, title_weight=0, scales=(), sha256="", heads=heads,
    )  # fmt: skip
    write_model(tmp_path, assemble(card, vectors, weights, strong))
    model = read_model(tmp_path / "both.json")
    kept = np.where(strong[:, None] | np.array([False, False, True]), weights, 0)
    assert 0 < model.card.strong < model.card.rows
    assert np.allclose([model.margins(text) for text in texts], margins_of(vectors, kept, np.arange(len(texts))), atol=0.1)
    for column in range(3):
        rows = vectors.index[texts[0].slots]
        assert np.allclose(model.pulls(texts[0].slots, column), (kept[:, column] * vectors.rarity)[rows], atol=0.1)


@given(weak=some.floats(0, 1))
def test_no_more_than_the_share_that_is_weak_is_left_out(weak: float) -> None:
    texts = [features(text) for text in TEXTS]
    vectors = vectors_of(texts, *rarity_of(texts))
    weights = train(vectors, signs_of(LABELS, CLASSES), np.array([1.0, 1.0]), epochs=1)
    strong = strong_rows(vectors, weights, np.arange(len(texts)), weak)
    rows = np.concatenate(vectors.rows)
    rows = rows[rows > 0]
    pull = np.abs(weights).max(axis=1) * vectors.rarity
    assert strong[0]
    assert (~strong[rows]).mean() <= weak
    assert pull[~strong].max(initial=0) <= pull[1:][strong[1:]].min(initial=np.inf), "those that pull least are the weak ones"


def test_a_choice_behind_another_head_is_refused(tmp_path: Path) -> None:
    card = teach(tmp_path)
    heads = (HeadCard(name="loud", kind="flags", classes=CLASSES[:1]), HeadCard(name="matter", kind="choice", classes=CLASSES[1:]))
    weights = (tmp_path / "matter.weights").read_bytes()
    (tmp_path / "matter.json").write_text(card.model_copy(update={"heads": heads}).model_dump_json(), "utf-8")
    assert len(weights) == card.strong * 2 + card.rows * 4 + 4 * INPUTS
    with pytest.raises(ModelFault, match="leads to weights that are not there"):
        read_model(tmp_path / "matter.json")


def test_the_same_texts_make_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        teach(tmp_path / name)
    for file in ("matter.json", "matter.weights"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_what_is_read_from_a_file_answers_as_what_was_trained(tmp_path: Path) -> None:
    texts = [features(text) for text in TEXTS]
    vectors = vectors_of(texts, *rarity_of(texts))
    weights = train(vectors, signs_of(LABELS, CLASSES), np.array([1.0, 1.0]))
    teach(tmp_path)
    model = read_model(tmp_path / "matter.json")
    read = np.array([model.margins(text) for text in texts])
    assert np.allclose(read, margins_of(vectors, weights, np.arange(len(texts))), atol=0.1), "eight bits are enough"


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("matter.json", b'"name"', b'"nome"', r"matter.json:1: is not a card of this version"),
        ("matter.json", b'"features":"', b'"features":"older ', r"matter.json:1: was trained on 'older "),
        ("matter.weights", b"\x00\x00", b"\x01\x00", r"matter.weights:1: is not what its card describes"),
        ("matter.weights", b"", None, r"matter.json:1: cannot be read"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_refused(
    tmp_path: Path, file: str, old: bytes, new: bytes | None, says: str
) -> None:
    teach(tmp_path)
    path = tmp_path / file
    content = json.dumps(json.loads(path.read_text())).replace('": ', '":').encode() if file.endswith("json") else path.read_bytes()
    path.write_bytes(b"" if new is None else content.replace(old, new, 1))
    with pytest.raises(ModelFault, match=says):
        read_model(tmp_path / "matter.json")


def test_a_learned_head_stands_in_for_the_shipped_one_and_a_broken_one_does_not(tmp_path: Path) -> None:
    teach(tmp_path)
    card = json.loads((tmp_path / "matter.json").read_text())
    (tmp_path / "broken.json").write_text(json.dumps(card | {"name": "broken"}))
    heads, refused = load_heads(tmp_path)
    assert heads["matter"].model.card.name == "matter"
    assert heads["category"].model.card.name == "shipped"
    assert [fault.file for fault in refused] == ["broken.json"]


def test_what_ships_says_what_it_was_trained_on() -> None:
    cards = [read_model(path).card for path in sorted(SHIPPED.glob("*.json"))]
    assert {card.name for card in cards} == {"shipped"}
    assert all(card.licence == "MIT" and card.figures and card.texts > 1_000 for card in cards)
    assert {card.texts for card in cards} == {len(read_corpora())}, "run: make models"


@given(some.text(max_size=300), some.text(max_size=30))
def test_any_text_has_margins(text: str, title: str) -> None:
    heads, _ = load_heads()
    heard = Engine(heads).read(features(text, title))
    assert 0 <= heard.choose("category").confidence <= 1
    assert -1 <= heard.value("mood") <= 1
    assert all(0 <= chance <= 1 for chance in heard.flags("emotions").values())


@given(some.lists(some.integers(0, 9), max_size=40))
def test_each_input_is_counted_once(inputs: list[int]) -> None:
    found = count(np.array(inputs, dtype=np.uint32))
    assert found.inputs.tolist() == sorted(set(inputs))
    assert np.allclose(found.times, [1 + np.log(inputs.count(one)) for one in found.inputs])


def test_near_duplicates_are_one_group() -> None:
    first = "我们小区的电梯坏了三个星期了，物业一直说在等配件，老人上不了楼，请帮忙催一催。"
    texts = [first, "河边有人倒垃圾", first.replace("三个", "四个"), "", ""]
    groups = group_alike(texts)
    assert groups[0] == groups[2] != groups[1]


@given(some.lists(some.integers(0, 5), min_size=1, max_size=60))
def test_a_group_is_never_divided(groups: list[int]) -> None:
    folds = folds_of(groups)
    assert all(len({fold for fold, group in zip(folds.tolist(), groups, strict=True) if group == one}) == 1 for one in groups)


def test_a_threshold_promises_no_more_than_was_seen() -> None:
    confidences = np.linspace(1, 0, 1_000)
    right = np.ones(1_000, dtype=np.bool_)
    right[500::5] = False
    sure = sure_from(confidences, right)
    assert right[confidences >= sure].mean() >= 0.97
    assert (confidences >= sure).mean() > 0.5
    assert sure_from(confidences, ~right) > 1


def test_a_class_that_is_seldom_wrong_is_believed_sooner() -> None:
    stream = np.random.RandomState(0)
    given, gaps = stream.randint(0, 2, 4_000), stream.uniform(0, 2, 4_000)
    right = stream.uniform(size=4_000) < np.where(given == 0, 0.99, 0.5 + 0.2 * gaps)
    margins = np.where(np.arange(2) == given[:, None], gaps[:, None], 0.0)
    outcome = outcome_of(margins, [CLASSES[place if good else 1 - place] for place, good in zip(given, right, strict=True)], CLASSES)
    card = fit_choice("matter", outcome)
    folds = np.arange(4_000) % 5
    alone, realised = coverage(outcome, folds)
    assert card.shifts[0] > card.shifts[1]
    assert card.right(0, 0.1, 0.1) > card.right(1, 0.1, 0.1)
    one_by_one = [card.right(int(one), gap, gap) for one, gap in zip(given[:9], gaps[:9], strict=True)]
    assert one_by_one == pytest.approx(outcome.chances(card)[:9])
    assert realised >= 0.965
    assert 0.45 < alone < 0.6, "half of the answers are of the class that may be believed"


def test_a_card_has_a_shift_for_each_class_or_none() -> None:
    with pytest.raises(ValueError, match="as many shifts as classes"):
        HeadCard(name="matter", kind="choice", classes=CLASSES, shifts=(1.0,))


def test_an_outcome_knows_what_was_right() -> None:
    outcome = outcome_of(np.array([[1.0, -1.0], [0.2, 0.4]]), ["noise", "noise"], CLASSES)
    assert outcome.right.tolist() == [True, False]
    assert outcome.gaps.tolist() == pytest.approx([2.0, 0.2])
