"""Query codes: derived, readable, compared with care."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from services.intake.model.codes import ALPHABET, LENGTH, group, matches, matches_keypad, normalise, query_code
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


KEYS = {sign: digit for digit, signs in enumerate(("ABC", "DEF", "GHI", "JKL", "MNO", "PQRS", "TUV", "WXYZ"), 2) for sign in signs}


def digits(code):
    return "".join(str(KEYS.get(sign, sign)) for sign in code)


@given(st.integers(1, 99_999))
def test_a_code_may_be_typed_on_a_telephone(sequence):
    number = compose(date(2026, 11, 22), sequence)
    typed = digits(query_code(KEY, number))
    assert set(typed) <= set("23456789")
    assert matches_keypad(KEY, number, typed)
    assert matches_keypad(KEY, number, f"{typed[:4]} {typed[4:]}")
    assert not matches_keypad(KEY, number, typed[:-1] + ("2" if typed[-1] != "2" else "3"))
    assert not matches_keypad(KEY, number, "")


def test_the_letters_themselves_are_no_keypad_code():
    codes = {number: query_code(KEY, number) for number in (compose(date(2026, 11, 22), sequence) for sequence in range(1, 50))}
    assert not [number for number, code in codes.items() if matches_keypad(KEY, number, code) and not code.isdigit()]
