"""The catalogue that ships, on plain complaints of our own: the right department, and sure where anybody would be."""

import pytest

from services.routing.loading import load_knowledge
from services.routing.model.proposal import Knowledge, propose
from services.routing.settings import RoutingSettings
from shared.events.intake import Place
from shared.places import load_places


@pytest.fixture(scope="module")
def known() -> Knowledge:
    return load_knowledge(load_places(), None, RoutingSettings().sure)


CLEAR = [
    ("家里停水两天了，没有人来修。", "water_company"),
    ("公交车晚点严重，常常等四十分钟。", "transport"),
    ("想问一下新生儿的医保怎么办。", "medical_insurance"),
    ("望澜区有人私搭乱建，违章搭建了两层。", "wanglan_office"),
    ("小学强制补课，还要交补课费。", "education"),
    ("老板跑了，拖欠工资三个月，我们要讨薪。", "labour"),
    ("化工厂半夜偷排废水，河水发黑。", "environment"),
    ("快递丢了，快递公司不赔。", "transport"),
]
UNCLEAR = ["今天天气不错。", "你们到底管不管？", "……", "hello", ""]


@pytest.mark.parametrize(("text", "department"), CLEAR)
def test_a_clear_matter_is_dispatched(known: Knowledge, text: str, department: str) -> None:
    proposed = propose(known, "", text, Place())
    assert proposed.best is not None
    assert (proposed.best.department, proposed.sure) == (department, True)


@pytest.mark.parametrize("text", UNCLEAR)
def test_where_nothing_is_said_nothing_is_proposed(known: Knowledge, text: str) -> None:
    proposed = propose(known, "", text, Place())
    assert proposed.best is None
    assert not proposed.sure


def test_two_matters_at_once_are_left_to_a_person(known: Knowledge) -> None:
    proposed = propose(known, "", "自来水发黄，路灯也坏了，公交车又不来。", Place())
    assert proposed.best is not None
    assert proposed.runner_up is not None
    assert not proposed.sure


def test_every_rule_names_a_second_level_category_and_its_duty_and_those_of_one_category_agree_whose_it_is(known: Knowledge) -> None:
    rules = known.catalogue.rules
    assert len({(rule.category, rule.department, rule.otherwise) for rule in rules}) == len({rule.category for rule in rules})
    assert all("." in rule.category and len(rule.basis) > 10 for rule in rules)


def test_every_category_but_the_unclear_one_has_a_rule(known: Knowledge) -> None:
    second_level = {code for code, category in known.places.categories.items() if category.parent}
    assert second_level - {rule.category for rule in known.catalogue.rules} == {"other.unclear"}
