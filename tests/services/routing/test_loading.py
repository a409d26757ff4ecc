"""The dispatch catalogue is checked before anything starts: each fault is named with file and line."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from services.routing.loading import MEASURED, SURE, CatalogueError, load_knowledge
from services.routing.model.proposal import propose
from shared.events.intake import Place
from shared.language.characters import folded
from shared.language.features import extract
from shared.language.heads import Card, HeadCard
from shared.language.learning import signs_of
from shared.language.model_files import write_model
from shared.language.training import assemble, rarity_of, train, vectors_of
from shared.places import load_places

GOOD = """\
# two duties
landmarks = ["门口"]

[[rule]]
id = "cut"
category = "waterworks.outage"
department = "water_company"
basis = "城市供水企业负责抢修"
strong = ["停水", "断水"]
weak = [
  "水管",
  "自来水",
]
must = ["楼里停水了"]
must_not = [
  "今天停电",
]

[[rule]]
id = "building"
category = "land.illegal"
department = "{district}"
otherwise = "urban_management"
basis = "区县负责拆除违法建设"
strong = ["违建"]
districts = ["wanglan"]
must = ["楼顶有违建"]
must_not = ["合法建房"]
"""
PLACES = load_places()


def write(folder: Path, text: str, name: str = "catalogue.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_city_brings_its_own_file_or_folder(tmp_path: Path) -> None:
    known = load_knowledge(PLACES, write(tmp_path, GOOD), 0.9)
    first, second = GOOD.split('\n\n[[rule]]\nid = "building"')
    folder = tmp_path / "parts"
    folder.mkdir()
    write(folder, first, "a.toml")
    write(folder, '[[rule]]\nid = "building"' + second, "b.toml")
    assert load_knowledge(PLACES, folder, 0.9).catalogue.rules == known.catalogue.rules
    assert [rule.id for rule in known.catalogue.rules] == ["cut", "building"]


def test_the_version_follows_the_words(tmp_path: Path) -> None:
    first = load_knowledge(PLACES, write(tmp_path, GOOD), 0.9).catalogue.version
    assert load_knowledge(PLACES, write(tmp_path, GOOD), 0.5).catalogue.version == first
    assert load_knowledge(PLACES, write(tmp_path, GOOD.replace("断水", "缺水")), 0.9).catalogue.version != first


BROKEN = {
    "a department that places do not know": ('"water_company"', '"water_board"', 7, "no department 'water_board'"),
    "an unknown department to fall back on": ('otherwise = "urban_management"', 'otherwise = "nobody"', 23, "no department 'nobody'"),
    "a street office": ('"water_company"', '"liudi_street"', 7, "street office"),
    "an unknown category": ('"waterworks.outage"', '"waterworks.flood"', 6, "no category 'waterworks.flood'"),
    "an unknown district": ('["wanglan"]', '["atlantis"]', 26, "no district 'atlantis'"),
    "a district's matter without a way out": ('otherwise = "urban_management"\n', "", 22, "`otherwise` goes with"),
    "a way out of nothing": ('"water_company"', '"water_company"\notherwise = "water"', 7, "`otherwise` goes with"),
    "an id that is taken": ('id = "building"', 'id = "cut"', 20, "taken by catalogue.toml:4"),
    "an example that does not match": ('"楼里停水了"', '"楼里停电了"', 14, "must be 'waterworks.outage' and is proposed as None"),
    "an example that must not match": ('"今天停电"', '"今天停水"', 16, "must not be 'waterworks.outage'"),
    "a sentence that must and must not": ('"今天停电"', '"楼里停水了"', 14, "must not be"),
    "no example": ('must = ["楼顶有违建"]', "must = []", 27, "must"),
    "an example left out": ('must_not = ["合法建房"]\n', "", 19, "must_not"),
    "a word too short": ('"断水"', '"水"', 9, "strong"),
    "a word twice": ('"自来水"', '"断水"', 9, "'断水' stands here twice"),
    "no strong word": ('strong = ["违建"]', "strong = []", 25, "strong"),
    "no duty basis": ('basis = "区县负责拆除违法建设"', 'basis = ""', 24, "basis"),
    "a field that there is not": ('strong = ["违建"]', 'strong = ["违建"]\nstrng = ["搭建"]', 26, "strng"),
    "a table that there is not": ("# two duties", 'rules = "all"', 1, "unknown entry 'rules'"),
    "rules that are no list": (GOOD, 'rule = "all"\n', 1, "[[rule]]"),
    "a rule that is no table": (GOOD, "rule = [1]\n", 1, "dictionary"),
    "landmarks that are no words": ('["门口"]', "[1]", 2, "landmarks"),
    "no TOML": ('basis = "城市供水企业负责抢修"', "basis = 城市", 8, "not TOML"),
}


@pytest.mark.parametrize(("old", "new", "line", "words"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_catalogue_is_refused_with_file_and_line(tmp_path: Path, old: str, new: str, line: int, words: str) -> None:
    assert old in GOOD
    with pytest.raises(CatalogueError) as refused:
        load_knowledge(PLACES, write(tmp_path, GOOD.replace(old, new, 1)), 0.9)
    assert str(refused.value).startswith(f"catalogue.toml:{line}: "), str(refused.value)
    assert words in str(refused.value)


def test_an_example_is_judged_in_a_district_of_its_rule(tmp_path: Path) -> None:
    known = load_knowledge(PLACES, write(tmp_path, GOOD), 0.9)
    here = propose(known, "", "楼顶有违建", Place(district="wanglan")).best
    assert here is not None
    assert here.department == "wanglan_office"
    assert propose(known, "", "楼顶有违建", Place()).best is None


def test_a_folder_without_files_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"no \.toml file"):
        load_knowledge(PLACES, tmp_path, 0.9)
    with pytest.raises(CatalogueError, match="cannot be read"):
        load_knowledge(PLACES, tmp_path / "nowhere.toml", 0.9)


def test_a_city_without_the_unclear_category_is_refused(tmp_path: Path) -> None:
    known = {code: category for code, category in PLACES.categories.items() if code != "other.unclear"}
    with pytest.raises(CatalogueError, match=r"no category 'other\.unclear'"):
        load_knowledge(replace(PLACES, categories=known), write(tmp_path, GOOD), 0.9)


def test_what_a_learned_model_measured_stands_in_for_the_threshold_that_ships(tmp_path: Path) -> None:
    card = Card(
        name="department", version="1", trained_on="t", made=date(2026, 3, 2), licence="own", texts=2, figures={MEASURED: 0.987},
        features="", rows=0, strong=0, title_weight=0, scales=(), sha256="",
        heads=(HeadCard(name="department", kind="choice", classes=("education", "water_company")),),
    )  # fmt: skip
    texts = [extract(folded(text), 0) for text in ("家里停水没有人修", "小学强制补课收费", "又停水了没人管", "中学补课收费")]
    vectors = vectors_of(texts, *rarity_of(texts))
    signs = signs_of(["water_company", "education"] * 2, ("education", "water_company"))
    write_model(tmp_path, assemble(card, vectors, train(vectors, signs, np.array([[1.0]]))))
    known = load_knowledge(PLACES, None, None, tmp_path)
    assert known.sure == 0.987
    assert load_knowledge(PLACES, None, 0.9, tmp_path).sure == 0.9, "a setting goes before"
    assert load_knowledge(PLACES, None, None).sure == SURE
    found = propose(known, "", "家里停水没有人修", Place())
    assert found.best is not None
    assert found.best.department == "water_company"
