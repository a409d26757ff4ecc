"""Confidence has laws: it rises with what speaks for the best, falls with its rival, and never promises more than there is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.routing.model.standings import LEAST_DOUBT, MOST_DOUBT, confidence, doubt, runner_up_confidence

points = st.floats(min_value=0.5, max_value=500)
lengths = st.integers(min_value=0, max_value=4_000)


@given(points, points, lengths)
def test_it_lies_between_nothing_and_certain(one: float, other: float, length: int) -> None:
    best, second = max(one, other), min(one, other)
    sureness = confidence(best, second, length)
    runner_up = runner_up_confidence(sureness, [second], length)
    assert 0 < runner_up < 1
    assert 0 < sureness < 1
    assert runner_up <= sureness
    assert sureness + runner_up <= 1


@given(points, points, points, lengths)
def test_it_rises_with_the_best_and_falls_with_the_rival(best: float, second: float, more: float, length: int) -> None:
    assert confidence(best + more, second, length) > confidence(best, second, length)
    assert confidence(best, second + more, length) < confidence(best, second, length)


@given(points, points, lengths, lengths)
def test_little_evidence_counts_for_less_in_a_long_text(best: float, second: float, one: int, other: int) -> None:
    short, long = sorted((one, other))
    assert confidence(best, second, short) >= confidence(best, second, long)


def test_doubt_has_bounds() -> None:
    assert doubt(0) == LEAST_DOUBT
    assert doubt(10_000) == MOST_DOUBT
    assert confidence(9.0, 0.0, 100) == pytest.approx(1 - (3 / 12) ** 2)
