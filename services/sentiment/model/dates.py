"""Whether a date said in a text is over."""

import re
from datetime import date, timedelta

RECENT = timedelta(days=2)
"""What happened within these days is still happening as far as help is concerned."""

_DATE = re.compile(r"(?:(?P<year>(?:19|20)\d\d)年)?(?:(?P<month>\d{1,2})月)?(?:(?P<day>\d{1,2})[日号])?")


def is_past(said: str, today: date) -> bool:
    """True for a year, month or day that ended more than RECENT before `today`, and for 'so many years ago'.

    A day without a year is of this year; one that is still to come, or that no calendar has, is not past; nor is a number of years ("3年").
    """
    if said.endswith("年前"):
        return True
    found = _DATE.fullmatch(said)
    if found is None:
        return False
    parts = {name: int(value) for name, value in found.groupdict().items() if value is not None}
    year, month, day = parts.get("year", today.year), parts.get("month"), parts.get("day")
    if month is None:
        return year < today.year
    if day is None:
        return (year, month) < (today.year, today.month)
    try:
        return date(year, month, day) < today - RECENT
    except ValueError:
        return False
