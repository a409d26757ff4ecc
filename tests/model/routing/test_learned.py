"""The city's own head of departments puts in order what categories and catalogue name, and names nothing by itself."""

from hypothesis import given
from hypothesis import strategies as st

from services.routing.model.learned import prefer
from services.routing.model.rules import Rule
from services.routing.model.scores import Score
from services.routing.model.standings import Standing

LEAD = Score(Rule("r", "bus", "transport", "basis", strong=("公交",)))
parts = st.floats(0, 1)


def test_what_the_city_does_goes_before_what_is_likely_from_the_start():
    standings = [Standing("transport", 0.6, LEAD), Standing("urban", 0.4, LEAD)]
    found = prefer(standings, {"urban": 0.9, "transport": 0.05, "heat": 0.05})
    assert [(one.department, round(one.points, 3)) for one in found] == [("urban", 0.65), ("transport", 0.325)]


@given(st.dictionaries(st.sampled_from(["a", "b", "c", "d"]), parts, min_size=1), st.dictionaries(st.sampled_from(["a", "c", "e"]), parts))
def test_nobody_is_added_or_lost_and_points_stay_shares(points, shares):
    found = prefer([Standing(name, share, LEAD) for name, share in points.items()], shares)
    assert {one.department for one in found} == set(points)
    assert all(0 <= one.points <= 1 for one in found)
    assert [one.points for one in found] == sorted((one.points for one in found), reverse=True)
