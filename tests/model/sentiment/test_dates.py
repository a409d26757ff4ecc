"""Whether a date said in a text is over."""

from datetime import date

import pytest

from services.sentiment.model.dates import is_past

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("said", "past"),
    [
        ("2019年", True),
        ("2026年", False),
        ("2027年", False),
        ("2025年12月", True),
        ("2026年3月", False),
        ("2026年2月", True),
        ("2026年2月27日", True),
        ("2026年2月28日", False),
        ("3月1号", False),
        ("2月14日", True),
        ("12月24日", False),
        ("10年前", True),
        ("3年", False),
        ("15月", False),
        ("2月30日", False),
        ("2026年13月40日", False),
    ],
)
def test_past(said: str, past: bool) -> None:
    assert is_past(said, TODAY) is past
