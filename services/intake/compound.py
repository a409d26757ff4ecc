"""The directory of a compound file ([MS-CFB]), in which Word, Excel and PowerPoint kept documents until 2007: the names at its top."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

MOST_ENTRIES = 10_000
_HEADER_FAT = 109
_SIZES = {9: 512, 12: 4096}
"""Bytes of a sector, by what the header says."""
_MOST_FURTHER = 16
"""Sectors of the chain behind those; each stands for eight megabytes or more."""
_LAST = 0xFFFFFFFA
"""The greatest number of a sector, and of an entry; above are marks such as the end of a chain."""


@dataclass(frozen=True)
class Entry:
    """One entry of the directory; `left`, `right` and `child` are places of others in it."""

    name: str
    left: int
    right: int
    child: int


def top_names(raw: bytes) -> set[str]:
    """The names right below the root; empty when the directory cannot be read."""
    try:
        entries = list(_entries(raw))
    except (struct.error, LookupError):
        return set()
    names: set[str] = set()
    seen: set[int] = set()
    ahead = [entries[0].child] if entries else []
    while ahead:
        place = ahead.pop()
        if place < len(entries) and place not in seen:
            seen.add(place)
            names.add(entries[place].name)
            ahead += [entries[place].left, entries[place].right]
    return names


def _entries(raw: bytes) -> Iterator[Entry]:
    """The entries in order. Raises struct.error and LookupError for a file that is cut or broken."""
    size = _SIZES[struct.unpack_from("<H", raw, 30)[0]]
    fat = list(_fat_sectors(raw, size))
    (sector,) = struct.unpack_from("<I", raw, 48)
    for _ in range(MOST_ENTRIES * 128 // size):
        if sector > _LAST:
            return
        for place in range(0, size, 128):
            yield _entry(raw, (sector + 1) * size + place)
        (sector,) = struct.unpack_from("<I", raw, (fat[sector * 4 // size] + 1) * size + sector * 4 % size)


def _fat_sectors(raw: bytes, size: int) -> Iterator[int]:
    """The sectors that hold the chains: the first 109 stand in the header, further ones in a chain of their own."""
    yield from struct.unpack_from(f"<{_HEADER_FAT}I", raw, 76)
    (further,) = struct.unpack_from("<I", raw, 68)
    for _ in range(_MOST_FURTHER):
        if further > _LAST:
            return
        *sectors, further = struct.unpack_from(f"<{size // 4}I", raw, (further + 1) * size)
        yield from sectors


def _entry(raw: bytes, at: int) -> Entry:
    length, left, right, child = struct.unpack_from("<64xH2xIII", raw, at)
    name = raw[at : at + max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
    return Entry(name, left, right, child)
