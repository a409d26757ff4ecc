"""Who a mail is from and to, when it was sent and what it answers: addresses, dates and message ids, bounded."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from services.intake.mime.headers import Headers, decode_words, read_line
from services.intake.mime.mail import LONGEST_NAME, MOST_RECIPIENTS, MOST_REFERENCES
from services.intake.model.submission import clean_line

LONGEST_DATE = 100
LONGEST_SENDER = 2_000
_RECEIVERS = ("delivered-to", "x-original-to", "envelope-to", "to", "cc")
"""Where the address stands that a mail came in by; those that the last mail system wrote come first."""
_ADDRESS = re.compile(r'[^\s<>()\[\],;:"@\\]{1,64}@[\w.-]{1,253}')
_ASCII_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_IN_ANGLES = re.compile(r"<([^<>]*)>")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_MESSAGE_ID = re.compile(r'[^\s<>(),;"]{1,200}@[^\s<>(),;"]{1,200}')


def find_addresses(text: str) -> list[str]:
    """Every address in a text, in its order, each once, the domain in small letters."""
    return list(dict.fromkeys(_with_small_domain(found[0]) for found in _ADDRESS.finditer(text)))


def find_in_prose(text: str) -> list[str]:
    """The same for text that people read, where Chinese stands right before and after an address."""
    return list(dict.fromkeys(_with_small_domain(found[0]) for found in _ASCII_ADDRESS.finditer(text)))


def sender_of(headers: Headers) -> tuple[str, str]:
    """Name and address of the first From: the address in angle brackets outside of quotes counts, whatever the name pretends."""
    value = headers.first("from")[:LONGEST_SENDER]
    plain = _as_written(value)
    in_angles = [found[0] for angle in _IN_ANGLES.findall(_QUOTED.sub('""', plain)) if (found := find_addresses(angle))]
    addresses = in_angles or find_addresses(_QUOTED.sub("", plain)) or find_addresses(decode_words(value))
    return _name_of(value), addresses[0] if addresses else ""


def recipients_of(headers: Headers) -> tuple[str, ...]:
    """Whom a mail came to, at most 50 addresses."""
    found = (address for name in _RECEIVERS for value in headers.all(name) for address in find_addresses(_as_written(value)))
    return _bounded(found, MOST_RECIPIENTS)


def message_ids(headers: Headers, *names: str) -> tuple[str, ...]:
    """The ids that stand in these fields, <in angle brackets>, in their order, each once; the last 50."""
    values = [value for name in names for value in headers.all(name)]
    found = [f"<{identifier}>" for value in values for identifier in _MESSAGE_ID.findall(read_line(value))]
    return _bounded(reversed(found), MOST_REFERENCES)[::-1]


def sent_at(headers: Headers) -> datetime | None:
    """The Date in UTC; None when it is missing or makes no sense. A date without a zone is taken for UTC."""
    try:
        moment = parsedate_to_datetime(headers.line("date")[:LONGEST_DATE])
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None


def _bounded(found: Iterable[str], most: int) -> tuple[str, ...]:
    seen: dict[str, None] = {}
    for one in found:
        if len(seen) == most:
            break
        seen[one] = None
    return tuple(seen)


def _with_small_domain(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.rstrip('.').lower()}"


def _as_written(value: bytes) -> str:
    """The field with its encoded words left alone: what they hide is a name and never an address."""
    plain: str = clean_line(value.decode("utf-8", "replace"))
    return plain


def _name_of(value: bytes) -> str:
    """What stands before the address, or in (parentheses) after it; an address alone is no name."""
    text = read_line(value)
    before, angle, _ = text.partition("<")
    comment = re.search(r"\(([^()]*)\)", text)
    name = before if angle else comment[1] if comment else ""
    name = re.sub(r"\\(.)", r"\1", name.strip().strip("\"'")).strip()
    return "" if _ADDRESS.fullmatch(name) else name[:LONGEST_NAME].strip()
