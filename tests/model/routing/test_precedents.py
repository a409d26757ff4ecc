"""What closed cases like it say: it settles what is close, stops what it contradicts, and makes nothing sure."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from services.routing.model.precedents import ALIKE, CLOSE, contradicted, follow
from services.routing.model.proposal import propose
from services.routing.model.rules import Rule
from services.routing.model.scores import Score
from services.routing.model.standings import Standing
from shared.events.intake import Place
from shared.events.routing import SimilarCase
from tests.builders import MONDAY
from tests.model.routing.knowledge import city, knowledge

CITY = city()
LEAD = Score(Rule("r", "bus", "transport", "basis", strong=("公交",)))


def went(department: str, score: float = 0.6, case: str = "1") -> SimilarCase:
    return SimilarCase(case=case, department=department, score=score, closed_at=MONDAY)


def two(first: float, second: float) -> list[Standing]:
    return [Standing("transport", first, LEAD), Standing("urban", second, LEAD)]


def names(standings) -> list[str]:
    return [one.department for one in standings]


def test_of_two_that_are_close_the_one_goes_first_where_cases_like_it_went():
    standings, sureness = follow(two(0.45, 0.4), [0.5, 0.25], [went("urban")])
    assert names(standings) == ["urban", "transport"]
    assert sureness == [0.375, 0.375], "neither is likelier than the other"


def test_a_clear_lead_stays_and_so_does_what_nothing_speaks_against():
    clear, close = two(0.7, 0.7 - CLOSE - 0.01), two(0.45, 0.4)
    assert follow(clear, [0.9, 0.1], [went("urban")]) == (clear, [0.9, 0.1])
    assert follow(close, [0.6, 0.3], [went("transport"), went("urban", 0.5)]) == (close, [0.6, 0.3])
    assert follow(close, [0.6, 0.3], [went("urban", ALIKE - 0.01)]) == (close, [0.6, 0.3])


@given(
    st.floats(0.3, 1),
    st.floats(0, 0.5),
    st.lists(st.builds(went, st.sampled_from(["transport", "urban", "heat"]), st.floats(0, 1)), max_size=3),
)
def test_it_never_makes_anything_surer(best, gap, similar):
    given_sureness = [0.5 + gap / 2, 0.5 - gap / 2]
    standings, sureness = follow(two(best, best - gap), given_sureness, similar)
    assert sureness[0] <= given_sureness[0]
    assert sorted(names(standings)) == ["transport", "urban"]
    assert sum(sureness) <= 1.001


def test_two_cases_that_went_elsewhere_and_none_here_leave_it_to_a_person():
    both = [went("urban"), went("heat", case="2")]
    assert contradicted(CITY, "transport", both)
    assert not contradicted(CITY, "transport", both[:1])
    assert not contradicted(CITY, "transport", [*both, went("transport", case="3")])
    assert not contradicted(CITY, "north_office", both), "where districts answer, the place decides"
    assert not contradicted(CITY, "transport", [went("south_office"), went("north_office")])
    assert not contradicted(CITY, "transport", [went("gone_since"), went("gone_too")])


def test_a_proposal_carries_the_cases_and_is_not_sure_against_them():
    known = replace(knowledge(0.5))
    alone = propose(known, "", "家里停水两天了", Place())
    against = [went("urban"), went("heat", case="2")]
    told = propose(known, "", "家里停水两天了", Place(), against)
    assert (alone.sure, told.sure) == (True, False)
    assert told.similar == tuple(against)
    assert told.best == alone.best
