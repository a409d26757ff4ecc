"""Looks into office documents: which kind one is, and that it carries no macros and no bomb. Nothing is unpacked beyond a small bound."""

import io
import re
import zipfile
import zlib
from collections.abc import Mapping

from services.intake.compound import top_names
from services.intake.faults import Refused

MOST_PARTS = 10_000
MOST_UNPACKED = 512 * 1024 * 1024
"""Bytes that all parts together may become when somebody opens the document."""
LONGEST_LIST = 1024 * 1024
"""Bytes of the list of parts, which is all that is unpacked here."""

_OPEN = "application/vnd.openxmlformats-officedocument."
_LIST = "[Content_Types].xml"
_PART = b"PK\x01\x02"
_MACROS = (b"macroenabled", b"vbaproject")
_STREAMS: Mapping[str, str] = {
    "WordDocument": "application/msword",
    "Workbook": "application/vnd.ms-excel",
    "Book": "application/vnd.ms-excel",
    "PowerPoint Document": "application/vnd.ms-powerpoint",
}
"""What a stream of this name at the top says about an old document."""
_OLD_MACROS = "_vba_project".encode("utf-16-le")
"""The name that macros have in the directory of a document of Word and Excel ([MS-OVBA] 2.2.1), which asks for no case."""
_SLIDE_MACROS = re.compile(rb"\x1f\x00\xff\x03\x14\x00{3}\x02\x00\x00\x04\x0c\x00{3}.{4}\x01\x00{3}", re.DOTALL)
"""VbaInfoContainer with fHasMacros: the record by which PowerPoint finds them ([MS-PPT] 2.4.10)."""


def read_package(raw: bytes) -> str:
    """The media type of a zip that is a document of Word, Excel or PowerPoint. Raises Refused for any other."""
    if raw.count(_PART) > MOST_PARTS:
        raise Refused("photos", "fault.attachment_unreadable")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            parts = package.infolist()
            if min(part.header_offset for part in parts) or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise Refused("photos", "fault.attachment_unreadable")
            listed = package.open(_LIST).read(LONGEST_LIST + 1) if package.namelist().count(_LIST) == 1 else b""
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as fault:
        raise Refused("photos", "fault.attachment_unreadable") from fault
    names = b"\n".join(part.filename.encode(errors="replace") for part in parts)
    if any(mark in (listed + names).lower() for mark in _MACROS):
        raise Refused("photos", "fault.attachment_macros")
    return _kind(listed)


def _kind(listed: bytes) -> str:
    for name in ("wordprocessingml.document", "spreadsheetml.sheet", "presentationml.presentation"):
        if f'"{_OPEN}{name}.main+xml"'.encode() in listed and len(listed) <= LONGEST_LIST:
            return _OPEN + name
    raise Refused("photos", "fault.attachment_unknown")


def read_compound(raw: bytes) -> str:
    """The media type of an old document of Word, Excel or PowerPoint. Raises Refused for any other compound file."""
    found = {_STREAMS[name] for name in top_names(raw) if name in _STREAMS}
    if len(found) != 1:
        raise Refused("photos", "fault.attachment_unknown")
    if _OLD_MACROS in raw.lower() or _SLIDE_MACROS.search(raw):
        raise Refused("photos", "fault.attachment_macros")
    return found.pop()
