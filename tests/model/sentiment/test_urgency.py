"""One number for how urgent a message is: in keeping with the level, never falling, and the head never lowers."""

from typing import get_args

from hypothesis import given
from hypothesis import strategies as some

from services.sentiment.model.levels import Judgement
from services.sentiment.model.urgency import LADDER, SURELY, raise_level, urgency_score
from shared.events import Urgency

LEVELS = some.sampled_from(get_args(Urgency))
SHARES = some.floats(0, 1)


def judged(level: Urgency) -> Judgement:
    return Judgement(level, "S0", ())


def scored(level: Urgency, share: float) -> float:
    return urgency_score(raise_level(judged(level), share), share)


@given(level=LEVELS, share=SHARES)
def test_the_urgency_head_raises_by_one_step_at_most_and_never_to_u1(level: Urgency, share: float) -> None:
    raised = raise_level(judged(level), share)
    assert 0 <= LADDER.index(raised) - LADDER.index(level) <= 1
    assert raised != "U1" or level == "U1"


@given(level=LEVELS, one=SHARES, other=SHARES)
def test_the_number_never_falls_when_the_head_is_surer(level: Urgency, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0 <= scored(level, low) <= scored(level, high) < 1


@given(one=LEVELS, other=LEVELS, share=SHARES, second=SHARES)
def test_a_more_urgent_level_stands_above_whatever_the_head_says(one: Urgency, other: Urgency, share: float, second: float) -> None:
    if LADDER.index(raise_level(judged(one), share)) > LADDER.index(raise_level(judged(other), second)):
        assert scored(one, share) > scored(other, second)


def test_only_a_sure_head_raises() -> None:
    assert [raise_level(judged("U4"), share) for share in (0.5, 0.79, 0.8, 1.0)] == ["U4", "U4", "U3", "U3"]
    assert [raise_level(judged("U3"), share) for share in (0.5, 0.89, 0.9)] == ["U3", "U3", "U2"]


@given(level=LEVELS, share=SHARES, critical=SHARES)
def test_the_critical_head_makes_a_u1_from_where_it_is_sure_and_else_changes_nothing(level: Urgency, share: float, critical: float) -> None:
    assert raise_level(judged(level), share, critical) == ("U1" if critical >= SURELY else raise_level(judged(level), share))
