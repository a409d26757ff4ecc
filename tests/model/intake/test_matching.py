"""What is said of a complaint that sounds like earlier ones."""

from datetime import timedelta

from services.intake.model.alike import spot
from services.intake.model.matching import Known, matched, people_of
from tests.builders import MONDAY

ANA, BO = "a" * 24, "b" * 24


def known(number: int, person: str | None = None, hours: float = 0) -> Known:
    return Known(str(number), person, MONDAY - timedelta(hours=hours))


OWN = known(1, ANA)


def test_nothing_is_said_where_nothing_is_alike():
    assert matched(OWN, [], []) is None
    assert matched(OWN, [(known(2), 0.39)], []) is None


def test_the_likest_first_and_the_strong_ones_before_all():
    event = matched(OWN, [(known(2, BO), 0.55), (known(3, ANA), 0.45), (known(4, BO), 0.41)], [])
    assert [one.case for one in event.matches] == ["3", "2", "4"]
    assert [(one.same_person, one.strong) for one in event.matches] == [(True, True), (False, False), (False, False)]


def test_a_member_of_the_group_is_a_weak_match_whatever_its_words():
    event = matched(OWN, [(known(2, BO), 0.2)], [known(2, BO)])
    assert [(one.case, one.strong) for one in event.matches] == [("2", False)]


def test_at_most_five_are_named():
    assert len(matched(OWN, [(known(number), 0.9) for number in range(2, 12)], []).matches) == 5


def test_one_person_again_within_thirty_days_is_counted():
    group = [known(2, ANA, 24), known(3, ANA, 24 * 29), known(4, ANA, 24 * 31), known(5, BO, 1)]
    assert matched(OWN, [(group[0], 0.5)], group).repeats == 3
    assert matched(OWN, [(group[3], 0.5)], group).repeats == 1, "none of their own is certain"


def test_people_within_a_day_are_counted_once_and_only_where_they_are_known():
    group = [known(2, BO, 1), known(3, BO, 2), known(4, "c" * 24, 23), known(5, "d" * 24, 25), known(6, None, 1)]
    assert matched(OWN, [(group[0], 0.5)], group).people == 3
    assert matched(known(1), [(known(2), 0.5)], [known(2)]).people == 1


def test_whoever_is_not_known_is_somebody_else_each_time():
    assert people_of([known(1, ANA), known(2, ANA), known(3), known(4)]) == 3


def test_the_same_words_about_another_place_are_another_matter():
    here = Known("1", ANA, MONDAY, spot("停水了", "", "柳堤路 12 号", None, None))
    there = Known("2", BO, MONDAY, spot("停水了", "", "望江路 3 号", None, None))
    nowhere = Known("3", BO, MONDAY, spot("停水了", "", "", None, None))
    assert matched(here, [(there, 0.8)], [there]) is None
    assert [one.strong for one in matched(here, [(there, 1.0), (nowhere, 1.0)], [there, nowhere]).matches] == [True, False]
    assert matched(here, [(nowhere, 1.0)], [there, nowhere]).people == 2
