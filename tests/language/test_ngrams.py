"""The hashed n-grams that every head reads."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as some

from shared.language.ngrams import SLOTS, Slots, slots_in_order
from shared.language.normalise import Codes


def codes(text: str) -> Codes:
    return np.array([ord(character) for character in text], dtype=np.uint32)


def slots(text: str) -> Slots:
    return slots_in_order(codes(text))


@given(some.text(min_size=1, max_size=50))
def test_one_slot_for_each_character_and_each_pair(text: str) -> None:
    found = slots(text)
    assert len(found) == 2 * len(text) - 1
    assert int(found.max()) < SLOTS


def test_a_character_and_a_pair_have_their_slots_wherever_they_stand() -> None:
    first, second = slots("停电了"), slots("又停电")
    assert first[0] == second[1]
    assert first[3] == second[4]


def test_a_pair_turned_round_is_another_pair() -> None:
    assert slots("电停")[-1] != slots("停电")[-1]


def test_an_empty_text_has_no_slots() -> None:
    assert len(slots_in_order(codes(""))) == 0


def test_the_slots_never_change() -> None:
    """A head's weights are worth nothing under other slots."""
    assert slots("停电").tolist() == [51164, 28776, 254950]
