"""What mailboxes of every technology keep to: how much is read at a time, what a head is, how a place is named."""

import re
from collections.abc import Iterable, Iterator

LONGEST_HEAD = 64 * 1024
"""Bytes of a header section that are read."""
AT_ONCE = 32 * 1024 * 1024
"""Bytes of messages that are held in memory together, unless one alone has more."""

_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_PLACE = re.compile(r"[a-z]+(?:-[a-z]+)*")


def fitting(sizes: Iterable[tuple[str, int]], largest: int) -> Iterator[str]:
    """The first names whose messages may be held together; of one with more than `largest` bytes only the head counts."""
    held = 0
    for name, size in sizes:
        share = size if size <= largest else LONGEST_HEAD
        if held and held + share > AT_ONCE:
            return
        held += share
        yield name


def head_of(content: bytes) -> bytes:
    """The header section with which a message begins, as far as it is read."""
    end = _END_OF_HEAD.search(content, 0, LONGEST_HEAD)
    return content[: end.end() if end else LONGEST_HEAD]


def sub_folder_name(place: str) -> str:
    """The name of the folder for this place. Raises ValueError for one that is not small letters and hyphens: a bug, never a message's."""
    if not _PLACE.fullmatch(place):
        raise ValueError(f"{place!r}: a place is small letters with hyphens between")
    return place
