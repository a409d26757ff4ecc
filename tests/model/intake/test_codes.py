"""Query codes: derived, readable, compared with care."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from services.intake.model.codes import ALPHABET, LENGTH, group, matches, normalise, query_code
from services.intake.model.numbers import compose

KEY = b"k" * 32
NUMBER = "2611220001237"


def test_the_alphabet_has_no_sign_that_looks_like_another():
    assert len(ALPHABET) == len(set(ALPHABET)) == 32
    assert not set("01IO") & set(ALPHABET)


def test_a_code_follows_from_key_and_number_alone():
    assert query_code(KEY, NUMBER) == query_code(KEY, NUMBER)
    assert query_code(b"x" * 32, NUMBER) != query_code(KEY, NUMBER)
    assert len(query_code(KEY, NUMBER)) == LENGTH


def test_no_two_numbers_of_a_sample_have_the_same_code():
    day = date(2026, 11, 22)
    assert len({query_code(KEY, compose(day, sequence)) for sequence in range(1, 20_001)}) == 20_000


def test_a_code_may_be_typed_as_it_is_read():
    code = query_code(KEY, NUMBER)
    for typed in (code.lower(), f" {group(code)} ", " ".join(code), "".join(chr(ord(sign) + 0xFEE0) for sign in code)):
        assert matches(KEY, NUMBER, typed)


@given(st.text())
def test_nothing_else_matches_and_nothing_breaks_it(typed):
    assert matches(KEY, NUMBER, typed) == (normalise(typed) == query_code(KEY, NUMBER))


def test_each_sign_counts():
    code = query_code(KEY, NUMBER)
    for place in range(LENGTH):
        other = ALPHABET[(ALPHABET.index(code[place]) + 1) % 32]
        assert not matches(KEY, NUMBER, code[:place] + other + code[place + 1 :])
