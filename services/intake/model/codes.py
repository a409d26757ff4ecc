"""Query codes: what only the complainant has. Derived from the number with a secret key, so that none is ever stored."""

import base64
import hmac
import re
import unicodedata

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 signs that are not taken for one another when written down or read out: no 0 and O, no 1 and I."""
LENGTH = 8
KEYPAD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")
"""The digit that each letter shares its key with on a telephone (ITU-T E.161)."""
_SIGNS = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", ALPHABET.encode())
_SEPARATORS = re.compile(r"[\s\-‐-―−_./]")


def query_code(key: bytes, number: str) -> str:
    """The code of a number: 40 bits of HMAC-SHA256 in 8 signs."""
    bits = hmac.digest(key, number.encode(), "sha256")[:5]
    return base64.b32encode(bits).translate(_SIGNS).decode("ascii")


def matches(key: bytes, number: str, given: str) -> bool:
    """Whether `given`, as a person typed it, is the number's code; takes the same time whatever is wrong with it."""
    return hmac.compare_digest(query_code(key, number).encode(), normalise(given).encode())


def matches_keypad(key: bytes, number: str, given: str) -> bool:
    """The same for a code that was typed on a telephone, each letter as the digit of its key. Eight digits from 2 to 9 carry less than 24
    bits of the code's 40: whoever asks counts the tries, and says less for it.
    """
    return hmac.compare_digest(query_code(key, number).translate(KEYPAD).encode(), normalise(given).encode())


def normalise(given: str) -> str:
    """A code as it is compared: half-width capitals without spaces and hyphens."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", given[:100])).upper()


def group(code: str) -> str:
    """The code as it is written for people: ABCD-EFGH."""
    return f"{code[:4]}-{code[4:]}"
