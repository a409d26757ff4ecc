"""Where groups go on in a moved log: whatever the order and the parts, nothing that was not acknowledged is passed over."""

from hypothesis import given
from hypothesis import strategies as st

from shared.runtime.log_moving import Places

GROUPS = ("intake", "routing", "tracking")
records = st.lists(st.tuples(st.integers(0, 3), st.frozensets(st.sampled_from(GROUPS))), max_size=60)


@given(records)
def test_a_group_passes_over_nothing_it_has_not_acknowledged(passed):
    places = Places(GROUPS)
    stands = [(part, places.add(part, by), by) for part, by in passed]
    for part, place, by in stands:
        for group in GROUPS:
            assert place >= places.acknowledged[group][part] or group in by


@given(records)
def test_only_what_comes_behind_an_unacknowledged_record_comes_again(passed):
    places = Places(GROUPS)
    stands = [(part, places.add(part, by), by) for part, by in passed]
    for group in GROUPS:
        for part in range(4):
            missing = [place for its_part, place, by in stands if its_part == part and group not in by]
            assert places.acknowledged[group][part] == min(missing, default=places.counts[part])


@given(records)
def test_each_part_is_counted_from_its_first_record_on(passed):
    places = Places(GROUPS)
    stands = [(part, places.add(part, by)) for part, by in passed]
    for part in range(4):
        assert [place for its_part, place in stands if its_part == part] == list(range(places.counts[part]))
