"""What an IMAP server answers, taken apart: imaplib gives lines as they came, with whatever else the server had to say in between."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Answer = tuple[str, Sequence[Any]]
"""As imaplib gives it: OK, NO or BAD, and the data."""

_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_FLAGS = re.compile(rb"\bFLAGS \(([^)]*)\)")
_PASSING = re.compile(r"\[(?:UNAVAILABLE|INUSE|LIMIT|SERVERBUG|CONTACTADMIN|OVERQUOTA|EXPIRED)\b", re.IGNORECASE)
"""Response codes (RFC 5530) of a refusal that need not last."""


@dataclass(frozen=True)
class Listed:
    """One message in a list: its UID, its size in bytes as the server counts it, and whether it is marked as deleted."""

    uid: str
    size: int
    deleted: bool


def done(answer: Answer) -> bool:
    return answer[0] == "OK"


def done_or_gone(answer: Answer) -> bool:
    """Whether it is done, or there was nothing to be done because somebody else has taken the message away (RFC 5530)."""
    return done(answer) or "[EXPUNGEISSUED]" in words(answer).upper()


def words(answer: Answer) -> str:
    """What the server says beside OK, NO or BAD."""
    return " ".join(part.decode(errors="replace") for part in answer[1] if isinstance(part, bytes)).strip() or answer[0]


def passing(said: str) -> bool:
    """Whether the server calls its refusal one that passes."""
    return _PASSING.search(said) is not None


def first_number(data: Iterable[Any]) -> int:
    """The number that an answer consists of; 0 when the server did not say one."""
    return next((int(part) for part in data if isinstance(part, bytes) and part.isdigit()), 0)


def capabilities(answer: Answer) -> frozenset[str]:
    return frozenset(words(answer).upper().split())


def listed(answer: Answer) -> list[Listed]:
    """Messages by UID, from FETCH (UID RFC822.SIZE FLAGS). News of flags that the server slips in have no size and are no message."""
    found = []
    for line in answer[1]:
        if isinstance(line, bytes) and (uid := _UID.search(line)) and (size := _SIZE.search(line)):
            flags = _FLAGS.search(line)
            found.append(Listed(uid[1].decode(), int(size[1]), flags is not None and b"\\DELETED" in flags[1].upper()))
    return sorted(found, key=lambda one: int(one.uid))


def bodies(answer: Answer) -> dict[str, bytes]:
    """The part of each message that was asked for, by UID, from UID FETCH (UID BODY[…]). A part with nothing in it may come as a string."""
    return dict(_bodies(answer[1]))


def _bodies(data: Sequence[Any]) -> Iterator[tuple[str, bytes]]:
    for place, part in enumerate(data):
        line, content = (part[0], part[1]) if isinstance(part, tuple) else (part, b"")
        if not isinstance(line, bytes) or b"BODY[" not in line:
            continue
        after = data[place + 1] if isinstance(part, tuple) and place + 1 < len(data) else b""
        uid = _UID.search(line) or (_UID.search(after) if isinstance(after, bytes) else None)
        if uid:
            yield uid[1].decode(), content
