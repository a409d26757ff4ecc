"""Complaint numbers: the day, a sequence and a check digit, so that a slip of the pen is noticed before anything is looked up."""

import functools
import re
import unicodedata
from datetime import date

_SEPARATORS = re.compile(r"[\s\-‐-―−_./]")
_NUMBER = re.compile(r"\d{13,18}", re.ASCII)
SEQUENCE_DIGITS = 6
_NEXT = {(product, str(digit)): ((product + digit) % 10 or 10) * 2 % 11 for product in range(1, 11) for digit in range(10)}
"""The standard's step from one product to the next by a digit."""


def check_digit(digits: str) -> str:
    """The digit that ISO/IEC 7064 MOD 11,10 puts behind `digits`: it catches every wrong digit and nearly every swap of two neighbours."""
    product = 10
    for digit in digits:
        product = _NEXT[product, digit]
    return str((11 - product) % 10)


def compose(day: date, sequence: int) -> str:
    """The number of the day's `sequence`-th complaint, 13 digits or more. Raises ValueError for a sequence below 1."""
    if sequence < 1:
        raise ValueError(f"a sequence starts at 1, not {sequence}")
    digits = f"{_prefix(day)}{sequence:0{SEQUENCE_DIGITS}d}"
    return digits + check_digit(digits)


@functools.lru_cache(maxsize=8)
def _prefix(day: date) -> str:
    return f"{day:%y%m%d}"


def parse(written: str) -> str | None:
    """The number as it is kept, from what a person wrote (full-width digits, spaces, hyphens), or None when it cannot be one."""
    digits = _SEPARATORS.sub("", unicodedata.normalize("NFKC", written[:100]))
    if not _NUMBER.fullmatch(digits) or check_digit(digits[:-1]) != digits[-1]:
        return None
    return digits


def group(number: str) -> str:
    """The number as it is written for people: 261122-000123-7."""
    return f"{number[:6]}-{number[6:-1]}-{number[-1]}"
