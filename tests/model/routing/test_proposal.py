"""A proposal follows the catalogue, shows its words, and is sure only when it may be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.routing.model.proposal import DISTRICT_ALONE, READ, UNCLEAR, propose
from services.routing.model.words import fold
from shared.events.intake import Place
from shared.events.routing import DepartmentProposed
from tests.model.routing.knowledge import LANDMARKS, RULES, knowledge

KNOWN = knowledge()
WORDS = sorted({word for rule in RULES for word in (*rule.strong, *rule.weak, *rule.unless, *rule.objects)})

texts = st.lists(st.one_of(st.sampled_from([*WORDS, *LANDMARKS, "北城区", "磨坊镇"]), st.text(max_size=5)), max_size=25).map("".join)
titles = st.one_of(st.just(""), texts.map(lambda text: text[:200]))
places = st.builds(Place, district=st.sampled_from([None, "north", "south", "west"]), address=st.sampled_from(["", "石桥街道5号"]))


def ask(text: str, title: str = "", sure: float = 0.9, district: str | None = None) -> DepartmentProposed:
    return propose(knowledge(sure), title, text, Place(district=district))


def best(text: str, title: str = "", district: str | None = None) -> tuple[str, str] | None:
    found = ask(text, title, district=district).best
    return (found.department, found.category) if found else None


@given(titles, texts, places)
def test_it_takes_anything_and_says_the_same_again(title: str, text: str, place: Place) -> None:
    proposed = propose(KNOWN, title, text, place)
    assert proposed == propose(KNOWN, title, text, place)
    assert DepartmentProposed.model_validate_json(proposed.model_dump_json()) == proposed


@given(titles, texts, places)
def test_best_and_runner_up_differ_and_share_what_there_is(title: str, text: str, place: Place) -> None:
    proposed = propose(KNOWN, title, text, place)
    if proposed.best is None:
        assert proposed.runner_up is None
        assert not proposed.sure
    elif proposed.runner_up:
        assert proposed.best.department != proposed.runner_up.department
        assert proposed.runner_up.confidence <= proposed.best.confidence
        assert proposed.best.confidence + proposed.runner_up.confidence <= 1.001


@given(titles, texts, places)
def test_evidence_points_at_its_words(title: str, text: str, place: Place) -> None:
    read = f"{title}\n{text}" if title else text
    for one in propose(KNOWN, title, text, place).evidence:
        assert one.words == read[one.start : one.end] != ""
        assert one.rule in {"landmark", "district", "place.unknown"} or fold(one.words) in map(fold, WORDS)
        assert (one.effect == "set_aside") == (one.rule in {"landmark", "place.unknown"})


def test_a_strong_word_leads_to_its_department_with_its_duty() -> None:
    proposed = ask("家里停水两天了")
    assert proposed.best is not None
    assert (proposed.best.department, proposed.best.category, proposed.best.basis) == ("waterworks", "water.cut", "供水职责")
    assert proposed.sure
    (one,) = proposed.evidence
    assert (one.words, one.start, one.end, one.rule, one.value) == ("停水", 2, 4, "water.cut", "waterworks")
    assert proposed.catalogue == "test"


def test_nothing_heard_is_no_proposal() -> None:
    proposed = ask("今天天气不错")
    assert (proposed.best, proposed.runner_up, proposed.sure, proposed.evidence) == (None, None, False, ())


def test_a_department_unknown_but_a_district_known_goes_to_the_district_and_is_never_sure() -> None:
    proposed = ask("北城区的事情没人管", sure=0.5)
    assert proposed.best is not None
    assert (proposed.best.department, proposed.best.category, proposed.best.confidence) == ("north_office", UNCLEAR, DISTRICT_ALONE)
    assert not proposed.sure
    assert proposed.district == "north"
    assert [(one.words, one.value) for one in proposed.evidence] == [("北城区", "north")]


def test_the_title_counts_more_than_the_text() -> None:
    assert best("老师说的，补课的事情和公交有关", title="公交") == ("transport", "bus")
    assert best("公交的事情和小学有关", title="小学补课") == ("education", "school")


def test_a_rule_is_set_aside_by_its_unless_words() -> None:
    assert best("工厂停水泵之后没有水") is None


def test_a_word_that_only_says_where_is_set_aside_and_shown() -> None:
    proposed = ask("小学门口的公交")
    assert proposed.best is not None
    assert proposed.best.department == "transport"
    assert [(one.words, one.why) for one in proposed.evidence if one.effect == "set_aside"] == [("小学", "landmark")]


def test_a_rule_with_objects_needs_one_of_them() -> None:
    assert best("噪音很大") is None
    assert best("工地噪音很大") == ("urban", "noise")


def test_a_rule_of_some_districts_holds_only_there() -> None:
    assert best("暖气坏了") is None
    assert best("暖气坏了", district="south") == ("south_office", UNCLEAR)
    assert best("暖气坏了", district="north") == ("heat", "heating")


def test_a_longer_word_hides_the_shorter_one_of_another_rule() -> None:
    assert best("小学校车没来") == ("transport", "school.bus")


def test_rules_of_one_department_support_it_and_are_no_rivals() -> None:
    proposed = ask("停水还要交水费")
    assert proposed.best is not None
    assert proposed.best.department == "waterworks"
    assert proposed.runner_up is None


def test_a_matter_of_the_districts_goes_to_its_own_and_without_one_is_not_sure() -> None:
    here = ask("违建违建", district="south")
    nowhere = ask("违建违建")
    assert here.best is not None
    assert nowhere.best is not None
    assert (here.best.department, here.sure) == ("south_office", True)
    assert (nowhere.best.department, nowhere.sure) == ("urban", False)
    assert nowhere.best.confidence == here.best.confidence


def test_weak_words_alone_propose_but_are_never_sure() -> None:
    proposed = ask("家长家长家长家长 老师老师老师老师", title="家长老师", sure=0.5)
    assert proposed.best is not None
    assert proposed.best.confidence > 0.9
    assert not proposed.sure


def test_a_duty_that_several_share_is_proposed_but_never_sure() -> None:
    proposed = ask("票价太贵，票价又涨了", title="票价", sure=0.5)
    assert proposed.best is not None
    assert proposed.best.department == "transport"
    assert not proposed.sure


def test_sure_begins_at_the_set_confidence() -> None:
    said = ask("家里停水两天了").best
    assert said is not None
    assert ask("家里停水两天了", sure=said.confidence).sure
    assert not ask("家里停水两天了", sure=min(1.0, said.confidence + 0.001)).sure


def test_full_width_and_capitals_are_read() -> None:
    assert best("公交上的ＷＩＦＩ坏了") == ("transport", "bus")
    assert [one.words for one in ask("公交上的ＷＩＦＩ坏了").evidence] == ["公交", "ＷＩＦＩ"]


@pytest.mark.parametrize("text", ["", "\x00\ud800", "🙂" * 50, "水" * 100_000, "停水" * 50_000])
def test_any_input_is_bounded(text: str) -> None:
    proposed = ask(text)
    assert all(one.end <= READ for one in proposed.evidence)
    assert len(proposed.evidence) <= 17


def test_what_comes_after_the_limit_is_not_read() -> None:
    assert best("，" * READ + "停水") is None
    assert best("停水" + "，" * READ) == ("waterworks", "water.cut")


@pytest.mark.parametrize("number", ["13812345678", "+86 138-1234-5678", "０７３１８８８８８８８８", "110101199003070000"])
@given(texts)
def test_a_number_to_be_reached_at_leaves_it_as_sure(number: str, text: str) -> None:
    bare, left = ask(f"{text}请回电。"), ask(f"{text}请回电{number}。")
    assert (left.best, left.runner_up, left.sure) == (bare.best, bare.runner_up, bare.sure)
