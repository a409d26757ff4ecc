"""Charsets: which one bytes are written in, whatever their label says. Labels in mail are wrong too often to be believed alone."""

import codecs
import re
import unicodedata
from functools import lru_cache

_SAMPLE = 4_096
"""Bytes that are looked at, from the first that is not ASCII."""
_CHINESE = ("utf-8", "gb18030", "big5hkscs")
_ALIASES = {
    "utf-8": ("utf8", "unicode11utf8"),
    "gb18030": ("gb2312", "gb231280", "csgb2312", "euccn", "xeuccn", "gbk", "xgbk", "cp936", "936", "gb18030", "chinese", "gb"),
    "big5hkscs": ("big5", "xbig5", "cnbig5", "chinesebig5", "big5hkscs", "big5eten", "cp950", "950"),
    "utf-16-le": ("utf16", "utf16le", "unicode", "ucs2"),
    "utf-16-be": ("utf16be",),
    "hz": ("hz", "hzgb2312"),
    "iso2022_jp_2": ("iso2022jp", "csiso2022jp", "iso2022jp2"),
    "iso2022_kr": ("iso2022kr",),
    "cp932": ("shiftjis", "sjis", "cp932", "windows31j"),
    "euc_jp": ("eucjp", "xeucjp"),
    "cp949": ("euckr", "ksc56011987", "cp949", "uhc"),
    "koi8-r": ("koi8r",),
    "cp1252": ("usascii", "ascii", "iso88591", "latin1", "ansi"),
}
_CODECS = {label: codec for codec, labels in _ALIASES.items() for label in labels}
_CODECS |= {f"iso8859{number}": f"iso8859-{number}" for number in (*range(2, 12), 13, 14, 15, 16)}
_CODECS |= {f"{prefix}{number}": f"cp{number}" for number in range(1250, 1259) for prefix in ("windows", "cp", "xcp")}
"""What a label stands for. A codec that is not here is never used: some of Python's are slow or make what is no text."""
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_SEVEN_BITS = {"hz", "iso2022_jp_2", "iso2022_kr"}
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_AT_HOME = ((0x2010, 0x2030), (0x3000, 0x303F), (0xAC00, 0xD7A3), (0xFF01, 0xFF5E), (0x1F000, 0x1FAFF))
"""Dashes and quotes, CJK punctuation, Hangul, full-width signs, emoji."""
_AFTER_CYRILLIC = 0x0530
_KANA = range(0x3041, 0x3100)
_PLAIN_LIKENESS = 0.7
_PLAIN = re.compile(r"[\t\n\r -~]+")


def decode(content: bytes, label: str = "") -> str:
    """The text of these bytes, with U+FFFD for what cannot be read and never a lone surrogate."""
    for mark, codec in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(codec, "replace")
    named = _CODECS.get(re.sub(r"[^a-z0-9]", "", label.lower()), "")
    first = _NOT_ASCII.search(content)
    if named.startswith("utf-16") or (named in _SEVEN_BITS and not first):
        return content.decode(_wide(content, named), "replace")
    if not first:
        return content.decode("ascii")
    return content.decode(_likeliest(content[first.start() : first.start() + _SAMPLE], named), "replace")


def _wide(content: bytes, named: str) -> str:
    """Which end of UTF-16 comes first is often not said, or said wrongly; and some text is only labelled so."""
    candidates = ("utf-16-le", "utf-16-be", "utf-8", "gb18030") if named.startswith("utf-16") else (named,)
    return max(candidates, key=lambda codec: likeness(_tried(content[:_SAMPLE], codec)))


def _likeliest(sample: bytes, named: str) -> str:
    """The codec whose reading of the bytes looks most like writing, with some trust in what they are labelled."""
    readings = {codec: _tried(sample, codec) for codec in (named or "utf-8", *_CHINESE, "cp1252")}
    return max(readings, key=lambda codec: likeness(readings[codec]) + _trust(readings[codec], codec, named))


def _trust(reading: str, codec: str, named: str) -> float:
    """Bytes are seldom UTF-8 by chance. A label of a Chinese charset is often wrong, so it only weighs in a word or two; so does that
    most who write here write GB. The label of any other charset is hardly ever wrong.
    """
    if codec == "utf-8":
        return 0.0 if "\ufffd" in reading else 0.9 if named == codec else 0.3
    if codec in _CHINESE:
        return (0.25 * (codec == "gb18030") + 0.5 * (codec == named)) / max(1, len(_signs(reading)))
    return 0.3 if codec == named and codec != "cp1252" else 0.0


def _tried(sample: bytes, codec: str) -> str:
    """The sample as this codec reads it; a sign that the sample cuts in two does not count."""
    return codecs.getincrementaldecoder(codec)("replace").decode(sample, final=len(sample) < _SAMPLE)


def likeness(text: str) -> float:
    """How much the signs beyond ASCII look like writing: near 1 for everyday Chinese, Japanese, Korean, below 0 for what is broken."""
    signs = _signs(text)
    return sum(map(_weight, signs)) / len(signs) if signs else _PLAIN_LIKENESS


def _signs(text: str) -> str:
    return _PLAIN.sub("", text)


@lru_cache(maxsize=65_536)
def _weight(sign: str) -> float:
    code = ord(sign)
    if 0x4E00 <= code <= 0x9FFF:
        return _everyday(sign)
    if any(first <= code <= last for first, last in _AT_HOME):
        return 1.0
    if sign == "\ufffd" or unicodedata.category(sign) in {"Cc", "Cs", "Co", "Cn"}:
        return -4.0
    return 0.5 if code in _KANA or (sign.isalpha() and code < _AFTER_CYRILLIC) else 0.1


def _everyday(sign: str) -> float:
    """Whether it stands among the everyday characters of GB 2312 (3,755), of Big5 (5,401) or of both; they put the rare ones behind."""
    simplified = b"\xb0" <= sign.encode("gb2312", "ignore")[:1] <= b"\xd7"
    traditional = b"\xa4" <= sign.encode("big5", "ignore")[:1] <= b"\xc6"
    return 0.1 + 0.7 * (simplified or traditional) + 0.2 * (simplified and traditional)
