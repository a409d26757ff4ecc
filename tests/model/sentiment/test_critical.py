"""The chance of a danger to life: what a head hears counts for more where a hazard is named, and for less in few words."""

from hypothesis import given
from hypothesis import strategies as some

from services.sentiment.loading import load_weights
from services.sentiment.model.critical import BRIEF, signs_of, weigh_critical
from services.sentiment.model.hazards import Hit
from services.sentiment.model.levels import Judgement, Verdict
from services.sentiment.model.rules import Hazard

WEIGHTS = load_weights()
CHANCES = some.floats(0.001, 0.999)
LENGTHS = some.integers(BRIEF + 1, 2000)
NOTHING = Judgement("U4", "S0", ())
FIRE = Judgement("U2", "S0", (Verdict(Hit(Hazard(id="fire", urgency="U2", life=True), ()), None, "U2", None),))


@given(one=CHANCES, other=CHANCES, length=LENGTHS)
def test_it_never_falls_when_the_head_is_surer(one: float, other: float, length: int) -> None:
    low, high = sorted((one, other))
    for judgement in (NOTHING, FIRE):
        assert weigh_critical(judgement, low, 0.5, length, WEIGHTS) <= weigh_critical(judgement, high, 0.5, length, WEIGHTS)


@given(chance=CHANCES, shorter=some.integers(0, 400), longer=some.integers(0, 400))
def test_where_nothing_is_named_few_words_need_more(chance: float, shorter: int, longer: int) -> None:
    shorter, longer = sorted((shorter, longer))
    assert weigh_critical(NOTHING, chance, 0.5, shorter, WEIGHTS) <= weigh_critical(NOTHING, chance, 0.5, longer, WEIGHTS)


@given(chance=CHANCES, length=some.integers(0, BRIEF))
def test_a_named_danger_in_a_text_of_a_few_words_is_certain(chance: float, length: int) -> None:
    assert weigh_critical(FIRE, chance, 0.5, length, WEIGHTS) == 1
    assert weigh_critical(NOTHING, chance, 0.5, length, WEIGHTS) < 1


def test_where_a_danger_is_named_its_length_says_nothing() -> None:
    signs = [signs_of(FIRE, 0.4, 0.5, length) for length in (30, 300)]
    assert signs[0] == signs[1]
    assert signs[0]["unnamed"] == 0
