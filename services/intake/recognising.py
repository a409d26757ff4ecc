"""What an attachment is, told from its content alone: only what stands here is taken, and a file's name is never asked."""

import re
from collections.abc import Mapping

import puremagic

from services.intake import office
from services.intake.faults import Refused
from services.intake.pictures import MEDIA_TYPE as PICTURE

ENDINGS: Mapping[str, str] = {
    PICTURE: "jpg",
    "application/pdf": "pdf",
    "application/msword": "doc",
    "application/vnd.ms-excel": "xls",
    "application/vnd.ms-powerpoint": "ppt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "text/plain": "txt",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/wav": "wav",
    "audio/amr": "amr",
    "audio/ogg": "ogg",
    "video/mp4": "mp4",
    "video/3gpp": "3gp",
    "video/quicktime": "mov",
    "video/webm": "webm",
}
"""The media types that are kept, each with the ending under which it is handed out."""

_PICTURES = re.compile(rb"\xff\xd8\xff|\x89PNG\r\n|GIF8[79]a|RIFF....WEBP|BM.{4}\x00{4}|II\*\x00|MM\x00\*", re.DOTALL)
_BEGINNINGS: tuple[tuple[re.Pattern[bytes], str], ...] = tuple(
    (re.compile(beginning, re.DOTALL), media_type)
    for beginning, media_type in (
        (rb"RIFF....WAVE", "audio/wav"),
        (rb"OggS\x00", "audio/ogg"),
        (rb"#!AMR(-WB)?\n", "audio/amr"),
        (rb"ID3[\x02-\x04]", "audio/mpeg"),
        (rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb][\x10-\xeb]", "audio/mpeg"),
        (rb"\x1a\x45\xdf\xa3.{0,60}\x42\x82\x84webm", "video/webm"),
        (rb"\x00\x00..ftyp(M4A|M4B) ", "audio/mp4"),
        (rb"\x00\x00..ftypqt  ", "video/quicktime"),
        (rb"\x00\x00..ftyp3g[\w]{2}", "video/3gpp"),
        (rb"\x00\x00..ftyp(iso[m2-9]|mp4[12]|avc1|M4V |MSNV|dash|mmp4)", "video/mp4"),
    )
)
_NEW_PHOTO = re.compile(rb"\x00\x00..ftyp(hei[cxms]|hev[cxms]|mif1|msf1|avif|avis)", re.DOTALL)
_UNSEEN = bytes({*range(32), 127} - set(b"\t\n\r\f"))
_CODE = re.compile(r"<[a-z!?]|#!|@echo\b|\[desktop entry\]", re.IGNORECASE)
"""How markup and scripts begin; what puremagic knows beside is refused as well."""
_SURE = 0.5
"""puremagic's confidence from which on it has recognised five characters or more."""
_ENCODINGS = ("utf-8-sig", "gb18030", "big5")


def is_picture(raw: bytes) -> bool:
    return bool(_PICTURES.match(raw))


def recognise(raw: bytes) -> str:
    """The media type of a file that is kept as it is, one of ENDINGS. Raises Refused for everything else."""
    if not raw:
        raise Refused("photos", "fault.attachment_empty")
    if _NEW_PHOTO.match(raw):
        raise Refused("photos", "fault.photo_heic")
    if raw.startswith(b"%PDF-"):
        if b"%%EOF" not in raw:
            raise Refused("photos", "fault.attachment_unreadable")
        return "application/pdf"
    if raw.startswith(b"PK\x03\x04"):
        return office.read_package(raw)
    if raw.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return office.read_compound(raw)
    for beginning, media_type in _BEGINNINGS:
        if beginning.match(raw):
            return media_type
    if _is_text(raw):
        return "text/plain"
    raise Refused("photos", "fault.attachment_unknown")


def _is_text(raw: bytes) -> bool:
    """Text in an encoding of ours that is nothing else: no markup, no script, no format that begins with words."""
    text = _decoded(raw)
    if text is None or _CODE.match(text.lstrip()):
        return False
    written = text.encode()
    if len(written.translate(None, _UNSEEN)) < len(written):
        return False
    try:
        return all(guess.confidence < _SURE for guess in puremagic.magic_string(raw))
    except puremagic.PureError:
        return True


def _decoded(raw: bytes) -> str | None:
    encodings = ("utf-16",) if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else _ENCODINGS
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
