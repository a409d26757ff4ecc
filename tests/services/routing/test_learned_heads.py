"""Learned heads serve routing only where every class is one of the city's; the others are named and what ships stands in for them."""

from datetime import date
from pathlib import Path

import pytest

from services.commands.learn import HeadName, Labelled, learn
from services.routing.loading import choose_heads, load_knowledge
from shared.language import model_files
from shared.language.model_files import ModelFault, load_heads, write_model
from shared.places import load_places

PLACES = load_places()


def teach(folder: Path, head: HeadName, classes: tuple[str, str]) -> None:
    matters = ("家里停水{}天了，水龙头没有水", "楼下工地半夜施工，噪声太大，吵了{}晚")
    texts = [matter.format(day) for day in "一二三四五六七八九十" for matter in matters]
    write_model(folder, learn(head, Labelled([""] * 20, texts, classes * 10), "a test", date(2026, 1, 2)).model)


@pytest.mark.parametrize(("head", "known"), [("category", sorted(PLACES.categories)[:2]), ("department", sorted(PLACES.departments)[:2])])
def test_a_head_with_the_city_s_own_classes_is_used(tmp_path, head, known):
    teach(tmp_path, head, tuple(known))
    heads, refused = choose_heads(PLACES, tmp_path)
    assert not refused
    assert heads[head].card.classes == tuple(known)


@pytest.mark.parametrize("head", ["category", "department"])
def test_a_head_of_another_scheme_is_named_and_not_used(tmp_path, head):
    teach(tmp_path, head, ("moon.dust", "moon.light"))
    heads, refused = choose_heads(PLACES, tmp_path)
    assert [str(fault) for fault in refused] == [f"{head}.json:1: places know no {head} 'moon.dust'"]
    shipped = load_heads(None)[0]
    assert (heads.get(head) and heads[head].card) == (shipped.get(head) and shipped[head].card)
    assert load_knowledge(PLACES, None, None, tmp_path).engine is not None


def test_a_start_refuses_what_ships_when_it_is_broken(tmp_path, monkeypatch):
    for file in model_files.SHIPPED.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "shipped.weights").write_bytes(b"cut")
    monkeypatch.setattr(model_files, "SHIPPED", tmp_path)
    load_heads.cache_clear()
    try:
        with pytest.raises(ModelFault, match=r"shipped\.weights:1: is not what its card describes"):
            choose_heads(PLACES, None)
    finally:
        load_heads.cache_clear()
