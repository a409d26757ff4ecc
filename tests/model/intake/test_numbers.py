"""Complaint numbers: what a person may write, and which slips are noticed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.model.numbers import check_digit, compose, group, parse

DAY = date(2026, 11, 22)
DAYS = st.dates(date(2020, 1, 1), date(2069, 12, 31))
SEQUENCES = st.integers(1, 99_999_999)


def test_the_check_digit_is_that_of_the_standard():
    assert check_digit("0794") == "5"  # the example of ISO/IEC 7064 for MOD 11,10


def test_a_number_is_day_sequence_and_check_digit():
    number = compose(DAY, 123)
    assert number[:12] == "261122000123"
    assert group(number) == f"261122-000123-{number[-1]}"


def test_a_day_may_outgrow_six_digits():
    number = compose(DAY, 1_000_000)
    assert number[:-1] == "2611221000000"
    assert parse(group(number)) == number


@pytest.mark.parametrize("sequence", [0, -1])
def test_there_is_no_number_before_the_first(sequence):
    with pytest.raises(ValueError, match="starts at 1"):
        compose(DAY, sequence)


@given(DAYS, SEQUENCES)
def test_what_is_composed_is_read_again(day, sequence):
    number = compose(day, sequence)
    assert parse(number) == number
    assert parse(group(number)) == number


@given(DAYS, SEQUENCES, st.data())
def test_every_wrong_digit_is_noticed(day, sequence, data):
    number = compose(day, sequence)
    place = data.draw(st.integers(0, len(number) - 1))
    wrong = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != number[place]]))
    assert parse(number[:place] + wrong + number[place + 1 :]) is None


def test_nearly_every_swap_of_neighbours_is_noticed():
    """MOD 11,10 lets one pair of digits in a position through; over all sequences that is about one swap in fifty."""
    swaps = missed = 0
    for sequence in range(1, 1_000_000, 331):
        number = compose(DAY, sequence)
        for place in range(len(number) - 1):
            if number[place] != number[place + 1]:
                swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
                swaps, missed = swaps + 1, missed + (parse(swapped) is not None)
    assert 0 < missed < swaps * 0.03


@pytest.mark.parametrize(
    "written",
    ["261122-000123-7", " 261122 000123 7 ", "２６１１２２０００１２３７", "261122—000123—7", "261122.000123/7", "261122－000123－7"],
)
def test_people_may_write_it_as_they_like(written):
    right = compose(DAY, 123)
    assert parse(written.replace("7", right[-1]).replace("７", right[-1])) == right


@pytest.mark.parametrize(
    "written", ["", "abc", "261122", "٢٦١١٢٢٠٠٠١٢٣٧", "261122-000123-7" * 50, "2611220001237'; --", "\x00", "9" * 5_000]
)
def test_what_cannot_be_a_number_is_none(written):
    assert parse(written) is None


@given(st.text())
def test_nothing_breaks_it(written):
    found = parse(written)
    assert found is None or parse(found) == found
