"""Files for tests, made here: one of each kind that is kept as it is, and hostile ones."""

import io
import struct
import zipfile
from collections.abc import Mapping

OPEN = "application/vnd.openxmlformats-officedocument."
MAIN = {"docx": "wordprocessingml.document", "xlsx": "spreadsheetml.sheet", "pptx": "presentationml.presentation"}
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def package(parts: Mapping[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def office(kind: str = "docx", main: str = "", parts: Mapping[str, bytes | str] | None = None) -> bytes:
    """The least that a document of Word, Excel or PowerPoint is; `main` is the content type of its main part."""
    listed = f'<Types><Override PartName="/main.xml" ContentType="{main or f"{OPEN}{MAIN[kind]}.main+xml"}"/></Types>'
    return package({"[Content_Types].xml": listed, "main.xml": "<main/>", **(parts or {})})


def old_office(*names: str, below: str = "", size: int = 512) -> bytes:
    """A compound file whose root holds streams of these names, and one storage with a stream `below` when there is one."""
    places = [*names, *(["Storage", below] if below else [])]
    top = len(names) + bool(below)
    entries = [_entry("Root Entry", 5, child=1)]
    for place, name in enumerate(places, 1):
        right = place + 1 if place < top else _NONE
        child = place + 1 if below and place == top else _NONE
        entries.append(_entry(name, 1 if child != _NONE else 2, right=right, child=child))
    directory = b"".join(entries)
    directory += b"\0" * (-len(directory) % size)
    sectors = len(directory) // size
    fat = [0xFFFFFFFD, *range(2, sectors + 1), 0xFFFFFFFE]
    chains = b"".join(struct.pack("<I", one) for one in fat)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 62, 3, 0xFFFE, size.bit_length() - 1, 6)
    header += b"\0" * 6 + struct.pack("<9I", 0, 1, 1, 0, 4096, _LAST, 0, _LAST, 0) + struct.pack("<109I", 0, *[_NONE] * 108)
    return header.ljust(size, b"\0") + chains.ljust(size, b"\xff") + directory


_NONE, _LAST = 0xFFFFFFFF, 0xFFFFFFFE


def _entry(name: str, kind: int, right: int = _NONE, child: int = _NONE) -> bytes:
    written = name.encode("utf-16-le") + b"\0\0"
    return written.ljust(64, b"\0") + struct.pack("<HBB3I", len(written), kind, 1, _NONE, right, child) + b"\0" * 48


def movie(brand: bytes) -> bytes:
    """The beginning of an ISO media file."""
    return struct.pack(">I", 24) + b"ftyp" + brand + b"\0\0\2\0" + brand + b"isom" + struct.pack(">I", 8) + b"moov"


def sound(seconds: int = 1) -> bytes:
    """A WAV of silence."""
    samples = b"\0" * 8_000 * seconds
    shape = struct.pack("<HHIIHH", 1, 1, 8_000, 8_000, 1, 8)
    body = b"WAVEfmt " + struct.pack("<I", len(shape)) + shape + b"data" + struct.pack("<I", len(samples)) + samples
    return b"RIFF" + struct.pack("<I", len(body)) + body


WEBM = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x84webm\x42\x87\x81\x04"

KEPT: Mapping[str, tuple[str, bytes]] = {
    "pdf": ("application/pdf", PDF),
    "docx": (f"{OPEN}{MAIN['docx']}", office("docx")),
    "xlsx": (f"{OPEN}{MAIN['xlsx']}", office("xlsx")),
    "pptx": (f"{OPEN}{MAIN['pptx']}", office("pptx")),
    "doc": ("application/msword", old_office("WordDocument", "1Table")),
    "xls": ("application/vnd.ms-excel", old_office("Workbook", below="WordDocument")),
    "old xls": ("application/vnd.ms-excel", old_office("Book", size=4096)),
    "ppt": ("application/vnd.ms-powerpoint", old_office(*(f"Stream {place}" for place in range(20)), "PowerPoint Document")),
    "txt": ("text/plain", "小区停水，照片见附件。\r\n".encode()),
    "csv": ("text/plain", "日期,水压\n3月2日,0.1\n".encode("gb18030")),
    "utf-16": ("text/plain", "水压很低".encode("utf-16")),
    "mp3": ("audio/mpeg", b"ID3\x04\0\0\0\0\0\0" + b"\0" * 100),
    "bare mp3": ("audio/mpeg", b"\xff\xfb\x90\x64" + b"\0" * 413),
    "low mp3": ("audio/mpeg", b"\xff\xf3\x40\xc4" + b"\0" * 200),
    "m4a": ("audio/mp4", movie(b"M4A ")),
    "wav": ("audio/wav", sound()),
    "amr": ("audio/amr", b"#!AMR\n\x3c" + b"\0" * 31),
    "wide amr": ("audio/amr", b"#!AMR-WB\n\x04" + b"\0" * 31),
    "ogg": ("audio/ogg", b"OggS\0\2" + b"\0" * 50),
    "mp4": ("video/mp4", movie(b"isom")),
    "3gp": ("video/3gpp", movie(b"3gp5")),
    "mov": ("video/quicktime", movie(b"qt  ")),
    "webm": ("video/webm", WEBM),
}  # fmt: skip
"""By a name for the test: the media type it is told as, and the file."""
